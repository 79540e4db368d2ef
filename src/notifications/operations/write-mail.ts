import { Inject, Injectable } from '@nestjs/common';
import { declinesAt } from '../../applications/public.js';
import type { Custody, Office } from '../../applications/public.js';
import type { DecisionView } from '../../approvals/public.js';
import type { Promises } from '../../calls/public.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Language } from '../../shared/language.js';
import { institutionName } from '../../universities/public.js';
import type { MailContent, MailFact, MailStation } from '../domain/mail-content.js';
import type { MailTemplate, Notice } from '../domain/recipients.js';
import { routeOf } from '../domain/route.js';
import { countryOf, isOfFreemover } from './audiences.js';
import type { ApplicationMatter, DecisionMatter, Matter, MatterSide, PersonMatter } from './matters.js';

const DAY_MS = 86_400_000;

/** Mails in which the applicant wants to see the whole way. */
const WITH_ROUTE: readonly MailTemplate[] = [
  'receipt',
  'receipt_again',
  'nominated',
  'nomination_accepted',
  'offered',
  'accepted',
];

/** Mails that lead to the messages of an application. */
const ON_THE_MESSAGES: readonly MailTemplate[] = ['message_to_applicant', 'message_to_office'];

/** Mails that lead to what a list says of an application. */
const ON_THE_RANKING: readonly MailTemplate[] = ['provisional_list', 'list_recalled'];

/** Mails that lead to the second round, as whoever took part in the first may take part in it. */
const ON_THE_ROUND: readonly MailTemplate[] = ['waiting_ended', 'round_invites'];

/** Mails that lead to the page of the decision; all others lead to the application's. */
const ON_THE_DECISION: readonly MailTemplate[] = [
  'decision_waits',
  'decision_waits_again',
  'decision_divergent',
  'decision_settled',
  'decision_due_soon',
  'decision_overdue',
  'decision_tabled',
  'decision_blocked',
  'decision_named',
  'condition_answered',
  'condition_overdue_side',
];

/** Mails that lead to what both countries ask of an applicant. */
const ON_THE_CONDITIONS: readonly MailTemplate[] = [
  'conditions_set',
  'condition_due_soon',
  'condition_overdue',
];

/** Mails that lead to the gate that the event is about. */
const ON_THE_GATE: readonly MailTemplate[] = ['gate_waits', 'gate_ends'];

/** Reminders of a deadline of the call: told by the call's own clock, and the applicant's beside it. */
const BY_THE_CALL: readonly MailTemplate[] = ['draft_due_soon', 'return_due_soon'];

/** Mails about a document to whoever checks or reads it. */
const ON_THE_REVIEW: readonly MailTemplate[] = ['document_given', 'document_added', 'document_not_given'];

/** Whose promise or duty begins with the event: how many days of the call's promises. */
const PROMISED: Readonly<
  Partial<Record<MailTemplate, Exclude<keyof Promises, 'declinedAfterDays' | 'tabledAfterDays'>>>
> = {
  receipt: 'screeningDays',
  receipt_again: 'screeningDays',
  to_check: 'screeningDays',
  to_check_again: 'screeningDays',
  returned: 'returnDays',
  nomination_to_confirm: 'approvalDays',
  nomination_to_answer: 'hostDecisionDays',
  nominated: 'hostDecisionDays',
  nomination_accepted: 'approvalDays',
  decision_waits: 'approvalDays',
  decision_waits_again: 'approvalDays',
  offered: 'offerDays',
  place_offered: 'offerDays',
};

/** Writes down what a mail says, in the addressee's language and by the clock of their side. */
@Injectable()
export class WriteMail {
  constructor(@Inject(Translator) private readonly translator: Translator) {}

  async content(matter: Matter, notice: Notice, language: Language): Promise<MailContent> {
    switch (matter.kind) {
      case 'application':
        return this.aboutApplication(matter, notice, language);
      case 'decision':
        return this.aboutDecision(matter, notice, language);
      case 'person':
        return this.aboutAccount(matter, notice, language);
    }
  }

