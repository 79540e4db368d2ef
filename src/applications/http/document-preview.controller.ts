import { Controller, Get, Inject, Param } from '@nestjs/common';
import { Previews } from '../../documents/public.js';
import { Database } from '../../platform/database/database.js';
import { answerFile, view } from '../../platform/http/page.js';
import type { FileResult, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { ReadDocument } from '../operations/read-document.js';
import { presentPreview } from './presenters/present-preview.js';

/** A document inside a page, page by page as pictures, for whoever may take it. It needs no script and no other program. */
@Controller('applications')
export class DocumentPreviewController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ReadDocument) private readonly documents: ReadDocument,
    @Inject(Previews) private readonly previews: Previews,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get(':id/documents/:upload/preview')
  @Can('application.read')
  preview(@Web() web: WebRequest, @Param('id') id: string, @Param('upload') upload: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const read = await this.documents.run(ctx, id, upload);
      const pages = this.previews.pagesOf(read.document);
      return view(
        'applications/document-preview.njk',
        presentPreview(this.translator, ctx.language, read, pages),
        {
          title: { key: 'applications.preview_document.title', values: { name: read.document.fileName } },
        },
      );
    });
  }

  @Get(':id/documents/:upload/pages/:page')
  @Can('application.read')
  async page(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('upload') upload: string,
    @Param('page') page: string,
  ): Promise<FileResult> {
    const { document } = await this.database.read(web.ctx, (ctx) => this.documents.run(ctx, id, upload));
    // No transaction is open while it is painted.
    const { content, mediaType } = await this.previews.page(
      document,
      /^\d{1,3}$/.test(page) ? Number(page) : 0,
    );
    return answerFile({ content, contentType: mediaType, fileName: `${page}`, disposition: 'inline' });
  }
}
