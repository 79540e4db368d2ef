import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plainAddPlaceholder } from '@signpdf/placeholder-plain';
import { P12Signer } from '@signpdf/signer-p12';
import { SignPdf } from '@signpdf/signpdf';
import forge from 'node-forge';

/** The certificate that documents are signed with, its private key included. */
export interface SigningCertificate {
  readonly p12: Buffer;
  readonly password: string;
  /** Made by the demonstration itself: it vouches for nobody, and each signature says so. */
  readonly demonstration: boolean;
  /** Of the certificate itself: `CN=…, O=…`. */
  readonly subject: string;
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string;
}

/** What a signature says of itself in a reader. */
export interface SignatureFacts {
  readonly name: string;
  readonly reason: string;
  readonly location: string;
  readonly contact: string;
  /** The same document, certificate and instant give the same bytes. */
  readonly signedAt: Date;
}

/** Bytes kept for the signature: room for a chain of several certificates. */
const SIGNATURE_LENGTH = 16_384;
const DEMONSTRATION_YEARS = 10;

/**
 * Reads the setting SIGNING_CERTIFICATE: the path of a PKCS#12 file, then `#` and its password where it has one
 * (`/run/secrets/seal.p12#password`; everything after the first `#` is the password). Throws when the file cannot be opened
 * with it, so that a wrong password stops the start and not the first letter. `name`: of the setting that says it.
 */
export function readSigningCertificate(setting: string, name = 'SIGNING_CERTIFICATE'): SigningCertificate {
  const at = setting.indexOf('#');
  const path = at < 0 ? setting : setting.slice(0, at);
  const file = { p12: readFileSync(path), password: at < 0 ? '' : setting.slice(at + 1) };
  return { ...file, demonstration: false, ...openCertificate(file, name) };
}

/**
 * The demonstration's certificate, signed by itself: made once, kept in the data folder, readable by its owner alone. `side`
 * has one of its own; without it, it is the programme's.
 */
export function demonstrationCertificate(dataDir: string, now: Date, side?: string): SigningCertificate {
  const path = join(dataDir, `demonstration-signing${side === undefined ? '' : `-${side}`}.p12`);
  const password = 'demonstration';
  const read = (): SigningCertificate => {
    const file = { p12: readFileSync(path), password };
    return { ...file, demonstration: true, ...openCertificate(file, path) };
  };
  try {
    return read();
  } catch {
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeFileSync(path, makeCertificate(password, now, side), { flag: 'wx', mode: 0o600 });
    } catch {
      // Another process was first, and then its file is there to be read; if it is not, reading says why.
    }
    return read();
  }
}

/**
 * Signs a PDF: a detached PKCS#7 over all of its bytes, added behind them so that the document under it stays as it was. One
 * that is signed already is signed again over all that it holds, the earlier signatures included; these stay valid for what
 * they cover.
 */
export async function signPdf(
  pdf: Buffer,
  certificate: SigningCertificate,
  facts: SignatureFacts,
): Promise<Buffer> {
  const reason = certificate.demonstration
    ? `${facts.reason} (DEMONSTRATION: self-signed certificate, no legal force)`
    : facts.reason;
  const prepared = plainAddPlaceholder({
    pdfBuffer: pdf,
    reason,
    name: facts.name,
    location: facts.location,
    contactInfo: facts.contact,
    signingTime: facts.signedAt,
    signatureLength: SIGNATURE_LENGTH,
  });
  // A signer serves one document: it consumes its certificate as it reads it.
  const signer = new P12Signer(certificate.p12, { passphrase: certificate.password });
  return new SignPdf().sign(keepIdentifier(pdf, prepared), signer, facts.signedAt);
}

/** PDF/A wants the file's identifier in its last trailer too; the placeholder's trailer comes without. */
function keepIdentifier(original: Buffer, prepared: Buffer): Buffer {
  const text = original.toString('latin1');
  const identifier = /\/ID\s*\[[^\]]*\]/.exec(text.slice(text.lastIndexOf('trailer')))?.[0];
  const at = prepared.lastIndexOf('trailer\n<<\n');
  if (identifier === undefined || at < 0) return prepared;
  const after = at + 'trailer\n<<\n'.length;
  return Buffer.concat([
    prepared.subarray(0, after),
    Buffer.from(`${identifier}\n`, 'latin1'),
    prepared.subarray(after),
  ]);
}

function openCertificate(
  { p12, password }: Pick<SigningCertificate, 'p12' | 'password'>,
  name: string,
): Pick<SigningCertificate, 'subject' | 'fingerprint'> {
  const opened = forge.pkcs12.pkcs12FromAsn1(
    forge.asn1.fromDer(forge.util.createBuffer(p12.toString('binary'))),
    false,
    password,
  );
  const keyBag = forge.pki.oids.pkcs8ShroudedKeyBag;
  const found = keyBag === undefined ? undefined : opened.getBags({ bagType: keyBag })[keyBag];
  const key = found?.[0]?.key;
  if (!key) throw new Error(`${name} holds no private key.`);
  const certBag = forge.pki.oids.certBag;
  const held = certBag === undefined ? [] : (opened.getBags({ bagType: certBag })[certBag] ?? []);
  // Beside it may stand those that vouch for it: the one that signs is the one of the key.
  const modulus = key.n;
  const certificate = held
    .flatMap(({ cert }) => cert ?? [])
    .find(({ publicKey }) => (publicKey as forge.pki.rsa.PublicKey).n.equals(modulus));
  if (!certificate) throw new Error(`${name} holds no certificate of its private key.`);
  const der = forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes();
  return {
    subject: certificate.subject.attributes
      .map(({ shortName, name: long, value }) => `${shortName ?? long ?? ''}=${String(value)}`)
      .join(', '),
    fingerprint: createHash('sha256').update(der, 'binary').digest('hex'),
  };
}

function makeCertificate(password: string, now: Date, side: string | undefined): Buffer {
  const keys = forge.pki.rsa.generateKeyPair({ bits: 2048 });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  // Positive and without a leading zero byte, as DER wants an integer.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(now.getTime() - 24 * 60 * 60 * 1000);
  certificate.validity.notAfter = new Date(now);
  certificate.validity.notAfter.setUTCFullYear(now.getUTCFullYear() + DEMONSTRATION_YEARS);
  const name = [
    { name: 'commonName', value: `MOST demonstration${side === undefined ? '' : ` ${side}`}` },
    { name: 'organizationName', value: 'MOST demonstration, no legal force' },
  ];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, nonRepudiation: true },
  ]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  const p12 = forge.pkcs12.toPkcs12Asn1(keys.privateKey, [certificate], password, { algorithm: 'aes256' });
  return Buffer.from(forge.asn1.toDer(p12).getBytes(), 'binary');
}