  private aboutApplication(
    matter: ApplicationMatter,
    { template, audience }: Notice,
    language: Language,
  ): MailContent {
    const { application, call, decision } = matter;
    const timeZone = BY_THE_CALL.includes(template) ? call.timeZone : countryOf(matter, audience).timeZone;
    const title = this.translator.localized(language, call.title);
    const until = deadlineOf(matter, template);
    const quote = quoteOf(matter, template);
    const route = WITH_ROUTE.includes(template) ? this.route(matter, language, timeZone) : [];
    const freemover = isOfFreemover(matter);
    const ministry = this.translator.localized(language, matter.home.country.ministry);
    return {
      // To whom the ministry is in the part of the home institution, it is as its officer.
      audience: freemover && audience === 'home_coordinators' ? 'home_ministry' : audience,
      ...(freemover ? { variant: 'freemover' } : {}),
      path: ON_THE_DECISION.includes(template)
        ? `/approvals/${decision?.id ?? ''}`
        : audience === 'co_applicants'
          ? `/co-applications/${application.id}`
          : matter.event.subject.kind === 'mobility'
            ? `/mobilities/${matter.event.subject.id}`
            : pathOf(matter, template),
      values: {
        what: application.number ?? title,
        number: application.number ?? '',
        call: title,
        home: freemover ? ministry : (this.institution(language, matter.home)?.value ?? ''),
        home_office: this.translator.t(
          language,
          `notifications.home_office.${freemover ? 'ministry' : 'institution'}`,
          {
            name: freemover ? ministry : (this.institution(language, matter.home)?.value ?? ''),
          },
        ),
        host: this.institution(language, matter.host)?.value ?? '',
        ...(matter.document ? { document: this.translator.localized(language, matter.document.label) } : {}),
        state: this.translator.t(language, `applications.states.${application.state}`),
        ...this.missing(language, matter),
        ...this.gate(language, matter),
        ...this.plannedDay(language, matter),
        ...(application.reserveNumber === null ? {} : { reserve: application.reserveNumber }),
        ...this.untilValues(language, until, timeZone),
        ...(template === 'decision_overdue' && decision
          ? this.silenceOfSide(language, decision, matter.event.payload.side, timeZone)
          : this.silenceOfHost(language, matter, timeZone)),
      },
      facts: [
        ...this.fact(language, 'number', application.number),
        ...this.fact(language, 'call', title),
        ...this.fact(language, 'home', this.institution(language, matter.home)),
        ...this.fact(language, 'sender', freemover ? ministry : null),
        ...this.fact(language, 'host', this.institution(language, matter.host)),
        ...this.fact(
          language,
          'until',
          until &&
            this.translator.deadline(
              language,
              until,
              [timeZone, matter.home.country.timeZone, matter.host?.country.timeZone ?? timeZone],
              matter.event.at,
            ).absolute,
        ),
      ],
      ...(quote ? { quote } : {}),
      ...(route.length > 0 ? { route } : {}),
    };
  }

  /** The day of which a certificate is owed: it has no zone. */
  private plannedDay(language: Language, { event }: ApplicationMatter): Record<string, string> {
    const { day } = event.payload;
    return event.subject.kind === 'mobility' && typeof day === 'string'
      ? {
          planned_day: this.translator.dateInSentence(language, new Date(`${day}T12:00:00Z`), 'UTC'),
        }
      : {};
  }

  /** Which gate the event is about. */
  private gate(language: Language, { event }: ApplicationMatter): Record<string, string> {
    const { kind } = event.payload;
    return event.subject.kind === 'gate' && typeof kind === 'string'
      ? { gate: this.translator.t(language, `gates.kinds.${kind}`) }
      : {};
  }

  /** How much an application that was not submitted still needs. */
  private missing(language: Language, { event }: ApplicationMatter): Record<string, string> {
    const { missing } = event.payload;
    if (typeof missing !== 'number') return {};
    const words = missing === 0 ? 'nothing_missing' : 'missing';
    return { missing: this.translator.t(language, `notifications.${words}`, { count: missing }) };
  }

