import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';

/** Somebody puts their name to a document for an office, by an act of their own in MOST. */
export interface SignatureAct {
  /** For which side; its certificate seals the signature. */
  readonly country: CountryCode;
  readonly signerId: Id;
  /** As it is to stand in the document, from now on: a later change of name changes no signature. */
  readonly name: string;
  /** Ministry and function, in words. */
  readonly office: string;
  /** Of name and office. */
  readonly language: Language;
  readonly actedAt: Date;
}

/** By which certificate a signature was made, as a stranger compares it with the one in the file. */
export interface CertificateFacts {
  /** Its subject, as `CN=…, O=…`. */
  readonly subject: string;
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string;
  /** Whose it is; null: the programme's, which also signs for a side that has none of its own. */
  readonly country: CountryCode | null;
  /** Made by the demonstration itself. */
  readonly demonstration: boolean;
}

/** A signature as whoever holds the document may see it. */
export interface SignatureView {
  readonly position: number;
  readonly country: CountryCode;
  readonly name: string;
  readonly office: string;
  readonly language: Language;
  readonly actedAt: Date;
  /** When it was written into the file; null while that is being prepared. */
  readonly sealedAt: Date | null;
  /** Null while it is not written, and of signatures that were made before this was kept. */
  readonly certificate: CertificateFacts | null;
}
