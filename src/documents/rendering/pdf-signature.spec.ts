import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { awardLetter, officialRecord } from '../../../test/factories/document-data.js';
import { PdfRenderer } from './pdf-renderer.js';
import { checkSignatures } from './pdf-signature-check.js';
import { demonstrationCertificate, readSigningCertificate, signPdf } from './pdf-signature.js';
import type { SigningCertificate } from './pdf-signature.js';

const NOW = new Date('2026-06-15T09:30:00Z');
const FACTS = {
  name: 'МОСТ',
  reason: 'Писмо о додели места',
  location: 'Београд',
  contact: 'most@example.org',
  signedAt: NOW,
};

describe('a signed letter', () => {
  let folder: string;
  let certificate: SigningCertificate;
  let letter: Buffer;
  const renderer = new PdfRenderer();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'most-signature-'));
    certificate = demonstrationCertificate(folder, NOW);
    letter = await renderer.render('award-letter', awardLetter());
  });
  afterAll(async () => {
    await renderer.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('holds a signature over all of its bytes that its certificate confirms', async () => {
    const signed = await signPdf(letter, certificate, FACTS);
    expect(checkSignatures(signed)).toEqual([{ covers: signed.length, intact: true }]);
    // The document under the signature is the one that was rendered, byte for byte, and still opens.
    expect(signed.subarray(0, letter.length - 2).equals(letter.subarray(0, letter.length - 2))).toBe(true);
    expect((await PDFDocument.load(signed)).getPageCount()).toBe(
      (await PDFDocument.load(letter)).getPageCount(),
    );
  });

  it('is found out when one byte was changed', async () => {
    const signed = await signPdf(letter, certificate, FACTS);
    for (const at of [20, Math.floor(letter.length / 2), signed.length - 10]) {
      const tampered = Buffer.from(signed);
      tampered.writeUInt8(tampered.readUInt8(at) ^ 1, at);
      expect(checkSignatures(tampered)[0]?.intact).not.toBe(true);
    }
  });

  it('is signed by a second side behind the first, and both signatures hold', async () => {
    const record = await renderer.render('official-record', officialRecord());
    const first = await signPdf(record, certificate, FACTS);
    const other = demonstrationCertificate(folder, NOW, 'BB');
    const both = await signPdf(first, other, {
      ...FACTS,
      name: 'Друга страна',
      signedAt: new Date(NOW.getTime() + 1000),
    });
    // What the first side signed is there byte for byte.
    expect(both.subarray(0, first.length).equals(first)).toBe(true);
    expect(checkSignatures(both)).toEqual([
      { covers: first.length, intact: true },
      { covers: both.length, intact: true },
    ]);
    const fields = (await PDFDocument.load(both)).getForm().getFields();
    expect(fields.map((field) => field.getName())).toEqual(['Signature1', 'Signature2']);

    const touched = (at: number) => {
      const tampered = Buffer.from(both);
      tampered.writeUInt8(tampered.readUInt8(at) ^ 1, at);
      return checkSignatures(tampered).map(({ intact }) => intact);
    };
    // Beneath both, neither holds; in what the second side added, the first one's still does.
    expect(touched(Math.floor(record.length / 2))).toEqual([false, false]);
    expect(touched(first.length + 20)).toEqual([true, false]);
    // What was added behind the last signature is vouched for by nobody.
    const added = Buffer.concat([both, Buffer.from('\n% more')]);
    expect(checkSignatures(added).at(-1)?.covers).toBeLessThan(added.length);
  });

  it('is found in no file that only looks like one', () => {
    for (const junk of ['', '/ByteRange [0 1 2 3]', '/ByteRange [0 9 5 1]', `/ByteRange [0 21 25 2]<zz>ab`]) {
      expect(checkSignatures(Buffer.from(junk)).some(({ intact }) => intact)).toBe(false);
    }
  });

  it('is the same for the same document, certificate and instant, and another for another instant', async () => {
    const signed = await signPdf(letter, certificate, FACTS);
    expect((await signPdf(letter, certificate, FACTS)).equals(signed)).toBe(true);
    const later = await signPdf(letter, certificate, {
      ...FACTS,
      signedAt: new Date('2026-06-16T00:00:00Z'),
    });
    expect(later.equals(signed)).toBe(false);
  });

  it('keeps the identifier that an archive asks for, and says that a demonstration is one', async () => {
    const text = (await signPdf(letter, certificate, FACTS)).toString('latin1');
    expect(text.slice(text.lastIndexOf('trailer'))).toContain('/ID');
    // Texts beyond ASCII are UTF-16 in a PDF.
    const warning = Buffer.from('DEMONSTRATION', 'utf16le').swap16().toString('latin1');
    expect(text).toContain(warning);
    const real = await signPdf(letter, { ...certificate, demonstration: false }, FACTS);
    expect(real.toString('latin1')).not.toContain(warning);
  });
});

describe('the signing certificate', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'most-certificate-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('of the demonstration is made once, and its owner alone may read it', async () => {
    const first = demonstrationCertificate(folder, NOW);
    expect(first.demonstration).toBe(true);
    expect(demonstrationCertificate(folder, new Date()).p12.equals(first.p12)).toBe(true);
    expect((await stat(join(folder, 'demonstration-signing.p12'))).mode & 0o777).toBe(0o600);
  });

  it('is read from path#password, and a wrong password or file is refused at once', async () => {
    const path = join(folder, 'demonstration-signing.p12');
    demonstrationCertificate(folder, NOW);
    expect(readSigningCertificate(`${path}#demonstration`)).toMatchObject({ demonstration: false });
    expect(() => readSigningCertificate(`${path}#wrong`)).toThrow();
    expect(() => readSigningCertificate(path)).toThrow();
    expect(() => readSigningCertificate(join(folder, 'absent.p12'))).toThrow('ENOENT');
    await writeFile(join(folder, 'junk.p12'), 'junk');
    expect(() => readSigningCertificate(join(folder, 'junk.p12'))).toThrow();
  });
});
