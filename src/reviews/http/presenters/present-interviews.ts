import type { Tag } from '../../../applications/public.js';
import type { CallView } from '../../../calls/public.js';
import type { DomainError, FieldProblem } from '../../../shared/domain-error.js';
import { LANGUAGES } from '../../../shared/language.js';
import { wallTime } from '../../../shared/zoned-time.js';
import type { InterviewSlotRow } from '../../data/interview-slot.entity.js';
import { ENTRY_MAX, REMARK_MAX } from '../../domain/discussion.js';
import type { InterviewState } from '../../domain/interview.states.js';
import { interviewStates } from '../../domain/interview.states.js';
import { interviewsPolicy } from '../../domain/interviews.policy.js';
import { panelsPolicy } from '../../domain/panels.policy.js';
import type { OwnInterviews, PanelInterviews } from '../../operations/read-interviews.js';
import type {
  ChangeTimeView,
  InterviewsView,
  NoteView,
  OwnInterviewView,
  TimeView,
} from '../views/interview-views.js';
import type { Field, Problem } from '../views/review-views.js';
import type { ReviewReader } from './present-reviews.js';

type Typed = Readonly<Record<string, string>>;

const KINDS: Readonly<Record<InterviewState, Tag['kind']>> = {
  invited: 'brass',
  proposed: 'brass',
  booked: 'leaf',
  change_asked: 'brass',
  held: 'leaf',
  missed: 'brick',
  cancelled: 'grey',
};

const stateOf = (state: InterviewState): Tag => ({
  kind: KINDS[state],
  text: { key: `record_states.interview.${state}` },
});

export function presentInterviews(
  reader: ReviewReader,
  open: PanelInterviews,
  typed: Typed,
  error: DomainError | null,
): InterviewsView {
  const { panel, facts, call, slots, interviews, uninvited, names, zone } = open;
  const { translator, language, now, actor } = reader;
  const keeps = panelsPolicy.decide(actor, 'panel.assign', facts).allowed;
  const problems = error?.fields ?? [];
  const byId = new Map(slots.map((slot) => [slot.id, slot]));
  const free = slots.filter((slot) => slot.cancelledAt === null && !slot.taken && slot.startsAt > now);
  const options = free.map((slot) => ({
    value: slot.id,
    label: translator.dateTime(language, slot.startsAt, call.timeZone),
  }));
  const named = (id: string) => {
    const name = names.get(id);
    return { name: name?.name ?? '—', lang: name?.language ?? language };
  };
  const href = `/reviews/panels/${panel.id}/interviews`;
  return {
    href,
    back: `/reviews/panels/${panel.id}`,
    panel: translator.localized(language, panel.name),
    call: { title: translator.localized(language, call.title), href: `/calls/${call.slug}` },
    problems: problemsOf(problems),
    note: noteOf(error),
    slots: slots
      .filter(({ cancelledAt }) => cancelledAt === null)
      .map((slot) => ({
        id: slot.id,
        time: timeOf(reader, call, zone, slot),
        members: slot.members.map(named),
        state: slot.taken
          ? { kind: 'leaf', text: { key: 'reviews.interviews.taken' } }
          : slot.startsAt > now
            ? { kind: 'sky', text: { key: 'reviews.interviews.free' } }
            : { kind: 'grey', text: { key: 'reviews.interviews.past' } },
        withdraws: keeps && !slot.taken && slot.startsAt > now,
        changeHref: keeps && slot.startsAt > now ? `${href}/times/${slot.id}` : null,
      })),
    interviews: interviews.map(({ interview, facts: of, number, notes }) => {
      const may = (action: string) => interviewsPolicy.decide(actor, action, of).allowed;
      const slot = interview.slotId === null ? undefined : byId.get(interview.slotId);
      const arranges = may('interview.arrange');
      return {
        id: interview.id,
        name: number ?? { key: 'reviews.candidate_unnumbered' },
        state: stateOf(interview.state),
        time: slot ? timeOf(reader, call, zone, slot) : null,
        reason: interview.reason,
        notes: notes.map((note): NoteView => ({
          by:
            note.authorId === actor.personId
              ? { text: { key: 'reviews.discussion.you' } }
              : { text: named(note.authorId).name, lang: named(note.authorId).lang },
          at: translator.dateTime(language, note.writtenAt, call.timeZone),
          lang: note.language,
          text: note.text,
        })),
        move: arranges
          ? [
              ...(interviewStates.allows(interview.state, 'let_choose')
                ? [{ value: '', label: { key: 'reviews.interviews.let_choose' } }]
                : []),
              ...options,
            ]
          : null,
        cancels: arranges,
        attends: slot !== undefined && slot.startsAt <= now && may('interview.attend'),
        noteFields: may('interview.note')
          ? [
              {
                kind: 'textarea',
                name: `text-${interview.id}`,
                label: { key: 'reviews.interviews.fields.note' },
                hint: { key: 'reviews.interviews.fields.note_hint' },
                value: typed[`text-${interview.id}`] ?? '',
                rows: 4,
                maxCharacters: ENTRY_MAX,
              },
              {
                kind: 'select',
                name: `language-${interview.id}`,
                label: { key: 'reviews.discussion.fields.language' },
                value: typed[`language-${interview.id}`] ?? language,
                options: LANGUAGES.map((value) => ({
                  value,
                  label: translator.languageName(value, value),
                  lang: value,
                })),
              },
            ]
          : null,
      };
    }),
    invite:
      keeps && uninvited.length > 0
        ? [
            {
              kind: 'select',
              name: 'application',
              label: { key: 'reviews.interviews.fields.application' },
              value: typed.application ?? '',
              options: uninvited.map(({ id, number }) => ({
                value: id,
                label: number ?? { key: 'reviews.candidate_unnumbered' },
              })),
              ...problem('application', problems),
            },
            {
              kind: 'select',
              name: 'slot',
              label: { key: 'reviews.interviews.fields.slot' },
              hint: { key: 'reviews.interviews.fields.slot_hint' },
              value: typed.slot ?? '',
              optional: true,
              options,
            },
          ]
        : null,
    offer: keeps ? timeFields(reader, open, typed, problems) : null,
  };
}

