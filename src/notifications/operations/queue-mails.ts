import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { isErased } from '../../access/public.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import { systemClock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { MailContent } from '../domain/mail-content.js';
import { isTold, noticesOf } from '../domain/recipients.js';
import type { Notice } from '../domain/recipients.js';
import { AgreementMails } from './agreement-mails.js';
import { Audiences } from './audiences.js';
import { CommissionMails } from './commission-mails.js';
import { CallMails } from './call-mails.js';
import { CoApplicantMails } from './co-applicant-mails.js';
import { DiscussionMails } from './discussion-mails.js';
import { FollowerMails } from './follower-mails.js';
import { InterviewMails } from './interview-mails.js';
import { Matters } from './matters.js';
import { OfferMails } from './offer-mails.js';
import { ASKING_TO_SUBMIT, isOvertaken } from './overtaken.js';
import { ReferenceMails } from './reference-mails.js';
import { AppealMails } from './appeal-mails.js';
import { ReviewMails } from './review-mails.js';
import { RoleMails } from './role-mails.js';
import type { MailAddressee } from './role-mails.js';
import { SEND_MAIL } from './send-mail.js';
import { WriteMail } from './write-mail.js';

/** The worker's task that goes on telling whoever began an application; payload `eventId`, `after`. */
export const TELL_APPLICANTS = 'tell_applicants';
/** The same for whoever follows a call. */
export const TELL_FOLLOWERS = 'tell_followers';

/** Turns a fact that has committed into mails to the people whom it concerns. The same fact delivered twice is one mail. */
@Injectable()
export class QueueMails {
  private readonly domain: string;

