import {
  atInstant,
  isEditable,
  presentDeadline,
  presentHead,
  presentReferenceState,
} from '../../../applications/public.js';
import type { OpenApplication, ReferenceView } from '../../../applications/public.js';
import { presentReferenceRules, referencesDueAt, referencesOf } from '../../../calls/public.js';
import type { ReferenceRequirement } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { DomainError, FieldProblem } from '../../../shared/domain-error.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { ReferenceRequestRow } from '../../data/reference-request.entity.js';
import { RELATIONS } from '../../domain/reference.js';
import { isOverdue, remindableFrom, roomFor } from '../../domain/reference-rules.js';
import { languageOf } from '../../domain/script.js';
import { OUTSTANDING, referenceStates } from '../../domain/reference.states.js';
import { ASKABLE } from '../../domain/references.policy.js';
import type { Referee } from '../../operations/ask-referees.js';
import type { ReadableLetter } from '../../operations/read-letters.js';
import type {
  AskedLetter,
  Field,
  Named,
  Problem,
  ReadView,
  ReferencesView,
  ReplaceView,
  Row,
} from '../views/referee-views.js';
import { fileFacts, paragraphsOf, sayingRows } from './present-desk.js';

/** The page of references of an application, with what its applicant needs to know of each. */
export interface OpenReferences {
  readonly open: OpenApplication;
  readonly requirement: ReferenceRequirement;
  readonly asked: readonly ReferenceRequestRow[];
}

/** To a reader the referee is somebody else. */
const KNOWS = { capacity: 'referees.facts.capacity', knownFor: 'referees.facts.known_for' };

interface State {
  readonly typed: Referee | null;
  readonly error: DomainError | null;
}

export function presentReferences(opened: OpenReferences, { typed, error }: State): ReferencesView {
  const { open, requirement, asked } = opened;
  const { file, reader } = open;
  const { sections } = file.form;
  const section = sections.find(({ kind }) => kind === 'references');
  const place = section ? sections.indexOf(section) : -1;
  const head = presentHead(open);
  const dueAt = referencesDueAt(file.call, requirement);
  const whyNot = whyNobody(opened, dueAt);
  const room = roomFor(
    requirement,
    asked.map(({ state }) => state),
  );
  const editable = isEditable(file);
  const following = sections[place + 1];
  return {
    head,
    title: section ? reader.translator.localized(reader.language, section.title) : '',
    intro: section?.intro ? reader.translator.localized(reader.language, section.intro) : null,
    page: editable ? { number: place + 1, total: sections.length } : null,
    rules: presentReferenceRules(requirement),
    deadline: presentDeadline(reader, dueAt),
    problems: problemsOf(opened, error?.fields ?? []),
    closed: error && error.fields.length === 0 ? refusalOf(error) : whyNot,
    letters: asked
      .filter(({ state }) => state !== 'replaced' && state !== 'withdrawn')
      .map((reference) => askedLetter(opened, reference, whyNot === null)),
    form:
      (whyNot === null && room > 0) || typed
        ? { action: `${head.href}/references`, fields: fieldsOf(opened, typed, error) }
        : null,
    nextHref: !editable ? null : `${head.href}/${following ? following.id : 'check'}`,
  };
}

export function presentReplace(
  opened: OpenReferences,
  reference: ReferenceRequestRow,
  { typed, error }: State,
): ReplaceView {
  const head = presentHead(opened.open);
  return {
    head,
    name: named(reference),
    back: `${head.href}/references`,
    awaited: OUTSTANDING.includes(reference.state),
    problems: problemsOf(opened, error?.fields ?? []),
    closed: error && error.fields.length === 0 ? refusalOf(error) : null,
    form: {
      action: `${head.href}/references/${reference.id}/replace`,
      fields: fieldsOf(opened, typed, error),
    },
  };
}

export function presentLetter(
  open: OpenApplication,
  { reference, letter, upload }: ReadableLetter,
): ReadView {
  const { reader, file } = open;
  const { application } = file;
  const own = !file.sight.sees('confidential_letters');
  const base = `/applications/${application.id}`;
  return {
    back: own ? `${base}/references` : `${base}/review`,
    number: application.number ?? '',
    name: named(reference),
    confidential: { key: reference.confidential ? 'referees.read.confidential' : 'referees.read.open' },
    rows: [
      {
        label: { key: 'referees.facts.relation' },
        value: { key: `referees.relations.${reference.relation}` },
      },
      // All that is known of whoever wrote is the address to which the applicant had the link sent.
      { label: { key: 'referees.facts.sent_to' }, value: reference.email },
      ...sayingRows(letter, KNOWS),
      {
        label: { key: 'referees.facts.received' },
        value: letter.submittedAt ? atInstant(reader, letter.submittedAt) : '',
      },
      { label: { key: 'referees.facts.hash' }, value: letter.contentHash ?? '' },
    ],
    paragraphs: paragraphsOf(letter.body),
    lang: languageOf(letter.body, letter.language),
    file: upload && {
      href: `${base}/references/${reference.id}/letter.pdf`,
      name: upload.fileName,
      facts: fileFacts(reader.translator, reader.language, upload),
    },
  };
}