export function presentChangeTime(
  reader: ReviewReader,
  open: PanelInterviews,
  slot: PanelInterviews['slots'][number],
  typed: Typed | null,
  error: DomainError | null,
): ChangeTimeView {
  const wall = wallTime(slot.startsAt, open.call.timeZone);
  const [year = '', month = '', day = ''] = wall.day.split('-');
  const before: Typed = {
    'date-day': String(Number(day)),
    'date-month': String(Number(month)),
    'date-year': year,
    time: wall.time,
    minutes: String(slot.minutes),
    place: slot.place ?? '',
    link: slot.link ?? '',
    members: slot.members.join('\n'),
  };
  const back = `/reviews/panels/${open.panel.id}/interviews`;
  return {
    back,
    action: `${back}/times/${slot.id}`,
    problems: problemsOf(error?.fields ?? []),
    note: noteOf(error),
    fields: timeFields(reader, open, typed ?? before, error?.fields ?? []),
  };
}

export function presentOwnInterview(
  reader: ReviewReader,
  own: OwnInterviews,
  typed: Typed,
  error: DomainError | null,
): OwnInterviewView {
  const { translator, language, actor } = reader;
  const { call, zone, interviews, applicationId, number } = own;
  const problems = error?.fields ?? [];
  return {
    href: `/applications/${applicationId}/interview`,
    back: { href: `/applications/${applicationId}`, number: number ?? '' },
    call: translator.localized(language, call.title),
    problems: problemsOf(problems),
    note: noteOf(error),
    interviews: interviews.map(({ interview, facts, slot, free }) => {
      const answers = interviewsPolicy.decide(actor, 'interview.answer', facts).allowed;
      const may = (act: 'book' | 'confirm' | 'ask_other') =>
        answers && interviewStates.allows(interview.state, act);
      return {
        id: interview.id,
        state: stateOf(interview.state),
        sentence: { key: `reviews.own_interview.sentences.${interview.state}` },
        time: slot ? timeOf(reader, call, zone, slot) : null,
        reason: interview.reason,
        choice:
          may('book') && free.length > 0
            ? {
                kind: 'radios',
                name: `slot-${interview.id}`,
                label: { key: 'reviews.own_interview.choose' },
                value: typed[`slot-${interview.id}`] ?? '',
                options: free.map((each) => ({ value: each.id, label: oneLine(reader, call, zone, each) })),
                ...problem('slot', problems),
              }
            : null,
        nothingFree: may('book') && free.length === 0,
        confirms: may('confirm'),
        other: may('ask_other')
          ? {
              kind: 'textarea',
              name: `reason-${interview.id}`,
              label: { key: 'reviews.own_interview.other_reason' },
              value: typed[`reason-${interview.id}`] ?? '',
              rows: 3,
              maxCharacters: REMARK_MAX,
              ...problem('reason', problems),
            }
          : null,
      };
    }),
  };
}

