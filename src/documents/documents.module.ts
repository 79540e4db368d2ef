import { AccessModule, AccessPorts } from '../access/public.js';
import { documentsOfAccount } from './operations/documents-of-account.js';
import { Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Settings } from '../platform/config/settings.js';
import { Worker } from '../platform/outbox/worker.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { systemClock } from '../shared/clock.js';
import { VirusScanner } from './domain/virus-scan.js';
import { DocumentSeal } from './operations/document-seal.js';
import { ForgetFiles } from './operations/forget-files.js';
import { FileInspector } from './operations/inspect-file.js';
import { IssuedDocuments } from './operations/issued-documents.js';
import { PartialUploads } from './operations/partial-uploads.js';
import { PlainPdf } from './operations/plain-pdf.js';
import { Previews } from './operations/previews.js';
import { Uploads } from './operations/uploads.js';
import { PagePainter } from './rendering/page-painter.js';
import { PdfRenderer } from './rendering/pdf-renderer.js';
import { ClamavScanner, NoVirusScanner } from './scanning/clamav-scanner.js';

@Module({
  imports: [AccessModule, PrivacyModule],
  providers: [
    DocumentSeal,
    IssuedDocuments,
    ForgetFiles,
    PartialUploads,
    PlainPdf,
    Previews,
    Uploads,
    { provide: FileInspector, useFactory: () => new FileInspector() },
    { provide: PagePainter, useFactory: () => new PagePainter() },
    { provide: PdfRenderer, useFactory: () => new PdfRenderer() },
    {
      provide: VirusScanner,
      inject: [Settings],
      useFactory: ({ clamavSocket }: Settings) =>
        clamavSocket === undefined ? new NoVirusScanner() : new ClamavScanner(clamavSocket),
    },
  ],
  exports: [ForgetFiles, IssuedDocuments, PartialUploads, PlainPdf, Previews, Uploads, PdfRenderer],
})
export class DocumentsModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(FileInspector) private readonly inspector: FileInspector,
    @Inject(PdfRenderer) private readonly renderer: PdfRenderer,
    @Inject(PagePainter) private readonly painter: PagePainter,
    @Inject(PartialUploads) private readonly partial: PartialUploads,
    @Inject(Worker) private readonly worker: Worker,
    @Inject(PrivacyPorts) private readonly privacy: PrivacyPorts,
    @Inject(ForgetFiles) private readonly forgetFiles: ForgetFiles,
    @Inject(AccessPorts) private readonly access: AccessPorts,
  ) {}

  onModuleInit(): void {
    this.access.belongings.push(documentsOfAccount);
    this.privacy.erasure.push(this.forgetFiles);
    this.privacy.paper = (paper) => this.renderer.render('person-data', paper);
    this.worker.schedule('17 * * * *', 'expire_partial_uploads', async () => {
      await this.partial.expire(systemClock);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.painter.close(), this.inspector.close(), this.renderer.close()]);
  }
}