  private async aboutDecision(
    matter: DecisionMatter,
    { audience }: Notice,
    language: Language,
  ): Promise<MailContent> {
    const { timeZone } = countryOf(matter, audience);
    const summary = await matter.describe(language);
    const side = audience === 'host_ministry' ? matter.decision.host : matter.decision.home;
    const until = side.dueAt;
    const what = summary?.title || summary?.reference || '';
    return {
      audience,
      path: `/approvals/${matter.decision.id}`,
      values: {
        what,
        home: summary?.homeParty ?? '',
        host: summary?.hostParty ?? '',
        ...this.untilValues(language, until, timeZone),
        ...this.silenceOfSide(language, matter.decision, matter.event.payload.side, timeZone),
      },
      facts: [
        ...this.fact(language, 'subject', what),
        ...this.fact(language, 'home_party', summary?.homeParty ?? null),
        ...this.fact(language, 'host_party', summary?.hostParty ?? null),
        ...this.fact(
          language,
          'until',
          this.translator.deadline(
            language,
            until,
            [timeZone, matter.home.country.timeZone, matter.host.country.timeZone],
            matter.event.at,
          ).absolute,
        ),
      ],
    };
  }

  private aboutAccount(
    matter: PersonMatter,
    { template, audience }: Notice,
    language: Language,
  ): MailContent {
    const { timeZone } = matter.home.country;
    return {
      audience,
      path:
        (TO_ANSWER.includes(template)
          ? `/corrections/${String(matter.event.payload.correction)}`
          : ERASURE_TO_ANSWER.includes(template)
            ? `/erasures/${String(matter.event.payload.erasure)}`
            : undefined) ??
        ABOUT_ACCOUNT[template] ??
        (template.startsWith('identity_') ? '/account/identities' : '/account/passkeys'),
      values: this.untilValues(
        language,
        typeof matter.event.payload.until === 'string' ? new Date(matter.event.payload.until) : null,
        timeZone,
      ),
      facts: this.fact(language, 'when', this.translator.dateTime(language, matter.event.at, timeZone)),
    };
  }

  private untilValues(language: Language, until: Date | null, timeZone: string): Record<string, string> {
    if (!until) return {};
    return {
      until: this.translator.dateInSentence(language, until, timeZone),
      until_time: this.translator.dateTimeInSentence(language, until, timeZone),
    };
  }

  /** What it means that a host still says nothing, as its call has it. */
  private silenceOfHost(
    language: Language,
    { call, nomination }: ApplicationMatter,
    timeZone: string,
  ): Record<string, string> {
    const at = nomination?.dueAt ? declinesAt(nomination.dueAt, call.promises) : null;
    return {
      silence: at
        ? this.translator.t(language, 'notifications.silence.host_declines', {
            day: this.translator.dateTimeInSentence(language, at, timeZone),
          })
        : this.translator.t(language, 'notifications.silence.host_waits'),
    };
  }

  /** What it means that a side still says nothing. */
  private silenceOfSide(
    language: Language,
    { home, host }: Pick<DecisionView, 'home' | 'host'>,
    side: unknown,
    timeZone: string,
  ): Record<string, string> {
    const { tablesAt } = side === 'host' ? host : home;
    return {
      silence: tablesAt
        ? this.translator.t(language, 'notifications.silence.side_tables', {
            day: this.translator.dateTimeInSentence(language, tablesAt, timeZone),
          })
        : this.translator.t(language, 'notifications.silence.side_waits'),
    };
  }

  private fact(
    language: Language,
    key: string,
    value: string | { readonly value: string; readonly lang?: string } | null,
  ): MailFact[] {
    if (!value) return [];
    return [
      {
        label: this.translator.t(language, `notifications.facts.${key}`),
        ...(typeof value === 'string' ? { value } : value),
      },
    ];
  }

  private institution(
    language: Language,
    side: MatterSide | null,
  ): { readonly value: string; readonly lang?: string } | null {
    if (!side?.institution) return null;
    const { text, lang } = institutionName(language, side.institution);
    return { value: text, ...(lang === language ? {} : { lang }) };
  }

  private route(matter: ApplicationMatter, language: Language, timeZone: string): MailStation[] {
    const { application, call, custody, nomination } = matter;
    const stations = routeOf({
      state: application.state,
      custody,
      homeEndorsement: call.homeEndorsement && !application.freemover,
      nominationState: nomination?.state ?? null,
    });
    return (stations ?? []).map(({ station, state, custody: held }) => {
      const detail = held.map((each) => this.holder(matter, language, timeZone, each)).join('; ');
      return {
        label: this.translator.t(
          language,
          `notifications.route.stations.${station}${application.freemover && station === 'home_check' ? '_freemover' : ''}`,
        ),
        state: this.translator.t(language, `web.bridge.state.${state}`),
        ...(detail ? { detail } : {}),
        ...(state === 'waiting' ? { current: true } : {}),
      };
    });
  }

