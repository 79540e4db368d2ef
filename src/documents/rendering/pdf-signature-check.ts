import { createHash, createVerify } from 'node:crypto';
import forge from 'node-forge';

/** A signature as a stranger finds it in a file. */
export interface FoundSignature {
  /** So many bytes from the beginning it vouches for, its own room left out: all of the file, or of what it was then. */
  readonly covers: number;
  /** Whether these bytes are still those that were signed, by the key of the certificate that came with them. */
  readonly intact: boolean;
}

const RANGE = /\/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g;
/** Nobody signs more often; whoever writes a thousand into a file wants only to keep us busy. */
const MOST_SIGNATURES = 9;

/**
 * Checks every signature in a PDF, in the order in which they were made: its byte range, the digest of these bytes, and the
 * certificate's key over the signed attributes. Whom the certificate stands for is not asked. What is no signature is one
 * that is not intact.
 */
export function checkSignatures(pdf: Buffer): readonly FoundSignature[] {
  return [...pdf.toString('latin1').matchAll(RANGE)]
    .slice(0, MOST_SIGNATURES)
    .map(([, length, after, rest]) => checkOne(pdf, Number(length), Number(after), Number(rest)))
    .sort((one, other) => one.covers - other.covers);
}

function checkOne(pdf: Buffer, length: number, after: number, rest: number): FoundSignature {
  const covers = after + rest;
  try {
    if (length >= after || covers > pdf.length) return { covers, intact: false };
    const signed = Buffer.concat([pdf.subarray(0, length), pdf.subarray(after, covers)]);
    const contents = pdf.subarray(length, after).toString('latin1');
    // Between the two ranges is nothing but the signature: whatever else stood there would be vouched for by nobody.
    if (!/^<(?:[0-9a-f]{2})+>$/i.test(contents)) return { covers, intact: false };
    return { covers, intact: agrees(signed, Buffer.from(contents.slice(1, -1), 'hex')) };
  } catch {
    return { covers, intact: false };
  }
}

function agrees(signed: Buffer, padded: Buffer): boolean {
  // DER says its own length (two bytes after 30 82); what follows is the room that was kept.
  const der = padded.subarray(0, 4 + padded.readUInt16BE(2));
  const message = forge.pkcs7.messageFromAsn1(
    forge.asn1.fromDer(der.toString('binary')),
  ) as forge.pkcs7.PkcsSignedData & {
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
  if (createHash('sha256').update(signed).digest('binary') !== digest) return false;
  const { Class, Type } = forge.asn1;
  const attributes = forge.asn1.toDer(
    forge.asn1.create(Class.UNIVERSAL, Type.SET, true, authenticatedAttributes),
  );
  return message.certificates.some((certificate) =>
    createVerify('sha256')
      .update(Buffer.from(attributes.getBytes(), 'binary'))
      .verify(forge.pki.publicKeyToPem(certificate.publicKey), Buffer.from(signature, 'binary')),
  );
}
