import type { DeadlineView, Words } from '../../../applications/public.js';
import { presentDeadline } from '../../../applications/public.js';
import type { UploadView } from '../../../documents/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { DomainError, FieldProblem } from '../../../shared/domain-error.js';
import type { RequestContext } from '../../../shared/request-context.js';
import { institutionName } from '../../../universities/public.js';
import { KNOWN_FOR, LETTER_MAX, REASON_MAX, RELATIONS } from '../../domain/reference.js';
import { languageOf } from '../../domain/script.js';
import { isOverdue, letterProblems } from '../../domain/reference-rules.js';
import { OUTSTANDING } from '../../domain/reference.states.js';
import type { LetterOnDesk } from '../../operations/letter-desk.js';
import type { TypedLetter } from '../../operations/write-letter.js';
import type {
  CheckLetterView,
  DeclineView,
  DeskHead,
  DeskView,
  Field,
  Problem,
  Row,
  StandingView,
  WriteView,
} from '../views/referee-views.js';

const MEGABYTE = 1024 * 1024;

/** A letter on the desk of its referee, with the reader's language and clocks. */
export interface Desk {
  readonly translator: Translator;
  readonly request: RequestContext;
  readonly href: string;
  readonly opened: LetterOnDesk;
}

/** Whether the letter can still be written. */
export function isOpen({ request, opened: { reference, refusal } }: Desk): boolean {
  return (
    refusal === null && OUTSTANDING.includes(reference.state) && !isOverdue(reference, request.clock.now())
  );
}

export function presentDesk(desk: Desk): DeskView {
  const { reference } = desk.opened;
  return {
    desk: headOf(desk),
    referee: { text: reference.name, lang: languageOf(reference.name) },
    begun: reference.state === 'opened',
  };
}

export function presentWrite(
  desk: Desk,
  state: { readonly typed: TypedLetter | null; readonly error: DomainError | null; readonly saved: boolean },
): WriteView {
  const { opened } = desk;
  const { letter, file } = opened;
  const { typed, error } = state;
  const problems = error?.fields ?? [];
  const isStale = error?.code === 'stale';
  const body = typed?.body ?? letter?.body ?? '';
  return {
    desk: headOf(desk),
    // Where both versions are shown, it goes on from the newer one.
    revision: typed && !isStale ? typed.revision : (letter?.revision ?? 0),
    savedAt: letter && instant(desk, letter.savedAt),
    saved: state.saved,
    problems: problemsOf(desk, problems),
    stale: isStale
      ? { body: letter?.body ?? '', lang: languageOf(letter?.body ?? '', letter?.language) }
      : null,
    closed: error && !isStale && problems.length === 0 ? { key: `reasons.${error.reason}` } : null,
    fields: [
      {
        kind: 'textarea',
        name: 'body',
        label: { key: 'referees.letter.fields.body' },
        hint: { key: 'referees.letter.hints.body' },
        value: body,
        rows: 16,
        maxCharacters: LETTER_MAX,
        optional: true,
        ...errorAt(problems, 'body'),
      },
      {
        kind: 'radios',
        name: 'capacity',
        label: { key: 'referees.letter.fields.capacity' },
        value: (typed ? typed.capacity : letter?.capacity) ?? opened.reference.relation,
        options: RELATIONS.map((value) => ({ value, label: { key: `referees.relations.${value}` } })),
        ...errorAt(problems, 'capacity'),
      },
      {
        kind: 'radios',
        name: 'knownFor',
        label: { key: 'referees.letter.fields.knownFor' },
        value: (typed ? typed.knownFor : letter?.knownFor) ?? '',
        options: KNOWN_FOR.map((value) => ({ value, label: { key: `referees.known_for.${value}` } })),
        ...errorAt(problems, 'knownFor'),
      },
    ],
    file: fileOf(desk, file),
    fileField: {
      kind: 'file',
      name: 'file',
      label: { key: file ? 'referees.letter.fields.replace_file' : 'referees.letter.fields.file' },
      hint: { key: 'applications.form.documents.limit' },
      optional: true,
      accept: 'application/pdf',
      ...errorAt(problems, 'file'),
    },
  };
}

