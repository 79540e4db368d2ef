import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import type { CountryCode } from '../../shared/country.js';
import type { DocumentKind } from '../domain/document-kinds.js';
import type { CertificateFacts, SignatureAct } from '../domain/signatures.js';
import { demonstrationCertificate, readSigningCertificate, signPdf } from '../rendering/pdf-signature.js';
import type { SigningCertificate } from '../rendering/pdf-signature.js';

/** Readers show it beside the signature; few of them know more than one language. */
const REASONS: Readonly<Record<DocumentKind, string>> = {
  award_letter: 'Award letter',
  decision_record: 'Record of a decision of two countries',
  protocol: 'Protocol of the joint commission',
  agreement: 'Text of an agreement',
};

/** A file with one more signature, and by which certificate it was made. */
interface Sealed {
  readonly pdf: Buffer;
  readonly certificate: CertificateFacts;
}

interface Held {
  readonly certificate: SigningCertificate;
  /** Whose it is; null: the programme's. */
  readonly country: CountryCode | null;
}

/**
 * Seals documents with the certificates of the settings: each side with its own, the programme, and a side that has none,
 * with the programme's. The demonstration makes one for the programme and one for each side, and says so in each signature.
 */
@Injectable()
export class DocumentSeal implements OnModuleInit {
  private readonly held = new Map<CountryCode | null, Held>();

  constructor(@Inject(Settings) private readonly settings: Settings) {}

  /** A certificate that cannot be opened stops the start of whoever will sign, and not the first letter. */
  onModuleInit(): void {
    const { signingCertificate, signingCertificates, role } = this.settings;
    if (role === 'web') return;
    if (signingCertificate !== undefined) this.heldBy(null, new Date(0));
    for (const { country } of signingCertificates) this.heldBy(country, new Date(0));
  }

  /** The programme vouches for a document that nobody signs by name. */
  ofProgramme(pdf: Buffer, kind: DocumentKind, number: string, signedAt: Date): Promise<Sealed> {
    return this.sign(pdf, null, { name: 'MOST', reason: `${REASONS[kind]} ${number}`, signedAt });
  }

  /** Behind what was signed before, which stays as it was. */
  ofSide(pdf: Buffer, number: string, act: SignatureAct, signedAt: Date): Promise<Sealed> {
    const reason = `${act.office} · ${number} · ${act.actedAt.toISOString()}`;
    return this.sign(pdf, act.country, { name: act.name, reason, signedAt });
  }

  private async sign(
    pdf: Buffer,
    side: CountryCode | null,
    facts: { readonly name: string; readonly reason: string; readonly signedAt: Date },
  ): Promise<Sealed> {
    const { publicUrl } = this.settings;
    const { certificate, country } = this.heldBy(side, facts.signedAt);
    const { subject, fingerprint, demonstration } = certificate;
    return {
      pdf: await signPdf(pdf, certificate, {
        ...facts,
        location: new URL(publicUrl).host,
        contact: publicUrl,
      }),
      certificate: { subject, fingerprint, country, demonstration },
    };
  }

  /** What signs for a side, or for the programme. */
  private heldBy(side: CountryCode | null, now: Date): Held {
    const known = this.held.get(side);
    if (known) return known;
    const found = this.find(side, now);
    this.held.set(side, found);
    return found;
  }

  private find(side: CountryCode | null, now: Date): Held {
    const { signingCertificate, signingCertificates, dataDir } = this.settings;
    const own = signingCertificates.find(({ country }) => country === side);
    if (own) {
      const certificate = readSigningCertificate(own.certificate, 'SIGNING_CERTIFICATES_FILE');
      return { certificate, country: own.country };
    }
    // Where an operator gives a side none, the programme's signs for it: who signed stands in the signature itself.
    if (signingCertificate !== undefined) {
      return side === null
        ? { certificate: readSigningCertificate(signingCertificate), country: null }
        : this.heldBy(null, now);
    }
    return { certificate: demonstrationCertificate(dataDir, now, side ?? undefined), country: side };
  }
}
