import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { demonstrationCertificate, readSigningCertificate, signPdf } from '../rendering/pdf-signature.js';
import type { SigningCertificate } from '../rendering/pdf-signature.js';

/** Signs letters with the certificate of the settings; the demonstration makes one of its own and says so in each signature. */
@Injectable()
export class LetterSeal implements OnModuleInit {
  private certificate: SigningCertificate | undefined;

  constructor(@Inject(Settings) private readonly settings: Settings) {}

  /** A certificate that cannot be opened stops the start of whoever will sign, and not the first letter. */
  onModuleInit(): void {
    const { signingCertificate, role } = this.settings;
    if (signingCertificate !== undefined && role !== 'web') {
      this.certificate = readSigningCertificate(signingCertificate);
    }
  }

  sign(pdf: Buffer, signedAt: Date): Promise<Buffer> {
    const { signingCertificate, dataDir, publicUrl } = this.settings;
    this.certificate ??=
      signingCertificate === undefined
        ? demonstrationCertificate(dataDir, signedAt)
        : readSigningCertificate(signingCertificate);
    return signPdf(pdf, this.certificate, {
      name: 'MOST',
      reason: 'Award letter',
      location: new URL(publicUrl).host,
      contact: publicUrl,
      signedAt,
    });
  }
}