function timeFields(
  { language }: ReviewReader,
  { call, facts, names }: PanelInterviews,
  typed: Typed,
  problems: readonly FieldProblem[],
): readonly Field[] {
  return [
    {
      kind: 'date',
      name: 'date',
      label: { key: 'reviews.interviews.fields.date' },
      value: {
        day: typed['date-day'] ?? '',
        month: typed['date-month'] ?? '',
        year: typed['date-year'] ?? '',
      },
      ...problem('date', problems),
    },
    {
      kind: 'text',
      name: 'time',
      label: { key: 'reviews.interviews.fields.time' },
      hint: { key: 'reviews.interviews.fields.time_hint', values: { zone: call.timeZone } },
      value: typed.time ?? '',
      width: 5,
      ...problem('time', problems),
    },
    {
      kind: 'number',
      name: 'minutes',
      label: { key: 'reviews.interviews.fields.minutes' },
      value: typed.minutes ?? '30',
      width: 3,
      ...problem('minutes', problems),
    },
    {
      kind: 'text',
      name: 'place',
      label: { key: 'reviews.interviews.fields.place' },
      hint: { key: 'reviews.interviews.fields.place_hint' },
      value: typed.place ?? '',
      ...problem('place', problems),
    },
    {
      kind: 'text',
      name: 'link',
      label: { key: 'reviews.interviews.fields.link' },
      value: typed.link ?? '',
      optional: true,
      ...problem('link', problems),
    },
    {
      kind: 'checkboxes',
      name: 'members',
      label: { key: 'reviews.interviews.fields.members' },
      values: (typed.members ?? '').split('\n'),
      options: facts.members.map((id) => {
        const name = names.get(id);
        return { value: id, label: name?.name ?? '—', lang: name?.language ?? language };
      }),
      ...problem('members', problems),
    },
  ];
}

function timeOf(
  { translator, language }: ReviewReader,
  call: CallView,
  zone: string,
  slot: InterviewSlotRow,
): TimeView {
  const at = translator.dateTime(language, slot.startsAt, call.timeZone);
  const own = translator.dateTime(language, slot.startsAt, zone);
  return {
    at,
    own: zone === call.timeZone || own === at ? null : own,
    minutes: { key: 'reviews.interviews.minutes', values: { count: slot.minutes } },
    place: slot.place,
    link: slot.link,
  };
}

function oneLine(reader: ReviewReader, call: CallView, zone: string, slot: InterviewSlotRow): string {
  const { at, own, minutes, place } = timeOf(reader, call, zone, slot);
  const lasts = reader.translator.t(reader.language, minutes.key, minutes.values);
  return [at, own, lasts, place].filter((part) => part !== null).join(' · ');
}

function noteOf(error: DomainError | null) {
  return error && error.fields.length === 0 ? { key: `reasons.${error.reason}`, values: error.values } : null;
}

function problem(name: string, problems: readonly FieldProblem[]) {
  const found = problems.find(({ field }) => field === name);
  return found
    ? { error: { key: `problems.${found.problem}`, ...(found.values ? { values: found.values } : {}) } }
    : {};
}

function problemsOf(problems: readonly FieldProblem[]): readonly Problem[] {
  return problems.map(({ field, problem: what, values }) => ({
    message: { key: `problems.${what}`, ...(values ? { values } : {}) },
    href: `#field-${field}`,
  }));
}