  /** "Универзитет у Београду, до 12. марта 2027." */
  private holder(
    matter: ApplicationMatter,
    language: Language,
    timeZone: string,
    { office, until }: Custody,
  ): string {
    const who = this.office(matter, language, office);
    if (!until) return who;
    return this.translator.t(language, 'notifications.route.until', {
      who,
      date: this.translator.dateInSentence(language, until, timeZone),
    });
  }

  private office(matter: ApplicationMatter, language: Language, office: Office): string {
    const ministry = (side: MatterSide | null) =>
      side && this.translator.localized(language, side.country.ministry);
    const name = {
      home_institution: this.institution(language, matter.home)?.value,
      host_institution: this.institution(language, matter.host)?.value,
      home_ministry: ministry(matter.home),
      host_ministry: ministry(matter.host),
      applicant: null,
      joint_commission: null,
      panel: null,
      programme: null,
    }[office];
    return name ?? this.translator.t(language, `notifications.route.office.${office}`);
  }
}

/** Where mails about an account lead, other than to its ways of signing in. */
/** Mails that lead an office to the correction that the event is about. */
const TO_ANSWER: readonly MailTemplate[] = [
  'correction_to_answer',
  'correction_told',
  'correction_due_soon',
  'correction_overdue',
];
/** The same of a request to be erased. */
const ERASURE_TO_ANSWER: readonly MailTemplate[] = [
  'erasure_to_answer',
  'erasure_to_confirm',
  'erasure_due_soon',
  'erasure_overdue',
  'erasure_held',
];

const ABOUT_ACCOUNT: Partial<Readonly<Record<MailTemplate, string>>> = {
  account_join_asked: '/account/join',
  account_joined: '/account',
  correction_done: '/account/corrections',
  correction_refused: '/account/corrections',
  correction_late: '/account/corrections',
  erasure_received: '/account/erasure',
  erasure_granted: '/account/erasure',
  erasure_refused: '/account/erasure',
  erasure_extended: '/account/erasure',
  erasure_held_own: '/account/erasure',
};

/** The event's own deadline, which what happened since then does not move. */
function deadlineOf(
  { event, call, nomination, gates, application }: ApplicationMatter,
  template: MailTemplate,
): Date | null {
  if (template === 'gate_waits') return gates.find(({ id }) => id === event.subject.id)?.dueAt ?? null;
  if (template === 'place_held') return application.dueAt;
  // Of a reminder the limit itself is what is told.
  if (template === 'nomination_due_soon') return nomination?.dueAt ?? null;
  if (typeof event.payload.until === 'string') return new Date(event.payload.until);
  const promise = PROMISED[template];
  return promise === undefined ? null : new Date(event.at.getTime() + call.promises[promise] * DAY_MS);
}

/** Mails about one document lead to its own page. */
function pathOf({ application, document, event }: ApplicationMatter, template: MailTemplate): string {
  if (ON_THE_GATE.includes(template)) return `/gates/${event.subject.id}`;
  const page = `/applications/${application.id}`;
  if (ON_THE_MESSAGES.includes(template)) return `${page}/messages`;
  if (ON_THE_CONDITIONS.includes(template)) return `${page}/conditions`;
  if (ON_THE_RANKING.includes(template)) return `${page}/ranking`;
  if (ON_THE_ROUND.includes(template)) return `${page}/second-round`;
  if (!document) return page;
  return ON_THE_REVIEW.includes(template)
    ? `${page}/review#document-${document.requirement}`
    : `${page}/documents/${document.requirement}`;
}

function quoteOf(
  { application, nomination, decision, document, gates }: ApplicationMatter,
  template: MailTemplate,
): string | null {
  switch (template) {
    case 'not_cleared':
      return gates.find(({ toldText }) => toldText !== null)?.toldText ?? null;
    case 'returned':
      return application.returnReason;
    case 'document_to_correct':
    case 'document_waived':
      return document?.reason ?? null;
    case 'ineligible':
      return application.closingReason;
    case 'nomination_returned':
    case 'nomination_rejected':
    case 'nomination_substituted':
      return nomination?.reasonText ?? null;
    case 'decision_returned':
      return [decision?.home, decision?.host].find((side) => side?.state === 'returned')?.reasonText ?? null;
    default:
      return null;
  }
}
