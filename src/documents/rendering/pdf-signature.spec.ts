import { createHash, createVerify } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import forge from 'node-forge';
import { PDFDocument } from 'pdf-lib';
import { awardLetter } from '../../../test/factories/document-data.js';
import { PdfRenderer } from './pdf-renderer.js';
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

interface Verification {
  /** Whether the signature covers all bytes but itself. */
  readonly coversAll: boolean;
  /** Whether the digest that was signed is that of the bytes. */
  readonly digestAgrees: boolean;
  /** Whether the certificate's key signed the digest. */
  readonly signatureAgrees: boolean;
}

/** Reads the signature as a stranger would: byte range, digest, and the certificate's key over the signed attributes. */
function verifySignature(pdf: Buffer): Verification {
  const [, ...numbers] =
    /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/.exec(pdf.toString('latin1')) ?? [];
  const [start = NaN, length = NaN, after = NaN, rest = NaN] = numbers.map(Number);
  const signed = Buffer.concat([pdf.subarray(start, start + length), pdf.subarray(after, after + rest)]);
  const padded = Buffer.from(pdf.subarray(length + 1, after - 1).toString('latin1'), 'hex');
  // DER says its own length (two bytes after 30 82); what follows is the room that was kept.
  const der = padded.subarray(0, 4 + padded.readUInt16BE(2));
  const outer = forge.asn1.fromDer(der.toString('binary'));
  const message = forge.pkcs7.messageFromAsn1(outer) as forge.pkcs7.PkcsSignedData & {
    readonly rawCapture: { readonly authenticatedAttributes: forge.asn1.Asn1[]; readonly signature: string };
  };
  const { authenticatedAttributes, signature } = message.rawCapture;
  const digestAttribute = authenticatedAttributes
    .map((attribute) => attribute.value as forge.asn1.Asn1[])
    .find(
      ([oid]) =>
        typeof oid?.value === 'string' && forge.asn1.derToOid(oid.value) === forge.pki.oids.messageDigest,
    );
  const digest = (digestAttribute?.[1]?.value as forge.asn1.Asn1[])[0]?.value;
  const { Class, Type } = forge.asn1;
  const attributes = forge.asn1.toDer(
    forge.asn1.create(Class.UNIVERSAL, Type.SET, true, authenticatedAttributes),
  );
  const [certificate] = message.certificates;
  if (!certificate) throw new Error('The signature carries no certificate.');
  return {
    coversAll: start === 0 && after + rest === pdf.length && after - length === 2 * padded.length + 2,
    digestAgrees: createHash('sha256').update(signed).digest('binary') === digest,
    signatureAgrees: createVerify('sha256')
      .update(Buffer.from(attributes.getBytes(), 'binary'))
      .verify(forge.pki.publicKeyToPem(certificate.publicKey), Buffer.from(signature, 'binary')),
  };
}

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
    expect(verifySignature(signed)).toEqual({ coversAll: true, digestAgrees: true, signatureAgrees: true });
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
      expect(verifySignature(tampered).digestAgrees).toBe(false);
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
