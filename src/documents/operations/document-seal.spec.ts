import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import forge from 'node-forge';
import { PDFDocument } from 'pdf-lib';
import { Settings } from '../../platform/config/settings.js';
import type { SignatureAct } from '../domain/signatures.js';
import { checkSignatures } from '../rendering/pdf-signature-check.js';
import { demonstrationCertificate } from '../rendering/pdf-signature.js';
import { DocumentSeal } from './document-seal.js';

const NOW = new Date('2026-06-15T09:30:00Z');
const act = (country: string): SignatureAct => ({
  country,
  signerId: country,
  name: 'Ана',
  office: 'Министарство',
  language: 'sr-Cyrl',
  actedAt: NOW,
});

describe('the seal', () => {
  let folder: string;
  let pdf: Buffer;
  const of = (name: string) => `${join(folder, `demonstration-signing-${name}.p12`)}#demonstration`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'most-seal-'));
    // Files such as an operator would give.
    for (const name of ['programme', 'AA']) demonstrationCertificate(folder, NOW, name);
    const document = await PDFDocument.create();
    document.addPage();
    pdf = Buffer.from(await document.save({ useObjectStreams: false }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const seal = (given: Parameters<Settings['with']>[0]) => {
    const made = new DocumentSeal(Settings.fromEnvironment({ DATA_DIR: folder }).with(given));
    made.onModuleInit();
    return made;
  };

  it('signs for each side by its own certificate, and says which', async () => {
    const given = seal({
      signingCertificate: of('programme'),
      signingCertificates: [{ country: 'AA', certificate: of('AA') }],
    });
    const first = await given.ofSide(pdf, 'MOST-2026-AA-D000001', act('AA'), NOW);
    const second = await given.ofSide(first.pdf, 'MOST-2026-AA-D000001', act('BB'), NOW);
    expect(checkSignatures(second.pdf).map(({ intact }) => intact)).toEqual([true, true]);
    expect(first.certificate).toMatchObject({ country: 'AA', demonstration: false });
    expect(first.certificate.subject).toContain('CN=MOST demonstration AA');
    // A side without one is signed for by the programme's, and never by the other side's.
    expect(second.certificate).toMatchObject({ country: null });
    expect(second.certificate.subject).toContain('CN=MOST demonstration programme');
    const programme = await given.ofProgramme(pdf, 'agreement', 'MOST-2026-AA-A000001', NOW);
    expect(programme.certificate).toEqual(second.certificate);
    // What is told is what is in the file.
    expect(fingerprintIn(first.pdf)).toBe(first.certificate.fingerprint);
  });

  it('makes one for each in the demonstration, and says so', async () => {
    const made = seal({});
    const sides = [];
    for (const country of ['CC', 'DD']) sides.push(await made.ofSide(pdf, 'MOST-1', act(country), NOW));
    expect(sides.map(({ certificate }) => [certificate.country, certificate.demonstration])).toEqual([
      ['CC', true],
      ['DD', true],
    ]);
    expect(new Set(sides.map(({ certificate }) => certificate.fingerprint)).size).toBe(2);
  });

  it('stops the start where the certificate of a side cannot be opened, and not a process that signs nothing', () => {
    const wrong = { signingCertificates: [{ country: 'AA', certificate: `${of('AA')}x` }] };
    expect(() => seal(wrong)).toThrow();
    expect(() => seal({ ...wrong, role: 'web' })).not.toThrow();
  });
});

function fingerprintIn(pdf: Buffer): string {
  const contents = /\/Contents\s*<([0-9a-f]+)>/i.exec(pdf.toString('latin1'))?.[1] ?? '';
  const padded = Buffer.from(contents, 'hex');
  const der = padded.subarray(0, 4 + padded.readUInt16BE(2)).toString('binary');
  const message = forge.pkcs7.messageFromAsn1(forge.asn1.fromDer(der)) as forge.pkcs7.PkcsSignedData;
  const [certificate] = message.certificates;
  if (!certificate) throw new Error('no certificate');
  const bytes = forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes();
  return createHash('sha256').update(bytes, 'binary').digest('hex');
}
