import { createHash } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument, PDFName } from 'pdf-lib';
import { uploadProblem } from '../domain/upload-rules.js';
import type { UploadRules } from '../domain/upload-rules.js';
import { FileInspector } from './inspect-file.js';

const inspector = new FileInspector();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'most-inspect-'));
});
afterAll(async () => {
  await inspector.close();
  await rm(folder, { recursive: true, force: true });
});

async function pdf(pages: number): Promise<Buffer> {
  const document = await PDFDocument.create();
  for (let page = 0; page < pages; page += 1) document.addPage();
  return Buffer.from(await document.save({ useObjectStreams: false }));
}

async function problem(file: string | Buffer, rules: Partial<UploadRules> = {}) {
  return uploadProblem(await inspector.inspectFile(file), { field: 'passport', fileName: 'a.pdf', ...rules });
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('an upload', () => {
  it('is described by its content, the same from memory and from the disk', async () => {
    const content = await pdf(3);
    const path = join(folder, 'three.bin');
    await writeFile(path, content);
    const facts = await inspector.inspectFile(content);
    expect(facts).toEqual({
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      mediaType: 'application/pdf',
      pdf: { state: 'readable', pages: 3 },
    });
    expect(await inspector.inspectFile(path)).toEqual(facts);
    expect(uploadProblem(facts, { field: 'passport', fileName: 'a.pdf' })).toBeUndefined();
  });

  it('may be a picture where pictures are allowed, whatever it is called', async () => {
    await expect(problem(PNG, { fileName: 'scan.dat' })).resolves.toBeUndefined();
    await expect(problem(PNG, { allowed: ['application/pdf'], fileName: 'scan.png' })).resolves.toEqual({
      field: 'passport',
      problem: 'not_pdf',
    });
  });

  it('is refused when empty, of another type, or a PDF only by name', async () => {
    await expect(problem(Buffer.alloc(0))).resolves.toMatchObject({ problem: 'empty_file' });
    await expect(problem(Buffer.from('MZ just a program'))).resolves.toMatchObject({ problem: 'not_pdf' });
    await expect(problem(Buffer.from('GIF89a......'), { fileName: 'a.gif' })).resolves.toMatchObject({
      problem: 'type_not_allowed',
    });
    await expect(
      problem(PNG, { fileName: 'diploma.PDF', allowed: ['application/pdf'] }),
    ).resolves.toMatchObject({
      problem: 'not_pdf',
    });
  });

  it('of 50 MB is refused without being opened', async () => {
    const path = join(folder, 'large.pdf');
    await writeFile(path, await pdf(1));
    await truncate(path, 50 * 1024 * 1024);
    const facts = await inspector.inspectFile(path);
    expect(facts.pdf).toBeUndefined();
    await expect(problem(path)).resolves.toEqual({
      field: 'passport',
      problem: 'too_large_file',
      values: { megabytes: 20 },
    });
  });

  it('may have 60 pages and not 61', async () => {
    await expect(problem(await pdf(60))).resolves.toBeUndefined();
    await expect(problem(await pdf(61))).resolves.toMatchObject({
      problem: 'too_many_pages',
      values: { pages: 60 },
    });
  });

  it('is refused when it is encrypted', async () => {
    const document = await PDFDocument.create();
    document.addPage();
    const { context } = document;
    context.trailerInfo.Encrypt = context.register(
      context.obj({ Filter: PDFName.of('Standard'), V: 1, R: 2 }),
    );
    const encrypted = Buffer.from(await document.save({ useObjectStreams: false }));
    await expect(problem(encrypted)).resolves.toMatchObject({ problem: 'encrypted_file' });
  });

  it('is refused when its structure is broken, and the next one is read', async () => {
    const whole = (await pdf(2)).toString('latin1');
    const endless = whole.replace(/\/Kids \[[^\]]*\]/, (kids) => kids.replace(/\d+ 0 R/, '2 0 R'));
    for (const broken of [
      '%PDF-1.7\n',
      '%PDF-1.7\ngarbage %%EOF',
      whole.slice(0, 60),
      whole.replaceAll('obj', 'xxx'),
    ]) {
      await expect(problem(Buffer.from(broken, 'latin1'))).resolves.toMatchObject({
        problem: 'damaged_file',
      });
    }
    // Whatever a page tree that contains itself does to its reader, an answer comes.
    await inspector.inspectFile(Buffer.from(endless, 'latin1'));
    await expect(problem(await pdf(1))).resolves.toBeUndefined();
  });

  it('that takes too long to read is refused, and a new thread reads on', async () => {
    const hasty = new FileInspector(1);
    const facts = await hasty.inspectFile(await pdf(60));
    expect(facts.pdf).toEqual({ state: 'unreadable' });
    await hasty.close();
  });
});