export function presentCheckLetter(desk: Desk, error: DomainError | null): CheckLetterView {
  const { letter, file } = desk.opened;
  const missing = letterProblems({
    body: letter?.body ?? '',
    capacity: letter?.capacity ?? null,
    knownFor: letter?.knownFor ?? null,
    hasFile: file !== null,
  });
  const unconfirmed = error?.fields.find(({ field }) => field === 'confirm');
  return {
    desk: headOf(desk),
    rows: sayingRows(letter, {
      capacity: 'referees.letter.fields.capacity',
      knownFor: 'referees.letter.fields.knownFor',
    }),
    paragraphs: paragraphsOf(letter?.body ?? ''),
    lang: languageOf(letter?.body ?? '', letter?.language),
    file: fileOf(desk, file),
    missing: missing.map((problem) => ({
      message: labelled(desk, problem),
      href: `${desk.href}/write#field-${problem.field}`,
    })),
    problems: unconfirmed
      ? [{ message: { key: `problems.${unconfirmed.problem}` }, href: '#field-confirm' }]
      : [],
    confirmError: unconfirmed ? { key: `problems.${unconfirmed.problem}` } : null,
  };
}

export function presentDecline(desk: Desk, typed: string, error: DomainError | null): DeclineView {
  const problems = error?.fields ?? [];
  return {
    desk: headOf(desk),
    problems: problemsOf(desk, problems),
    field: {
      kind: 'textarea',
      name: 'reason',
      label: { key: 'referees.decline.reason' },
      hint: { key: 'referees.decline.hint' },
      value: typed,
      rows: 4,
      maxCharacters: REASON_MAX,
      optional: true,
      ...errorAt(problems, 'reason'),
    },
  };
}

const KINDS = {
  received: 'leaf',
  declined: 'grey',
  expired: 'brick',
  withdrawn: 'grey',
  replaced: 'grey',
} as const;

/** What became of it: for the one who wrote, or did not. The outcome of the application is not theirs to see. */
export function presentStanding(desk: Desk): StandingView {
  const { reference, letter } = desk.opened;
  const state =
    reference.state === 'invited' || reference.state === 'opened' ? ('expired' as const) : reference.state;
  const head = headOf(desk);
  return {
    state: { kind: KINDS[state], text: { key: `record_states.reference.${state}` } },
    title: { key: `referees.standing.${state}.title` },
    text: { key: `referees.standing.${state}.text`, values: { applicant: head.applicant.text } },
    rows: [
      ...head.rows,
      ...(letter?.submittedAt
        ? [
            { label: { key: 'referees.facts.received' }, value: instant(desk, letter.submittedAt) },
            {
              label: { key: 'referees.facts.hash' },
              value: letter.contentHash?.slice(0, SHOWN_HASH) ?? '',
            },
          ]
        : []),
    ],
  };
}

/** Enough of a check sum for two people to compare by eye. */
const SHOWN_HASH = 12;

/** A link that opens nothing at all. */
export function presentRefused(reason: string): StandingView {
  const told = REFUSED.find((each) => each === reason) ?? 'link_unknown';
  return {
    state: null,
    title: { key: `referees.refused.${told}.title` },
    text: { key: `referees.refused.${told}.text` },
    rows: [],
  };
}
const REFUSED = ['link_unknown', 'link_other_purpose', 'link_expired', 'own_letter'] as const;

/** How somebody says that they know the applicant; `labels` are the words for both rows. */
export function sayingRows(
  letter: { readonly capacity: string | null; readonly knownFor: string | null } | null,
  labels: { readonly capacity: string; readonly knownFor: string },
): Row[] {
  const said = (key: string, code: string | null | undefined): Words =>
    code ? { key: `referees.${key}.${code}` } : { key: 'common.not_provided' };
  return [
    { label: { key: labels.capacity }, value: said('relations', letter?.capacity) },
    { label: { key: labels.knownFor }, value: said('known_for', letter?.knownFor) },
  ];
}

