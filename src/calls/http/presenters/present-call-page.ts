import { themeName } from '../../../agreements/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Id } from '../../../shared/ids.js';
import type { LocalizedText } from '../../../shared/language.js';
import { institutionCity, institutionName } from '../../../universities/public.js';
import { fieldOfStudy } from '../../data/fields-of-study.js';
import type { CallView, PlaceView } from '../../domain/call.js';
import { coApplicantsOf } from '../../domain/co-applicants.js';
import type { FormDefinition } from '../../domain/form.js';
import type { AmendmentView, CallPageView, FactRow, PlaceRow, StepRow } from '../views/call-views.js';
import { referencesDueAt, referencesOf } from '../../domain/reference-deadline.js';
import type { MovedDeadline } from '../../domain/deadline-move.js';
import { presentCoApplicantRules } from './present-co-applicant-rules.js';
import { presentMove } from './present-deadline-move.js';
import { presentReferenceRules } from './present-reference-rules.js';
import { presentDeadline, presentDirections, presentPhase, zonesOf } from './present-call-card.js';
import type { Reader } from './present-call-card.js';
import { conditionLines } from './present-conditions.js';
import { presentSelection } from './present-selection.js';
import { presentPlaceTerms } from './present-place-terms.js';

const NAMED_LEVELS = new Set([6, 7, 8]);
/** Enough of a check sum for two people to compare by eye. */
const SHOWN_HASH = 12;

export interface CallPageInput {
  readonly call: CallView;
  readonly form: FormDefinition;
  readonly places: readonly PlaceView[];
  readonly agreement: { readonly title: LocalizedText; readonly reference: string } | null;
  readonly signedIn: boolean;
  /** The round before, of a second round; and the one that follows it. */
  readonly former: CallView | null;
  readonly next: CallView | null;
  /** Whether the reader is told what happens to the call. */
  readonly follows: boolean;
  /** How the deadline was moved, the latest first. */
  readonly moves: readonly MovedDeadline[];
  readonly amendments: readonly AmendmentView[];
  /** Names of the institutions that the conditions name. */
  readonly institutions: ReadonlyMap<Id, string>;
}

export function presentCallPage(reader: Reader, input: CallPageInput): CallPageView {
  const { call, form, places } = input;
  const say = (text: LocalizedText) => reader.translator.localized(reader.language, text);
  const consents = form.sections.flatMap((section) => section.consents);
  return {
    slug: call.slug,
    title: say(call.title),
    summary: say(call.summary),
    category: { key: `calls.categories.${call.category}` },
    direction: presentDirections(reader, call).join(' · '),
    state: presentPhase(call.phase),
    deadline: presentDeadline(reader, call),
    places: {
      free: places.reduce((sum, { free }) => sum + free, 0),
      total: places.reduce((sum, { capacity }) => sum + capacity, 0),
      reserved: places.reduce(
        (sum, { reserved }) => sum + reserved.reduce((kept, { free }) => kept + free, 0),
        0,
      ),
    },
    round:
      call.round && input.former
        ? {
            title: say(input.former.title),
            href: `/calls/${input.former.slug}`,
            who: {
              key: `calls.page.round.${call.round.newApplicants ? 'former_and_new' : 'former_only'}`,
            },
          }
        : null,
    nextRound: input.next && { title: say(input.next.title), href: `/calls/${input.next.slug}` },
    whoMayApply: say(call.whoMayApply),
    conditions: form.eligibility
      ? conditionLines(reader.translator, reader.language, form.eligibility, input.institutions)
      : [],
    facts: facts(reader, input),
    steps: steps(call),
    silence: silence(call),
    independent: call.independentAssessment,
    freemovers: call.freemovers && {
      key: call.freemovers.maximum === null ? 'calls.page.freemovers' : 'calls.page.freemovers_most',
      values: { most: call.freemovers.maximum ?? 0 },
    },
    selection:
      call.route === 'ranked' && call.selection ? presentSelection(reader, call.selection, places) : null,
    stepsTotal: stepsTotal(call),
    asked: form.sections
      .filter(({ kind }) => kind === 'questions' || kind === 'choices')
      .map(({ title }) => say(title)),
    documents: form.sections.flatMap((section) =>
      section.documents.map(({ label, hint, required }) => ({
        label: say(label),
        hint: hint ? say(hint) : null,
        required,
      })),
    ),
    consents: { key: 'calls.page.consents_text', values: { count: consents.length } },
    references: referencesAsked(reader, input),
    coApplicants: coApplicantsAdmitted(reader, form),
    placeRows: places.map((place) => placeRow(reader, place, input.institutions)),
    agreement: input.agreement && {
      title: say(input.agreement.title),
      href: `/agreements/${encodeURIComponent(input.agreement.reference)}`,
    },
    apply: applyOf(call, input.signedIn),
    signInHref: `/sign-in?return=${encodeURIComponent(`/calls/${call.slug}`)}`,
    watch: watchOf(input),
    amendments: input.amendments,
    moves: input.moves.map((move) => presentMove(reader, move, call.timeZone)),
    listHref: hasList(call) ? `/calls/${call.slug}/list` : null,
    cancelled: call.cancelledReason
      ? { key: 'calls.page.cancelled', values: { reason: call.cancelledReason } }
      : null,
    approved: call.publishedHash
      ? { key: 'calls.page.approved', values: { hash: call.publishedHash.slice(0, SHOWN_HASH) } }
      : null,
  };
}

