import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { Uploads } from '../../documents/public.js';
import { Database } from '../../platform/database/database.js';
import { Detour } from '../../platform/http/detour.js';
import { STATUS } from '../../platform/http/error-status.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Message, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { documentForOffice } from '../operations/application-file.js';
import { CheckDocuments } from '../operations/check-documents.js';
import { ReadDocument } from '../operations/read-document.js';
import { SupplementDocument } from '../operations/supplement-document.js';
import { OpenApplications, isEditable, isOwn } from './own-application.js';
import { controlOf, presentDocumentPage } from './presenters/present-documents.js';
import type { DocumentActName } from './presenters/present-documents.js';
import { problemWords } from './presenters/present-section.js';
import { ReadOffice } from './read-office.js';
import { reviewPage } from './review-page.js';
import type { Words } from './views/applicant-views.js';

/** After these the page comes back and says why; any other refusal has no page to come back to. */
const ANSWERED_HERE: readonly ErrorCode[] = [
  'invalid',
  'blocked',
  'wrong_state',
  'stale',
  'too_late',
  'too_large',
  'unavailable',
];

/** Documents one by one: the page of each for its applicant, and the word of whoever checks it. */
@Controller('applications')
export class DocumentPagesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OpenApplications) private readonly applications: OpenApplications,
    @Inject(ReadOffice) private readonly office: ReadOffice,
    @Inject(Uploads) private readonly uploads: Uploads,
    @Inject(ReadDocument) private readonly documents: ReadDocument,
    @Inject(CheckDocuments) private readonly checks: CheckDocuments,
    @Inject(SupplementDocument) private readonly supplements: SupplementDocument,
  ) {}

  /** A file by its id; by the name of what the form asks for, the page of that document. */
  @Get(':id/documents/:document')
  @Can('application.read')
  async document(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('document') name: string,
  ): Promise<FileResult | Redirect | View> {
    if (!isId(name)) return this.page(web, id, name, null);
    const { document } = await this.database.read(web.ctx, (ctx) => this.documents.run(ctx, id, name));
    return answerFile({
      content: await document.content(),
      contentType: document.mediaType,
      fileName: document.fileName,
      length: document.sizeBytes,
    });
  }

  /** The address of the form that came back, opened again. */
  @Get(':id/documents/:requirement/supplement')
  @Can('application.read')
  beforeSupplement(@Param('id') id: string, @Param('requirement') requirement: string): Redirect {
    return redirect(`/applications/${id}/documents/${encodeURIComponent(requirement)}`);
  }

  @Post(':id/documents/:requirement/supplement')
  @Can('application.supplement_document')
  @AcceptsFile()
  @Limited('upload')
  async supplement(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<View | Redirect> {
    try {
      await this.supplements.run(web.ctx, id, requirement, await web.file());
    } catch (error) {
      if (!(error instanceof DomainError) || !ANSWERED_HERE.includes(error.code)) throw error;
      return this.page(web, id, requirement, error);
    }
    return redirect(`/applications/${id}/documents/${requirement}`, {
      flash: { kind: 'success', key: 'applications.documents.supplemented' },
    });
  }

  @Get(':id/review/documents/:upload')
  @Can('application.read')
  async officeDocument(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('upload') uploadId: string,
  ): Promise<FileResult | Redirect> {
    if (!isId(uploadId)) return redirect(`/applications/${id}/review#documents`);
    const found = await this.database.read(web.ctx, async (ctx) => {
      const { open } = await this.office.review(ctx, id);
      const { fileName } = documentForOffice(open.file, uploadId);
      const subject = { kind: 'application', id: open.file.application.id };
      return { ...(await this.uploads.open(ctx, subject, uploadId)), fileName };
    });
    return answerFile({
      content: await found.content(),
      contentType: found.mediaType,
      fileName: found.fileName,
      length: found.sizeBytes,
      disposition: 'inline',
    });
  }

  /** Reloaded after a refusal, or opened in another language: the page that the forms stand on. */
  @Get(':id/review/documents/:requirement/:act')
  @Can('application.read')
  beforeChecking(@Param('id') id: string): Redirect {
    return redirect(`/applications/${id}/review#documents`);
  }

  @Post(':id/review/documents/accept-all')
  @Can('application.check_documents')
  async acceptAll(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    const count = await this.checks.acceptAll(web.ctx, id);
    return redirect(`/applications/${id}/review#documents`, {
      flash: { kind: 'success', key: 'applications.documents.done.accept_all', values: { count } },
    });
  }

  @Post(':id/review/documents/:requirement/accept')
  @Can('application.check_documents')
  accept(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<View | Redirect> {
    return this.check(web, id, requirement, 'accept', () =>
      this.checks.accept(web.ctx, id, requirement, seenIn(web)),
    );
  }

  @Post(':id/review/documents/:requirement/correct')
  @Can('application.check_documents')
  correct(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<View | Redirect> {
    return this.check(web, id, requirement, 'correct', () =>
      this.checks.askForCorrection(web.ctx, id, requirement, {
        reason: typedIn(web, controlOf('reason', 'correct', requirement)),
        until: typedIn(web, controlOf('until', 'correct', requirement)),
        ...seenIn(web),
      }),
    );
  }

  @Post(':id/review/documents/:requirement/waive')
  @Can('application.check_documents')
  waive(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<View | Redirect> {
    return this.check(web, id, requirement, 'waive', () =>
      this.checks.waive(web.ctx, id, requirement, {
        reason: typedIn(web, controlOf('reason', 'waive', requirement)),
        ...seenIn(web),
      }),
    );
  }

  /** Does it and says so; where it cannot be done, shows why beside what was typed. */
  private async check(
    web: WebRequest,
    id: string,
    requirement: string,
    act: DocumentActName,
    run: () => Promise<void>,
  ): Promise<View | Redirect> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof DomainError) || !ANSWERED_HERE.includes(error.code)) throw error;
      return this.database.read(web.ctx, async (ctx) => {
        const reading = await this.office.review(ctx, id);
        if (isOwn(ctx, reading.open.file)) throw new Detour(`/applications/${id}`);
        const stale = error.code === 'stale';
        const refusal: Message | null =
          stale || error.code === 'invalid' ? null : { key: `reasons.${error.reason}`, values: error.values };
        const document = { requirement, act, typed: web.body, problems: error.fields };
        const state = { act: null, typed: {}, problems: [], stale, refusal, document };
        return reviewPage(ctx, reading, state, STATUS[error.code]);
      });
    }
    return redirect(`/applications/${id}/review#document-${requirement}`, {
      flash: { kind: 'success', key: `applications.documents.done.${act}` },
    });
  }

  /** The page of one document. While the form is open, its own page is the place. */
  private page(
    web: WebRequest,
    id: string,
    requirement: string,
    error: DomainError | null,
  ): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.applications.own(ctx, id);
      const item = open.file.documents.find((each) => each.requirement.id === requirement);
      if (!item) throw error ?? new DomainError('not_found');
      if (isEditable(open.file)) return redirect(`/applications/${id}/${item.section}`);
      const model = presentDocumentPage(open, item, error && refusalWords(error));
      return view('applications/document.njk', model, {
        title: { key: 'applications.form.section_title', values: { section: model.label } },
        ...(error ? { status: STATUS[error.code] } : {}),
      });
    });
  }
}

function refusalWords({ fields, reason, values }: DomainError): Words {
  const [problem] = fields;
  return problem ? problemWords(problem) : { key: `reasons.${reason}`, values };
}

function typedIn(web: WebRequest, name: string): string {
  const value = web.body[name];
  return typeof value === 'string' ? value : '';
}

/** Which version the page showed, where the form says it. */
function seenIn(web: WebRequest): { readonly seen?: string } {
  const { seen } = web.body;
  return typeof seen === 'string' ? { seen } : {};
}