export function paragraphsOf(body: string): string[] {
  return body.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== '');
}

export function fileFacts(
  translator: Translator,
  language: RequestContext['language'],
  file: UploadView,
): Words[] {
  const size = Math.max(0.1, Math.round((file.sizeBytes / MEGABYTE) * 10) / 10);
  return [
    { key: 'common.megabytes', values: { size: translator.number(language, size) } },
    ...(file.pages === null ? [] : [{ key: 'applications.dossier.pages', values: { count: file.pages } }]),
    { key: `documents.scan.${file.scan}` },
  ];
}

function fileOf(desk: Desk, file: UploadView | null): WriteView['file'] {
  return (
    file && {
      href: `${desk.href}/letter.pdf`,
      name: file.fileName,
      facts: fileFacts(desk.translator, desk.request.language, file),
    }
  );
}

function headOf(desk: Desk): DeskHead {
  const { translator, request, opened } = desk;
  const { language } = request;
  const { applicant, call, homeInstitution, reference } = opened;
  const institution = homeInstitution && institutionName(language, homeInstitution);
  const title = translator.localized(language, call.title);
  const confidential: Message = {
    key: reference.confidential ? 'referees.desk.confidential' : 'referees.desk.open',
  };
  return {
    href: desk.href,
    applicant: nameFor(language, applicant),
    call: title,
    rows: [
      {
        label: { key: 'referees.facts.applicant' },
        value: nameFor(language, applicant).text,
        lang: nameFor(language, applicant).lang,
      },
      ...(institution
        ? [{ label: { key: 'referees.facts.institution' }, value: institution.text, lang: institution.lang }]
        : []),
      { label: { key: 'referees.facts.call' }, value: title },
      { label: { key: 'referees.facts.until' }, value: instant(desk, reference.dueAt) },
      { label: { key: 'referees.facts.readers' }, value: confidential },
    ],
    deadline: deadlineOf(desk),
    confidential,
  };
}

/** A name as its bearer writes it; to whoever reads another script, in Latin letters where these are known. */
function nameFor(
  language: string,
  { name, language: own, latin }: LetterOnDesk['applicant'],
): { readonly text: string; readonly lang: string } {
  const cyrillic = language === 'ru' || language === 'sr-Cyrl';
  return !cyrillic && latin ? { text: latin, lang: 'und-Latn' } : { text: name, lang: own };
}

function deadlineOf({ translator, request, opened }: Desk): DeadlineView {
  return presentDeadline(
    { translator, language: request.language, now: request.clock.now(), zones: opened.zones },
    opened.reference.dueAt,
  );
}

function instant({ translator, request, opened }: Desk, at: Date): string {
  return translator.deadline(request.language, at, opened.zones, request.clock.now()).absolute;
}

function problemsOf(desk: Desk, problems: readonly FieldProblem[]): Problem[] {
  return problems.map((problem) => ({
    message: labelled(desk, problem),
    href: `#field-${problem.field}`,
  }));
}

/** In the list of all faults each says of which field it is. */
function labelled({ translator, request }: Desk, { field, problem, values }: FieldProblem): Words {
  const label = `referees.letter.fields.${field}`;
  const text = translator.t(request.language, `problems.${problem}`, values);
  if (!translator.has(request.language, label)) return text;
  return {
    key: 'applications.form.problem_at',
    values: { label: translator.t(request.language, label), problem: text },
  };
}

function errorAt(problems: readonly FieldProblem[], name: string): Pick<Field, 'error'> {
  const found = problems.find(({ field }) => field === name);
  if (!found) return {};
  const key = `problems.${found.problem}`;
  return { error: found.values ? { key, values: found.values } : { key } };
}
