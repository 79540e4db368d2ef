import { Controller, Get, Inject, Param } from '@nestjs/common';
import { IssuedDocuments, PdfRenderer } from '../../documents/public.js';
import { Database } from '../../platform/database/database.js';
import { answerFile, view } from '../../platform/http/page.js';
import type { FileResult, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { ComposeDossier } from '../operations/compose-dossier.js';
import { ApplicationFiles } from '../operations/application-file.js';
import { OpenApplications } from './own-application.js';
import { presentHead } from './presenters/present-head.js';

const PDF = 'application/pdf';
/** The letter will be there soon: the request is accepted, its answer is not made yet. */
const ACCEPTED = 202;

/** What can be downloaded from an application, by its applicant and by the offices that may read it. */
@Controller('applications')
export class FileDownloadsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(OpenApplications) private readonly applications: OpenApplications,
    @Inject(IssuedDocuments) private readonly documents: IssuedDocuments,
    @Inject(ComposeDossier) private readonly composer: ComposeDossier,
    @Inject(PdfRenderer) private readonly renderer: PdfRenderer,
  ) {}

  @Get(':id/dossier.pdf')
  @Can('application.read')
  async dossier(@Web() web: WebRequest, @Param('id') id: string): Promise<FileResult> {
    const { number, data } = await this.database.read(web.ctx, async (ctx) => {
      const file = await this.files.load(ctx, id);
      return { number: file.application.number, data: await this.composer.dossier(ctx, file) };
    });
    return pdf(`${number}-dossier.pdf`, await this.renderer.render('dossier', data));
  }

  @Get(':id/receipt.pdf')
  @Can('application.read')
  async receipt(@Web() web: WebRequest, @Param('id') id: string): Promise<FileResult> {
    const { number, data } = await this.database.read(web.ctx, async (ctx) => {
      const file = await this.files.load(ctx, id);
      return { number: file.application.number, data: await this.composer.receipt(ctx, file) };
    });
    return pdf(`${number}-receipt.pdf`, await this.renderer.render('receipt', data));
  }

  @Get(':id/letter.pdf')
  @Can('application.read')
  async letter(@Web() web: WebRequest, @Param('id') id: string): Promise<FileResult | View> {
    try {
      const letter = await this.database.read(web.ctx, async (ctx) => {
        const { application } = await this.files.load(ctx, id);
        return this.documents.open(ctx, 'award_letter', { kind: 'application', id: application.id });
      });
      return answerFile({
        content: await letter.content(),
        contentType: PDF,
        fileName: `${letter.number}.pdf`,
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.reason !== 'file_not_ready') throw error;
      const head = await this.database.read(web.ctx, async (ctx) =>
        presentHead(await this.applications.open(ctx, id)),
      );
      return view(
        'applications/letter-preparing.njk',
        { head },
        { status: ACCEPTED, title: { key: 'applications.status.letter_preparing.title' } },
      );
    }
  }
}

function pdf(fileName: string, content: Buffer): FileResult {
  return answerFile({ content, contentType: PDF, fileName, length: content.length });
}
