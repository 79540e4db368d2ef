import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { Calls } from '../../calls/public.js';
import type { FormDefinition } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import { KeyedHash } from '../../platform/storage/keyed-hash.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { DuplicatesRepository } from '../data/duplicates.repository.js';
import {
  APPLICATION_CARRIED_OVER,
  APPLICATION_RESUBMITTED,
  APPLICATION_SUBMITTED,
} from '../domain/applications.events.js';
import { likenessesOf } from '../domain/likeness.js';
import type { SubmittedContent } from '../domain/submitted-content.js';

/** The worker's task that goes through what was submitted before applications were compared; payload `after`. */
export const COMPARE_APPLICATIONS = 'compare_applications';
const BATCH = 200;

/** Finds applications of different accounts that look like those of one person. It decides nothing. */
@Injectable()
export class FindDuplicates {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(DuplicatesRepository) private readonly duplicates: DuplicatesRepository,
    @Inject(People) private readonly people: People,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(KeyedHash) private readonly hash: KeyedHash,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** Within the submission: what it can be compared by. `vouched`: the applicant's addresses, where they were read already. */
  async keep(
    ctx: Ctx,
    { id, applicantId }: Pick<ApplicationRow, 'id' | 'applicantId'>,
    form: FormDefinition,
    content: SubmittedContent,
    vouched?: readonly string[],
  ): Promise<void> {
    const mails = vouched ?? (await this.people.vouchedAddresses(ctx, applicantId));
    const likenesses = likenessesOf(form, content, mails).map(({ kind, value }) => ({
      kind,
      value: this.hash.of(`likeness ${kind}`, value),
    }));
    this.duplicates.replaceLikenesses(ctx, id, likenesses);
  }

  /** After it has committed, so that of two submissions at once the later one to be compared finds the other. */
  async afterSubmission(clock: Clock, { type, subject }: DeliveredEvent): Promise<void> {
    if (![APPLICATION_SUBMITTED, APPLICATION_RESUBMITTED, APPLICATION_CARRIED_OVER].includes(type)) return;
    await this.database.transaction(systemContext(clock), (ctx) => this.duplicates.compare(ctx, subject.id));
  }

  /** Compares everything that was submitted, where its events are delivered to nobody. */
  async compareAll(clock: Clock): Promise<void> {
    await this.database.transaction(systemContext(clock), async (ctx) => {
      for (const id of await this.duplicates.likened(ctx)) await this.duplicates.compare(ctx, id);
    });
  }

  /** The next of those that were submitted before; goes on by itself until there are no more. */
  async goOn(clock: Clock, after: string): Promise<void> {
    const request = systemContext(clock);
    const batch = await this.database.read(request, (ctx) => this.duplicates.unlikened(ctx, after, BATCH));
    for (const id of batch) {
      await this.database.transaction(request, async (ctx) => {
        await this.keepEarlier(ctx, id);
        await this.duplicates.compare(ctx, id);
      });
    }
    const last = batch.at(-1);
    if (batch.length < BATCH || last === undefined) return;
    await this.database.transaction(request, (ctx) =>
      this.outbox.enqueue(ctx, COMPARE_APPLICATIONS, { after: last }, `${COMPARE_APPLICATIONS}:${last}`),
    );
  }

  private async keepEarlier(ctx: Ctx, id: Id): Promise<void> {
    const application = await this.applications.find(ctx, id);
    const submission = await this.applications.latestSubmission(ctx, id);
    const form = submission && (await this.calls.form(ctx, application.callId, submission.formVersion));
    if (form) await this.keep(ctx, application, form, submission.content);
  }
}
