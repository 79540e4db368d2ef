import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import { askedAsOne } from '../../platform/database/prepared.js';
import type { CallView } from '../../calls/public.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { searchKey } from '../../shared/transliteration.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { DOORS_OF_A_SUBMISSION } from '../data/doors-of-a-submission.js';
import { APPLICATION_RESUBMITTED, APPLICATION_SUBMITTED } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import type { SubmittedContent } from '../domain/submitted-content.js';
import { ApplicationFiles } from './application-file.js';
import { ApplicationRecord, daysAfter } from './application-record.js';
import { DocumentFindings } from './document-findings.js';
import { EditApplication } from './edit-application.js';
import { FindDuplicates } from './find-duplicates.js';
import { FreezeContent } from './freeze-content.js';

/** Proof that an application arrived. */
export interface Receipt {
  readonly number: string;
  readonly submittedAt: Date;
  readonly contentHash: string;
}

/**
 * Submits an application, for the first time or after a return. The content is frozen in the words of this moment, the
 * first submission gets its number, and a second click finds the receipt of the first.
 */
@Injectable()
export class SubmitApplication {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(FreezeContent) private readonly freeze: FreezeContent,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(DocumentFindings) private readonly findings: DocumentFindings,
    @Inject(FindDuplicates) private readonly duplicates: FindDuplicates,
    @Inject(People) private readonly people: People,
  ) {}

  run(request: RequestContext, applicationId: string): Promise<Receipt> {
    // In the last minutes before a deadline they come by the hundred.
    const work = (ctx: Ctx) => this.within(ctx, applicationId);
    return this.database.gathered(request, work, DOORS_OF_A_SUBMISSION);
  }

  private async within(ctx: Ctx, applicationId: string): Promise<Receipt> {
    // An id that is none is nobody's: this refuses.
    if (!isId(applicationId)) await this.applications.find(ctx, applicationId);
    const { personId } = ctx.actor;
    // In one message to the database, and all but the lock in one statement, which is asked after the lock is had.
    const [application, parts, addresses, asked] = await askedAsOne(ctx, () =>
      Promise.all([
        this.applications.lock(ctx, applicationId),
        this.files.parts(ctx, applicationId),
        personId === null ? [] : this.people.vouchedAddresses(ctx, personId),
        this.edit.asks(ctx, applicationId),
      ]),
    );
    const receipt = await this.receiptOfFirstClick(ctx, application);
    if (receipt) return receipt;
    const { call, form } = await this.edit.beginWith(ctx, application, 'application.submit', asked);
    const { places } = asked;
    const file = await this.files.assemble(ctx, application, parts, { call, wholeForm: form, places });
    if (file.blockers.length > 0) {
      throw new DomainError('blocked', { reason: 'not_complete', blockers: file.blockers });
    }
    // The number is drawn beside what the words of the content are read from.
    const [content, number] = await askedAsOne(ctx, () =>
      Promise.all([
        this.freeze.of(ctx, file),
        application.number ?? this.record.nextNumber(ctx, application.homeCountry, call.timeZone),
      ]),
    );
    await this.findings.awaitLater(ctx, application, call, file.documents);
    await this.duplicates.keep(ctx, application, file.form, content, addresses);
    return this.submit(ctx, application, call, number, content);
  }

  private async submit(
    ctx: Ctx,
    application: ApplicationRow,
    call: CallView,
    number: string,
    content: SubmittedContent,
  ): Promise<Receipt> {
    const now = ctx.clock.now();
    const again = application.state === 'returned';
    const submission = {
      id: newId(now),
      applicationId: application.id,
      ordinal: application.submissions + 1,
      at: now,
      language: ctx.language,
      formVersion: application.formVersion,
      content,
      contentHash: contentHash(content),
    };
    this.applications.addSubmission(ctx, submission);
    await this.record.move(
      ctx,
      application,
      again ? 'resubmit' : 'submit',
      {
        number,
        submittedAt: application.submittedAt ?? now,
        submissions: submission.ordinal,
        returnedFields: null,
        returnReason: null,
        dueAt: daysAfter(now, call.promises.screeningDays),
        searchKey: searchKeyOf(number, content),
      },
      { number, ordinal: submission.ordinal, contentHash: submission.contentHash },
    );
    await this.record.tell(ctx, application, again ? APPLICATION_RESUBMITTED : APPLICATION_SUBMITTED, {
      number,
    });
    return {
      number,
      submittedAt: application.submittedAt ?? now,
      contentHash: submission.contentHash,
    };
  }

  private async receiptOfFirstClick(ctx: Ctx, application: ApplicationRow): Promise<Receipt | null> {
    if (application.state !== 'submitted' || !application.number || !application.submittedAt) return null;
    authorise(ctx, applicationsPolicy, 'application.read', application, 'application.read');
    if (ctx.actor.personId !== application.applicantId) return null;
    const submission = await this.applications.latestSubmission(ctx, application.id);
    return (
      submission && {
        number: application.number,
        submittedAt: application.submittedAt,
        contentHash: submission.contentHash,
      }
    );
  }
}

/** What a worklist finds an application by: its number and the names of the applicant in every form that was given. */
export function searchKeyOf(number: string, content: SubmittedContent): string {
  const names = content.sections
    .flatMap((section) => section.answers)
    .filter((answer) => /_(family|given)$/.test(answer.question))
    .map((answer) => answer.value);
  return searchKey([number, ...names].join(' '));
}