/** Why nobody can be asked now; null where somebody can. */
function whyNobody({ open }: OpenReferences, dueAt: Date): Message | null {
  const { file, reader } = open;
  if (!ASKABLE.includes(file.application.state)) return { key: 'reasons.application_settled' };
  return isOverdue({ dueAt }, reader.now) ? { key: 'reasons.reference_deadline_passed' } : null;
}

function refusalOf({ reason, values }: DomainError): Message {
  return { key: `reasons.${reason}`, values };
}

function askedLetter(opened: OpenReferences, reference: ReferenceRequestRow, mayAsk: boolean): AskedLetter {
  const { open } = opened;
  const { file, reader } = open;
  const known = file.references.find(({ id }) => id === reference.id);
  const base = `/applications/${file.application.id}/references/${reference.id}`;
  const outstanding = OUTSTANDING.includes(reference.state);
  const from = remindableFrom(reference);
  const reads = file.sight.sees(reference.confidential ? 'confidential_letters' : 'references');
  const received = reference.state === 'received';
  return {
    id: reference.id,
    name: named(reference),
    state: presentReferenceState(known ?? asView(reference)),
    rows: rowsOf(opened, reference),
    remind: mayAsk && outstanding && reader.now >= from ? `${base}/remind` : null,
    remindNote:
      mayAsk && outstanding && reader.now < from
        ? { key: 'referees.ask.remind_from', values: { when: atInstant(reader, from) } }
        : null,
    withdraw: outstanding ? `${base}/withdraw` : null,
    replaceHref: mayAsk && referenceStates.allows(reference.state, 'replace') ? `${base}/replace` : null,
    readHref: received && reads ? `${base}/letter` : null,
    withheld: received && !reads ? { key: 'reasons.withheld_confidential_letters' } : null,
  };
}

function rowsOf({ open: { reader } }: OpenReferences, reference: ReferenceRequestRow): Row[] {
  const { translator, language } = reader;
  const row = (key: string, value: Row['value'], lang?: string): Row => ({
    label: { key: `referees.facts.${key}` },
    value,
    ...(lang ? { lang } : {}),
  });
  return [
    row('email', reference.email),
    row('relation_own', { key: `referees.relations.${reference.relation}` }),
    row('language', translator.t(language, `common.languages.${reference.language}`), reference.language),
    row('since', atInstant(reader, reference.stateSince)),
    ...(OUTSTANDING.includes(reference.state) ? [row('until', atInstant(reader, reference.dueAt))] : []),
    ...(reference.remindedAt ? [row('reminded', atInstant(reader, reference.remindedAt))] : []),
    ...(reference.declineReason
      ? [row('reason', reference.declineReason, languageOf(reference.declineReason))]
      : []),
  ];
}

function named({ name }: ReferenceRequestRow): Named {
  return { text: name, lang: languageOf(name) };
}

function asView({ state }: ReferenceRequestRow): ReferenceView {
  return { state, standing: 'ended' } as ReferenceView;
}

function fieldsOf(opened: OpenReferences, typed: Referee | null, error: DomainError | null): Field[] {
  const { reader, homeLanguage } = opened.open;
  const problem = (name: string) => {
    const found = error?.fields.find(({ field }) => field === name);
    if (!found) return {};
    const key = `problems.${found.problem}`;
    return { error: found.values ? { key, values: found.values } : { key } };
  };
  const label = (name: string): Message => ({ key: `referees.ask.fields.${name}` });
  return [
    {
      kind: 'text',
      name: 'name',
      label: label('name'),
      hint: { key: 'referees.ask.hints.name' },
      value: typed?.name ?? '',
      ...problem('name'),
    },
    {
      kind: 'email',
      name: 'email',
      label: label('email'),
      hint: { key: 'referees.ask.hints.email' },
      value: typed?.email ?? '',
      ...problem('email'),
    },
    {
      kind: 'radios',
      name: 'relation',
      label: label('relation'),
      value: typed?.relation ?? '',
      options: RELATIONS.map((value) => ({ value, label: { key: `referees.relations.${value}` } })),
      ...problem('relation'),
    },
    {
      kind: 'radios',
      name: 'language',
      label: label('language'),
      hint: { key: 'referees.ask.hints.language' },
      value: typed?.language ?? homeLanguage,
      options: LANGUAGES.map((value) => ({
        value,
        label: reader.translator.t(reader.language, `common.languages.${value}`),
        lang: value,
      })),
      ...problem('language'),
    },
  ];
}

function problemsOf({ open: { reader } }: OpenReferences, problems: readonly FieldProblem[]): Problem[] {
  const { translator, language } = reader;
  return problems.map(({ field, problem, values }) => ({
    message: {
      key: 'applications.form.problem_at',
      values: {
        label: translator.t(language, `referees.ask.fields.${field}`),
        problem: translator.t(language, `problems.${problem}`, values),
      },
    },
    href: `#field-${field}`,
  }));
}

/** The section that asks for letters; null where the form has none. */
export function requirementOf({ file }: OpenApplication): ReferenceRequirement | null {
  return referencesOf(file.form);
}