  constructor(
    @Inject(Settings) settings: Settings,
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Matters) private readonly matters: Matters,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(WriteMail) private readonly write: WriteMail,
    @Inject(RoleMails) private readonly roles: RoleMails,
    @Inject(ReferenceMails) private readonly references: ReferenceMails,
    @Inject(CoApplicantMails) private readonly coApplicants: CoApplicantMails,
    @Inject(CallMails) private readonly calls: CallMails,
    @Inject(FollowerMails) private readonly followers: FollowerMails,
    @Inject(OfferMails) private readonly offers: OfferMails,
    @Inject(ReviewMails) private readonly reviews: ReviewMails,
    @Inject(AppealMails) private readonly appeals: AppealMails,
    @Inject(DiscussionMails) private readonly discussions: DiscussionMails,
    @Inject(InterviewMails) private readonly interviews: InterviewMails,
    @Inject(CommissionMails) private readonly commission: CommissionMails,
    @Inject(AgreementMails) private readonly agreements: AgreementMails,
  ) {
    this.domain = /@([^\s>]+)/.exec(settings.mailFrom)?.[1] ?? new URL(settings.publicUrl).hostname;
  }

  async run(event: DeliveredEvent): Promise<void> {
    const notices = noticesOf(event);
    if (notices.length === 0) return;
    await this.database.transaction(systemContext(systemClock), async (ctx) => {
      if (event.type.startsWith('role.')) return this.aboutRole(ctx, event, notices);
      if (event.type.startsWith('reference.')) return this.aboutReference(ctx, event, notices);
      if (event.type.startsWith('co_applicant.')) return this.aboutCoApplicant(ctx, event, notices);
      if (event.type.startsWith('review.')) return this.aboutReview(ctx, event, notices);
      if (event.type.startsWith('appeal.')) return this.aboutAppeal(ctx, event, notices);
      if (event.type.startsWith('discussion.')) return this.aboutDiscussion(ctx, event, notices);
      if (event.type.startsWith('interview.')) return this.aboutInterview(ctx, event, notices);
      if (event.type.startsWith('commission.')) return this.aboutCommission(ctx, event, notices);
      if (event.type.startsWith('agreement.')) return this.aboutAgreement(ctx, event, notices);
      if (event.subject.kind === 'erasure') return this.aboutErasure(ctx, event, notices);
      if (event.type.startsWith('offer.')) return this.aboutOffer(ctx, event, notices);
      if (event.type.startsWith('call.') || event.type.startsWith('watch.')) {
        await this.toApplicants(ctx, event, notices, '');
        return this.toFollowers(ctx, event, notices, '');
      }
      const reminds = notices.some(({ template }) => ASKING_TO_SUBMIT.includes(template));
      if (reminds && (await isOvertaken(ctx, event.id))) return;
      const matter = await this.matters.of(ctx, event);
      if (!matter) return;
      for (const notice of notices) {
        for (const person of await this.audiences.of(ctx, matter, notice.audience)) {
          if (!isTold(notice, person.id, event.actorId)) continue;
          const content = await this.write.content(matter, notice, person.language);
          await this.queue(ctx, event, notice, person, content);
        }
      }
    });
  }

  private async aboutRole(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const matter = await this.roles.matterOf(ctx, event);
    if (!matter) return;
    for (const notice of notices) {
      for (const person of await this.roles.addressees(ctx, matter, notice.audience)) {
        if (!isTold(notice, person.id ?? '', event.actorId)) continue;
        const content = await this.roles.content(ctx, matter, notice, person.language);
        await this.queue(ctx, event, notice, person, content);
      }
    }
  }

  private async aboutReference(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const matter = await this.references.matterOf(ctx, event);
    if (!matter) return;
    for (const notice of notices) {
      for (const person of await this.references.addressees(ctx, matter, notice.audience)) {
        if (!isTold(notice, person.id ?? '', event.actorId)) continue;
        const content = this.references.content(matter, notice, person.language);
        await this.queue(ctx, event, notice, person, content);
      }
    }
  }

  private async aboutCoApplicant(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const matter = await this.coApplicants.matterOf(ctx, event);
    if (!matter) return;
    for (const notice of notices) {
      for (const person of await this.coApplicants.addressees(ctx, matter, notice.audience)) {
        if (!isTold(notice, person.id ?? '', event.actorId)) continue;
        const content = this.coApplicants.content(matter, notice, person.language);
        await this.queue(ctx, event, notice, person, content);
      }
    }
  }

  private async aboutReview(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const matter = await this.reviews.matterOf(ctx, event);
    if (!matter) return;
    for (const notice of notices.filter((each) => this.reviews.isDue(matter, each))) {
      for (const person of await this.reviews.addressees(ctx, matter, notice.audience)) {
        if (!isTold(notice, person.id, event.actorId)) continue;
        const content = this.reviews.content(matter, notice, person.language);
        await this.queue(ctx, event, notice, person, content);
      }
    }
  }

  private async aboutAppeal(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const matter = await this.appeals.matterOf(ctx, event);
    for (const notice of notices) {
      for (const person of await this.appeals.addressees(ctx, matter, notice.audience)) {
        if (!isTold(notice, person.id, event.actorId)) continue;
        await this.queue(ctx, event, notice, person, this.appeals.content(matter, notice, person.language));
      }
    }
  }

  private async aboutDiscussion(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const matter = await this.discussions.matterOf(ctx, event);
    if (!matter) return;
    for (const notice of notices) {
      for (const person of await this.discussions.addressees(ctx, matter, notice.audience)) {
        if (!isTold(notice, person.id, event.actorId)) continue;
        const content = this.discussions.content(matter, notice, person.language);
        await this.queue(ctx, event, notice, person, content);
      }
    }
  }

  private async aboutInterview(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const matter = await this.interviews.matterOf(ctx, event);
    if (!matter) return;
    for (const notice of notices.filter((each) => this.interviews.isDue(matter, each))) {
      for (const person of await this.interviews.addressees(ctx, matter, notice.audience)) {
        if (!isTold(notice, person.id, event.actorId)) continue;
        const content = await this.interviews.content(ctx, matter, notice, person);
        await this.queue(ctx, event, notice, person, content);
      }
    }
  }

  private async aboutCommission(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const matter = await this.commission.matterOf(ctx, event);
    if (!matter) return;
    for (const notice of notices) {
      for (const person of await this.commission.addressees(ctx, matter, notice.audience)) {
        if (!isTold(notice, person.id, event.actorId)) continue;
        const content = this.commission.content(matter, notice, person.language);
        await this.queue(ctx, event, notice, person, content);
      }
    }
  }

  private async aboutAgreement(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const matter = await this.agreements.matterOf(ctx, event);
    if (!matter) return;
    for (const notice of notices) {
      for (const person of await this.agreements.addressees(ctx, matter, notice.audience)) {
        if (!isTold(notice, person.id, event.actorId)) continue;
        await this.queue(
          ctx,
          event,
          notice,
          person,
          this.agreements.content(matter, notice, person.language),
        );
      }
    }
  }

  /** To an address that stands nowhere else any more; from here on it stands in the mail, until that has left. */
  private async aboutErasure(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const [rows] = await ctx.tx.query<[{ address: string; language: Language; link: Id }[], number]>(
      'delete from erasure_addressees where erasure_id = $1 returning address, language, link_id as link',
      [event.subject.id],
    );
    const [receiver] = rows;
    if (!receiver) return;
    const { address, language, link } = receiver;
    for (const notice of notices) {
      await this.queue(
        ctx,
        event,
        notice,
        { id: null, erasureId: event.subject.id, email: address, language },
        {
          audience: notice.audience,
          values: {},
          facts: [],
          path: '/erasure-receipts/',
          link,
          query: `?lang=${language}`,
        },
      );
    }
  }

  private async aboutOffer(ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]): Promise<void> {
    const matter = await this.offers.matterOf(ctx, event);
    if (!matter) return;
    for (const notice of notices) {
      for (const person of await this.offers.addressees(ctx, matter, notice.audience)) {
        if (!isTold(notice, person.id, event.actorId)) continue;
        const content = this.offers.content(matter, notice.audience, person.language);
        await this.queue(ctx, event, notice, person, content);
      }
    }
  }

  /** The next of those who began an application for the call that a fact is about. */
  goOn(eventId: string, after: string): Promise<void> {
    return this.next(eventId, (ctx, event, notices) => this.toApplicants(ctx, event, notices, after));
  }

  /** The next of those who follow it. */
  goOnWithFollowers(eventId: string, after: string): Promise<void> {
    return this.next(eventId, (ctx, event, notices) => this.toFollowers(ctx, event, notices, after));
  }

  private async next(
    eventId: string,
    tell: (ctx: Ctx, event: DeliveredEvent, notices: readonly Notice[]) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(systemContext(systemClock), async (ctx) => {
      const [event] = await ctx.tx.query<DeliveredEvent[]>(
        `select id::text, type, at, actor_id as "actorId", payload,
           json_build_object('kind', subject_kind, 'id', subject_id) as subject
         from outbox_events where id = $1`,
        [eventId],
      );
      if (event) await tell(ctx, event, noticesOf(event));
    });
  }

  private async toApplicants(
    ctx: Ctx,
    event: DeliveredEvent,
    all: readonly Notice[],
    after: string,
  ): Promise<void> {
    const notices = all.filter(({ audience }) => audience === 'applicants');
    if (notices.length === 0) return;
    const matter = await this.calls.matterOf(ctx, event);
    if (!matter) return;
    const batch = await this.calls.applicants(ctx, matter, after);
    for (const notice of notices) {
      for (const person of batch) {
        if (!isTold(notice, person.id ?? '', event.actorId)) continue;
        const content = await this.calls.content(ctx, matter, notice, person);
        await this.queue(ctx, event, notice, person, content);
      }
    }
    const last = batch.at(-1)?.applicationId;
    if (last !== undefined && this.calls.isFull(batch)) {
      // Committed with the mails of this batch: however often a batch runs, each person has one mail of the fact.
      const payload = { eventId: event.id, after: last };
      await this.outbox.enqueue(ctx, TELL_APPLICANTS, payload, `${TELL_APPLICANTS}:${event.id}:${last}`);
    }
  }

  private async toFollowers(
    ctx: Ctx,
    event: DeliveredEvent,
    all: readonly Notice[],
    after: string,
  ): Promise<void> {
    const notices = all.filter(({ audience }) => audience === 'followers');
    if (notices.length === 0) return;
    const matter = await this.calls.matterOf(ctx, event);
    if (!matter) return;
    const batch = await this.followers.followers(ctx, matter, after);
    const told = await this.followers.applicantsAmong(ctx, matter, batch);
    for (const notice of notices) {
      for (const follower of batch) {
        const { personId, watchId, email, language } = follower;
        if (personId !== null && (told.has(personId) || !isTold(notice, personId, event.actorId))) continue;
        const to: MailAddressee =
          personId === null ? { id: null, watchId, email, language } : { id: personId, email, language };
        await this.queue(ctx, event, notice, to, this.followers.content(matter, notice, follower));
      }
    }
    const last = batch.at(-1)?.watchId;
    if (last !== undefined && this.followers.isFull(batch)) {
      const payload = { eventId: event.id, after: last };
      await this.outbox.enqueue(ctx, TELL_FOLLOWERS, payload, `${TELL_FOLLOWERS}:${event.id}:${last}`);
    }
  }

  private async queue(
    ctx: Ctx,
    event: DeliveredEvent,
    notice: Notice,
    person: MailAddressee,
    content: MailContent,
  ): Promise<void> {
    if (isErased(person.email)) return;
    const id = newId(ctx.clock.now());
    const queued = await ctx.tx.query<unknown[]>(
      `insert into mail_messages (id, event_id, person_id, address, language, template, data, message_id, state, queued_at,
         invitation_id, reference_id, watch_id, co_applicant_id, erasure_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $10, $11, $12, $13, $14) on conflict do nothing returning id`,
      [
        id,
        event.id,
        person.id,
        person.email,
        person.language,
        notice.template,
        JSON.stringify(content),
        `<${id}@${this.domain}>`,
        ctx.clock.now(),
        person.invitationId ?? null,
        person.referenceId ?? null,
        person.watchId ?? null,
        person.coApplicantId ?? null,
        person.erasureId ?? null,
      ],
    );
    if (queued.length > 0) await this.outbox.enqueue(ctx, SEND_MAIL, { mailId: id }, `${SEND_MAIL}:${id}`);
  }
}