/** Whether it has lists, or will have some: before the first their page shows what the lot is bound to. */
function hasList({ route, selection, state }: CallView): boolean {
  return route === 'ranked' && selection !== null && state !== 'draft' && state !== 'cancelled';
}

function coApplicantsAdmitted(reader: Reader, form: FormDefinition): CallPageView['coApplicants'] {
  const rule = coApplicantsOf(form);
  return (
    rule && {
      rules: presentCoApplicantRules(rule),
      roles: rule.roles ? reader.translator.localized(reader.language, rule.roles) : null,
    }
  );
}

function referencesAsked(reader: Reader, { call, form }: CallPageInput): CallPageView['references'] {
  const asked = referencesOf(form);
  if (!asked) return null;
  const due = referencesDueAt(call, asked);
  return {
    rules: presentReferenceRules(asked),
    due: reader.translator.deadline(reader.language, due, zonesOf(reader, call), reader.now).absolute,
  };
}

function facts(reader: Reader, { call, places }: CallPageInput): readonly FactRow[] {
  const { translator, language, now } = reader;
  const zones = zonesOf(reader, call);
  const instant = (at: Date) => translator.deadline(language, at, zones, now).absolute;
  // A calendar day has no zone; UTC on both ends shows it as it is.
  const day = (text: string) => translator.date(language, new Date(`${text}T00:00:00Z`), 'UTC');
  const free = places.reduce((sum, place) => sum + place.free, 0);
  const total = places.reduce((sum, { capacity }) => sum + capacity, 0);
  const row = (fact: string, value: string | Message): FactRow => ({
    label: { key: `calls.facts.${fact}` },
    value,
  });
  return [
    row('closes', instant(call.closesAt)),
    ...(call.graceMinutes > 0
      ? [row('grace', { key: 'calls.grace', values: { count: call.graceMinutes } })]
      : []),
    row('opens', instant(call.opensAt)),
    row('places', { key: 'calls.free_of', values: { free, total } }),
    row('choices', { key: 'calls.choices', values: { count: call.maxChoices } }),
    row('funding', translator.localized(language, call.funding)),
    {
      label: { key: 'calls.facts.direction' },
      values: presentDirections(reader, call),
    },
    ...(call.themes.length > 0
      ? [
          {
            label: { key: 'calls.facts.themes' },
            values: call.themes.map((theme) => translator.localized(language, themeName(theme))),
          },
        ]
      : []),
    row('stay', { key: 'calls.stay', values: { from: day(call.stayFrom), until: day(call.stayUntil) } }),
    row('year', call.academicYear),
  ];
}

