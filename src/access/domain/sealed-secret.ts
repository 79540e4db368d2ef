import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/*
 * A sealed secret: version (1 byte, 1) · salt (16) · nonce (12) · ciphertext · tag (16), AES-256-GCM.
 * Its key is derived from the master key and the salt; what it belongs to is authenticated along with it, so that no
 * secret can be moved to another row.
 */
const VERSION = 1;
const SALT_LENGTH = 16;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const HEADER_LENGTH = 1 + SALT_LENGTH + NONCE_LENGTH;

/** Encrypts a secret for the place that it belongs to. `masterKey` has 32 bytes. */
export function sealSecret(masterKey: Buffer, belongsTo: string, secret: string): Buffer {
  const header = Buffer.concat([Buffer.from([VERSION]), randomBytes(SALT_LENGTH), randomBytes(NONCE_LENGTH)]);
  const cipher = createCipheriv('aes-256-gcm', keyOf(masterKey, header), nonceOf(header), {
    authTagLength: TAG_LENGTH,
  });
  cipher.setAAD(Buffer.concat([header, Buffer.from(belongsTo)]));
  return Buffer.concat([header, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** The secret again; null where it is not authentic: another master key, another place, or a changed byte. */
export function openSecret(masterKey: Buffer, belongsTo: string, sealed: Buffer): string | null {
  if (sealed.length < HEADER_LENGTH + TAG_LENGTH || sealed[0] !== VERSION) return null;
  const header = sealed.subarray(0, HEADER_LENGTH);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(masterKey, header), nonceOf(header), {
    authTagLength: TAG_LENGTH,
  });
  decipher.setAAD(Buffer.concat([header, Buffer.from(belongsTo)]));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH));
  try {
    const plain = decipher.update(sealed.subarray(HEADER_LENGTH, sealed.length - TAG_LENGTH));
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

function keyOf(masterKey: Buffer, header: Buffer): Buffer {
  if (masterKey.length !== 32) throw new RangeError('The master key has 32 bytes.');
  const salt = header.subarray(1, 1 + SALT_LENGTH);
  return Buffer.from(hkdfSync('sha256', masterKey, salt, 'most client secret v1', 32));
}

function nonceOf(header: Buffer): Buffer {
  return header.subarray(1 + SALT_LENGTH);
}
