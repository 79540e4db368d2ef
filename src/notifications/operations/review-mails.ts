import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Addressee } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import { ReadReviews } from '../../reviews/public.js';
import type { ReviewForMail } from '../../reviews/public.js';
import type { Language } from '../../shared/language.js';
import type { MailContent } from '../domain/mail-content.js';
import type { Audience, MailTemplate, Notice } from '../domain/recipients.js';

/** Mails that ask a reviewer for something. */
const ASKING: readonly MailTemplate[] = ['review_assigned', 'review_due_soon', 'review_due'];

export interface ReviewMatter {
  readonly event: DeliveredEvent;
  readonly review: ReviewForMail;
}

/**
 * Mails about reviews: to whoever assesses, and to those who keep the panel. An application is called in them as the pages
 * call it to its readers, so that no mail tells what no page does; what a review says stands in none.
 */
@Injectable()
export class ReviewMails {
  constructor(
    @Inject(ReadReviews) private readonly reviews: ReadReviews,
    @Inject(People) private readonly people: People,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<ReviewMatter | null> {
    const review = await this.reviews.forMail(ctx, event.subject.id);
    return review && { event, review };
  }

  /** What was handed in or taken back before the mail was written asks for nothing any more. */
  isDue({ review }: ReviewMatter, { template }: Notice): boolean {
    return !ASKING.includes(template) || review.awaited;
  }

  async addressees(ctx: Ctx, { review }: ReviewMatter, audience: Audience): Promise<readonly Addressee[]> {
    if (audience === 'assessor') {
      const person = await this.people.personById(ctx, review.reviewerId);
      return person ? [person] : [];
    }
    if (audience !== 'panel_keepers') return [];
    const found = new Map<string, Addressee>();
    for (const country of review.countries) {
      for (const person of await this.people.peopleWithRole(ctx, 'commission_secretary', { country })) {
        found.set(person.id, person);
      }
    }
    return [...found.values()];
  }

  content({ event, review }: ReviewMatter, { template, audience }: Notice, language: Language): MailContent {
    const { translator } = this;
    const { call, dueAt, panelId, reviewer } = review;
    const title = translator.localized(language, call.title);
    const toAssessor = audience === 'assessor';
    const number = toAssessor ? review.name.number : review.number;
    const subject =
      number ??
      (review.name.pseudonym === null
        ? translator.t(language, 'reviews.candidate_unnumbered')
        : translator.t(language, 'reviews.candidate', { number: String(review.name.pseudonym) }));
    const until = translator.deadline(language, dueAt, [call.timeZone], event.at);
    const fact = (key: string, value: string) => ({
      label: translator.t(language, `notifications.facts.${key}`),
      value,
    });
    return {
      audience,
      path: toAssessor
        ? ASKING.includes(template)
          ? `/reviews/${event.subject.id}`
          : '/reviews'
        : `/reviews/panels/${panelId}`,
      values: {
        number: subject,
        call: title,
        until: translator.dateInSentence(language, dueAt, call.timeZone),
        name: toAssessor ? '' : (reviewer?.name ?? ''),
      },
      facts: [
        fact('subject', subject),
        fact('call', title),
        ...(ASKING.includes(template) ? [fact('until', until.absolute)] : []),
      ],
      ...(template === 'review_declined' && review.reason ? { quote: review.reason } : {}),
    };
  }
}