/** The way of an application through both countries, with what is promised for each step. */
function steps({ route, homeEndorsement, promises }: CallView): readonly StepRow[] {
  const step = (name: string, when: string | Message): StepRow => ({
    who: { key: `calls.steps.${name}.who` },
    what: { key: `calls.steps.${name}.what` },
    when,
  });
  const within = (days: number): Message => ({ key: 'calls.page.within', values: { count: days } });
  const afterDeadline: Message = { key: 'calls.page.after_deadline' };
  const ranked = route === 'ranked';
  return [
    step('submit', ''),
    step('screening', within(promises.screeningDays)),
    step('mend', within(promises.returnDays)),
    ...(ranked ? [step('review', afterDeadline), step('selection', afterDeadline)] : []),
    ...(homeEndorsement ? [step('endorsement', within(promises.approvalDays))] : []),
    step('host', within(promises.hostDecisionDays)),
    step('approval', within(promises.approvalDays)),
    step('offer', within(promises.offerDays)),
  ];
}

/** What it means that a host or a ministry does not speak in its time: also where nothing is said of it, so that nobody hopes. */
function silence({ promises: { declinedAfterDays, tabledAfterDays } }: CallView): readonly Message[] {
  const said = (key: string, count: number | undefined): Message =>
    count === undefined
      ? { key: `calls.page.silence.${key}_waits` }
      : { key: `calls.page.silence.${key}_after`, values: { count } };
  return [said('host', declinedAfterDays), said('ministry', tabledAfterDays)];
}

/** Longest way from submission to the offer, a return not counted: that time is the applicant's own. */
function stepsTotal({ route, homeEndorsement, promises }: CallView): Message {
  if (route === 'ranked') return { key: 'calls.page.steps_total_ranked' };
  const { screeningDays, hostDecisionDays, approvalDays } = promises;
  const count = screeningDays + hostDecisionDays + approvalDays * (homeEndorsement ? 2 : 1);
  return { key: 'calls.page.steps_total', values: { count } };
}

export function placeRow(
  { translator, language }: Reader,
  place: PlaceView,
  institutions: ReadonlyMap<Id, string>,
): PlaceRow {
  const { institution, level } = place;
  const field = fieldOfStudy(place.fieldCode);
  return {
    host: { ...institutionName(language, institution), href: `/institutions/${institution.slug}` },
    unit: place.unitName && translator.localized(language, place.unitName),
    city: institutionCity(language, institution),
    country: translator.countryName(language, institution.country),
    field: field ? translator.localized(language, field) : place.fieldCode,
    level: levelText(level),
    language: {
      key: 'calls.language_needed',
      values: {
        language: translator.languageName(language, place.language),
        level:
          place.languageLevel === 'NS' ? translator.t(language, 'calls.native_speaker') : place.languageLevel,
      },
    },
    months: translator.number(language, place.months),
    services: place.services
      ? { key: 'calls.page.offers', values: { services: translator.localized(language, place.services) } }
      : null,
    ...presentPlaceTerms(translator, language, place, institutions),
    free: { key: 'calls.free_of', values: { free: place.free, total: place.capacity } },
    full: place.free === 0,
  };
}

function levelText(level: number | null): Message {
  if (level === null) return { key: 'calls.page.any_level' };
  if (NAMED_LEVELS.has(level)) return { key: `calls.levels.${level}` };
  return { key: 'calls.levels.other', values: { level } };
}

function watchOf({ call, signedIn, follows }: CallPageInput): CallPageView['watch'] {
  if (follows) return 'following';
  if (call.phase !== 'upcoming') return null;
  return signedIn ? 'follow' : 'link';
}

function applyOf({ phase, round }: CallView, signedIn: boolean): CallPageView['apply'] {
  switch (phase) {
    case 'open':
      if (round?.newApplicants === false) return 'former_only';
      return signedIn ? 'form' : 'sign_in';
    case 'upcoming':
      return 'upcoming';
    case 'grace':
      return 'grace';
    case 'draft':
    case 'standby':
      return 'draft';
    case 'closed':
    case 'in_selection':
    case 'provisional_published':
    case 'final_published':
    case 'cancelled':
    case 'archived':
      return 'closed';
  }
}
