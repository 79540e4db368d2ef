import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import type { CountryCode } from '../../shared/country.js';
import type { DocumentKind } from '../domain/document-kinds.js';
import type { SignatureAct } from '../domain/signatures.js';
import { demonstrationCertificate, readSigningCertificate, signPdf } from '../rendering/pdf-signature.js';
import type { SigningCertificate } from '../rendering/pdf-signature.js';

/** Readers show it beside the signature; few of them know more than one language. */
const REASONS: Readonly<Record<DocumentKind, string>> = {
  award_letter: 'Award letter',
  decision_record: 'Record of a decision of two countries',
  protocol: 'Protocol of the joint commission',
};

/**
 * Seals documents with the certificates of the settings; the demonstration makes its own, one for the programme and one for
 * each side, and says so in each signature.
 */
@Injectable()
export class DocumentSeal implements OnModuleInit {
  private readonly certificates = new Map<CountryCode | null, SigningCertificate>();

  constructor(@Inject(Settings) private readonly settings: Settings) {}

  /** A certificate that cannot be opened stops the start of whoever will sign, and not the first letter. */
  onModuleInit(): void {
    const { signingCertificate, role } = this.settings;
    if (signingCertificate !== undefined && role !== 'web') {
      this.certificates.set(null, readSigningCertificate(signingCertificate));
    }
  }

  /** The programme vouches for a document that nobody signs by name. */
  ofProgramme(pdf: Buffer, kind: DocumentKind, number: string, signedAt: Date): Promise<Buffer> {
    return this.sign(pdf, null, { name: 'MOST', reason: `${REASONS[kind]} ${number}`, signedAt });
  }

  /** Behind what was signed before, which stays as it was. */
  ofSide(pdf: Buffer, number: string, act: SignatureAct, signedAt: Date): Promise<Buffer> {
    const reason = `${act.office} · ${number} · ${act.actedAt.toISOString()}`;
    return this.sign(pdf, act.country, { name: act.name, reason, signedAt });
  }

  private sign(
    pdf: Buffer,
    country: CountryCode | null,
    facts: { readonly name: string; readonly reason: string; readonly signedAt: Date },
  ): Promise<Buffer> {
    const { publicUrl } = this.settings;
    return signPdf(pdf, this.certificateOf(country, facts.signedAt), {
      ...facts,
      location: new URL(publicUrl).host,
      contact: publicUrl,
    });
  }

  private certificateOf(country: CountryCode | null, now: Date): SigningCertificate {
    const { signingCertificate, dataDir } = this.settings;
    // Where an operator gives one certificate, it seals for both sides: who signed stands in the signature itself.
    const whose = signingCertificate === undefined ? country : null;
    const known = this.certificates.get(whose);
    if (known) return known;
    const certificate =
      signingCertificate === undefined
        ? demonstrationCertificate(dataDir, now, whose ?? undefined)
        : readSigningCertificate(signingCertificate);
    this.certificates.set(whose, certificate);
    return certificate;
  }
}
