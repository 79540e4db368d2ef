import type { ConflictKind, DisplayName } from '../../../access/public.js';
import type { RecordedEntry } from '../../../audit/public.js';
import { presentPair } from '../../../approvals/public.js';
import type { Transfer } from '../../../privacy/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Actor, ExchangeSide } from '../../../shared/actor.js';
import type { Id } from '../../../shared/ids.js';
import { isOfficerOf, sitsFor } from '../../../shared/policy.js';
import { institutionName } from '../../../universities/public.js';
import type { InstitutionView } from '../../../universities/public.js';
import type { ApplicationSubmissionRow } from '../../data/application-submission.entity.js';
import type { UnitOfInstitution } from '../../data/applications.repository.js';
import type { OfficerNoteRow } from '../../data/officer-note.entity.js';
import type { NominationRow } from '../../data/nomination.entity.js';
import { homeWords } from '../../domain/home-words.js';
import { applicationsPolicy, isHomeSide } from '../../domain/applications.policy.js';
import { nameForms } from '../../domain/name-forms.js';
import { changesBetween } from '../../domain/submission-changes.js';
import type { SubmissionChange } from '../../domain/submission-changes.js';
import type { SubmittedContent } from '../../domain/submitted-content.js';
import type { DuplicatesOfFile } from '../../operations/settle-duplicate.js';
import type { ThreadMessage } from '../../operations/application-thread.js';
import type { OpenApplication } from '../own-application.js';
import type { Tag, Words } from '../views/applicant-views.js';
import type { FileGroup, FileRow, NominationView, Part, ReviewView } from '../views/office-views.js';
import { officeActs } from './office-acts.js';
import { presentPanel, problemWords } from './present-acts.js';
import type { PanelState } from './present-acts.js';
import { officeName, presentCustody } from './present-custody.js';
import { presentGates } from './present-gates.js';
import { presentDuplicatesLink } from './present-duplicates-link.js';
import { controlOf, presentCheckedDocuments } from './present-documents.js';
import type { DocumentRefusal } from './present-documents.js';
import { presentHead } from './present-head.js';
import { presentFileCoApplicants } from './present-co-applicants.js';
import { presentFileReferences } from './present-references.js';
import { presentRoute } from './present-route.js';
import { presentState } from './present-state.js';
import { presentMessagesLink } from './present-messages-link.js';
import { atInstant } from './reader.js';

const MEGABYTE = 1024 * 1024;

/** All that an office reads of an application besides its file. */
export interface OfficeReading {
  readonly open: OpenApplication;
  readonly previous: ApplicationSubmissionRow | null;
  /** The record of the application and of the decision on it, in the order of time. */
  readonly recorded: readonly RecordedEntry[];
  readonly transfers: readonly (Transfer & { readonly at: Date })[];
  /** Names of the officials who acted. */
  readonly officials: ReadonlyMap<Id, DisplayName>;
  readonly institutions: ReadonlyMap<Id, InstitutionView>;
  /** Zones of the two countries. */
  readonly zones: readonly [string, string];
  readonly letterReady: boolean;
  /** Of a nomination in whose place another was sent: the number of its application. */
  readonly substituted: ReadonlyMap<Id, string>;
  /** What officers wrote for one another; none where the reader sees none. */
  readonly notes: readonly OfficerNoteRow[];
  /** Other applications that may be the same person's; null for whoever does not read it. */
  readonly duplicates: DuplicatesOfFile | null;
  /** What the applicant and the offices wrote to one another, as far as it is for the reader. */
  readonly messages: readonly ThreadMessage[];
  /** What the reader declared of themselves and the applicant. */
  readonly declared: readonly ConflictKind[];
  /** By side the units among which the reader may choose; none where they may not. */
  readonly units: Readonly<Record<ExchangeSide, readonly UnitOfInstitution[]>>;
}

export interface ReviewState extends Omit<PanelState, 'act'> {
  readonly act: string | null;
  readonly stale: boolean;
  /** Why nothing happened, where no field is to blame. */
  readonly refusal: Message | null;
  /** What came back of an act on one document. */
  readonly document?: DocumentRefusal;
}

export const NOMINATION_KINDS: Readonly<Record<NominationRow['state'], Tag['kind']>> = {
  proposed: 'sky',
  home_endorsed: 'brass',
  home_confirmed: 'sky',
  sent: 'brass',
  host_accepted: 'leaf',
  waitlisted: 'brass',
  returned: 'brick',
  rejected: 'brick',
  no_answer: 'brick',
  cancelled: 'grey',
};

/** The page of one application for the offices of both sides. */
export function presentReview(actor: Actor, reading: OfficeReading, state: ReviewState): ReviewView {
  const { open } = reading;
  const { file, names, reader } = open;
  const { application, submission, decision, custody } = file;
  const { acts, whyNot } = officeActs(actor, file);
  const act = acts.find((each) => each === state.act) ?? acts[0];
  // Who prepared the file sees what came before; the other side got the last submission and nothing else.
  const changes = isHomeSide(actor, file.application) ? changesOf(reading) : null;
  const head = presentHead(open);
  return {
    head: { ...head, href: `${head.href}/review` },
    state: presentState(application),
    sentence: sentenceOf(open),
    names: submission && file.sight.sees('identity') ? namesOf(open, submission.content) : [],
    problems: [
      ...(state.refusal ? [{ message: state.refusal }] : []),
      ...state.problems.map((problem) => ({
        message: namedProblem(open, problem),
        href: `#field-${problem.field}`,
      })),
      ...(state.document ? documentProblems(open, state.document) : []),
    ],
    documents: presentCheckedDocuments(actor, open, state.document ?? null),
    stale: state.stale,
    panel: act ? presentPanel(open, acts, { ...state, act }) : null,
    whyNot: whyNot ? { key: `reasons.${whyNot}` } : null,
    conflict: {
      declared: reading.declared.map((kind) => ({ key: `access.conflicts.kinds.${kind}` })),
      href: applicationsPolicy.decide(actor, 'application.declare_conflict', application).allowed
        ? `/applications/${application.id}/review/conflict`
        : null,
    },
    route: routeOf(reading),
    custody: presentCustody(reader, names, custody, false),
    gates: presentGates(reader, file.gates, actor),
    // Who sees the nominations reads it there.
    rank:
      file.standing && !file.sight.sees('history')
        ? {
            key: `applications.nominations.standing.${file.standing.list}`,
            values: { rank: reader.translator.number(reader.language, file.standing.position) },
          }
        : null,
    freemover: application.freemover
      ? {
          key: 'applications.freemover.on_file',
          values: { ministry: names.homeMinistry ?? '' },
        }
      : null,
    byCode: application.accessUntil
      ? {
          key: 'applications.access_code.on_file',
          values: { until: atInstant(reader, application.accessUntil) },
        }
      : null,
    units: unitsOf(reading),
    messages: file.sight.sees('messages') ? presentMessagesLink(application.id, reading.messages) : null,
    duplicates: reading.duplicates && presentDuplicatesLink(application.id, reading.duplicates),
    notes: notesOf(actor, reading, state),
    returned: returnedOf(open),
    changes:
      changes?.map(({ key, label, gone }) => ({
        label: label ?? { key: 'applications.office.choices' },
        href: gone ? null : `#${anchor(key)}`,
        gone,
      })) ?? null,
    nominations: file.nominations.map((nomination) => presentNomination(reading, nomination)),
    pair:
      decision &&
      presentPair(reader.translator, reader.language, {
        decision,
        names: reading.officials,
        zones: reading.zones,
      }),
    approvalHref: decision && mayOpenApproval(actor, open) ? `/approvals/${decision.id}` : null,
    groups: submission ? presentFile(open, submission.content, changes ?? []) : [],
    references: presentFileReferences(open),
    coApplicants: presentFileCoApplicants(open),
    dossierHref: `${head.href}/dossier.pdf`,
    consents: submission && file.sight.sees('history') ? consentsOf(open, submission.content) : [],
    withheldHistory: file.sight.sees('history') ? null : { key: 'reasons.withheld_history' },
    transfers: reading.transfers.map((transfer) => presentTransfer(reading, transfer)),
    timeline: presentTimeline(reading),
  };
}

/** In the list of all faults each says of which field it is, as long as its own words do not. */
function namedProblem({ reader: { translator, language } }: OpenApplication, problem: FieldProblem): string {
  const say = (words: Words) =>
    typeof words === 'string' ? words : translator.t(language, words.key, words.values);
  const label = `applications.office.fields.${problem.field}`;
  const fault = say(problemWords(problem));
  return problem.field === 'fields' || !translator.has(language, label)
    ? fault
    : `${translator.t(language, label)}: ${fault}`;
}

function documentProblems(
  { reader: { translator, language } }: OpenApplication,
  { problems, act, requirement }: DocumentRefusal,
): ReviewView['problems'] {
  return problems.map((problem) => {
    const words = problemWords(problem);
    const fault = typeof words === 'string' ? words : translator.t(language, words.key, words.values);
    return {
      message: `${translator.t(language, `applications.documents.fields.${act}_${problem.field}`)}: ${fault}`,
      href: `#field-${controlOf(problem.field, act, requirement)}`,
    };
  });
}

function mayOpenApproval(actor: Actor, { file: { application } }: OpenApplication): boolean {
  return [application.homeCountry, application.hostCountry].some(
    (country) => isOfficerOf(actor, country) || sitsFor(actor, country),
  );
}

function sentenceOf({ file: { application, nominations } }: OpenApplication): Message | null {
  const { state, result, reserveNumber } = application;
  if (state === 'eligible' && nominations[0]) {
    return { key: `applications.states.nomination_sentence.${nominations[0].state}` };
  }
  if (state === 'final' && result === 'reserve') {
    return { key: 'applications.office.reserve', values: { number: reserveNumber ?? 0 } };
  }
  if (state === 'final' && result) return { key: `applications.office.results.${result}` };
  return null;
}

function namesOf({ homeLanguage }: OpenApplication, content: SubmittedContent): ReviewView['names'] {
  const person = content.sections.find(({ section }) => section === 'person');
  const answers = Object.fromEntries((person?.answers ?? []).map(({ question, value }) => [question, value]));
  return nameForms(answers, homeLanguage).map(({ name, language }) => ({ name, lang: language }));
}

/** The route names its holders to the applicant as "you"; here the applicant is somebody else. */
function routeOf({ open, letterReady }: OfficeReading): ReviewView['route'] {
  const { file, names, reader } = open;
  const say = (words: Words) =>
    typeof words === 'string' ? words : reader.translator.t(reader.language, words.key, words.values);
  const holders = reader.translator.list(
    reader.language,
    file.custody.map(({ office }) => say(officeName(names, office).text)),
  );
  const route = presentRoute(reader, names, file, letterReady);
  return {
    ...route,
    label: reader.translator.t(reader.language, 'applications.office.route'),
    stations: route.stations.map((station) =>
      station.who === undefined ? station : { ...station, who: holders },
    ),
  };
}

function notesOf(
  actor: Actor,
  { open, notes, officials }: OfficeReading,
  state: ReviewState,
): ReviewView['notes'] {
  const { file, reader } = open;
  if (!file.sight.sees('notes')) return null;
  const { allowed } = applicationsPolicy.decide(actor, 'application.write_note', file.application);
  const problem = state.act === 'note' ? state.problems[0] : undefined;
  const typed = state.act === 'note' ? state.typed.note : '';
  const named = (person: string | null) => {
    const name = person === null ? undefined : officials.get(person);
    return name ? { text: name.name, lang: name.language } : null;
  };
  return {
    items: notes.map(({ id, authorId, actingFor, text, writtenAt }) => ({
      id,
      by: named(authorId),
      for: named(actingFor),
      iso: writtenAt.toISOString(),
      at: atInstant(reader, writtenAt),
      lines: text.split('\n'),
    })),
    field: allowed
      ? {
          kind: 'textarea',
          name: 'note',
          label: { key: 'applications.office.notes.label' },
          hint: { key: 'applications.office.notes.hint' },
          value: typeof typed === 'string' ? typed : '',
          rows: 3,
          ...(problem ? { error: problemWords(problem) } : {}),
        }
      : null,
  };
}

function unitsOf({ open: { file, reader }, units }: OfficeReading): ReviewView['units'] {
  const { id, homeUnitId, hostUnitId } = file.application;
  return (['home', 'host'] as const).flatMap((side) => {
    if (units[side].length === 0) return [];
    return [
      {
        side,
        title: { key: `applications.office.units.${side}` },
        action: `/applications/${id}/review/${side}-unit`,
        current: (side === 'home' ? homeUnitId : hostUnitId) ?? '',
        options: units[side].map((unit) => ({
          value: unit.id,
          label: reader.translator.localized(reader.language, unit.name),
        })),
      },
    ];
  });
}

function returnedOf({ file, reader }: OpenApplication): ReviewView['returned'] {
  const { state, returnReason, returnedFields } = file.application;
  if (state !== 'returned' || returnReason === null) return null;
  const labels = new Map(
    file.form.sections.flatMap((section) => {
      const title = reader.translator.localized(reader.language, section.title);
      return [
        [section.id, title] as const,
        ...[...section.questions, ...section.documents].map(
          (each) =>
            [
              `${section.id}.${each.id}`,
              `${title}: ${reader.translator.localized(reader.language, each.label)}`,
            ] as const,
        ),
      ];
    }),
  );
  return { reason: returnReason, fields: (returnedFields ?? []).map((field) => labels.get(field) ?? field) };
}

function changesOf({ open, previous }: OfficeReading): SubmissionChange[] | null {
  const { submission } = open.file;
  return submission && previous ? changesBetween(previous.content, submission.content) : null;
}

function anchor(key: string): string {
  return `answer-${key.replaceAll('.', '-')}`;
}

function presentFile(
  { file, reader }: OpenApplication,
  content: SubmittedContent,
  changes: readonly SubmissionChange[],
): FileGroup[] {
  const { translator, language } = reader;
  const foreign = content.language === language ? {} : { lang: content.language };
  const changed = (key: string): FileRow['changed'] => {
    const found = changes.find((change) => change.key === key);
    return found ? { before: found.before } : null;
  };
  const missing: Words = { key: 'common.not_provided' };
  const withheld = (key: string): Words | null => {
    const kind = file.withheld.get(key);
    return kind ? { key: `reasons.withheld_${kind}` } : null;
  };
  const rowsOf = (section: { readonly id: string; readonly kind: string }): FileRow[] => {
    switch (section.kind) {
      case 'questions': {
        const answers = content.sections.find((each) => each.section === section.id)?.answers ?? [];
        return answers.map(({ question, label, shown, table }) => ({
          id: anchor(`${section.id}.${question}`),
          label,
          values: [withheld(`${section.id}.${question}`) ?? (shown || missing)],
          ...(table ? { table } : {}),
          ...(shown ? foreign : {}),
          changed: changed(`${section.id}.${question}`),
        }));
      }
      case 'choices':
        return content.choices.map(({ rank, institution, detail }, index) => ({
          id: index === 0 ? anchor('choices') : anchor(`choices.${rank}`),
          label: { key: 'applications.form.choice', values: { rank: translator.number(language, rank) } },
          values: [institution, detail],
          ...foreign,
          changed: index === 0 ? changed('choices') : null,
        }));
      case 'documents':
        return content.documents.map((document) => {
          const key = `documents.${document.requirement}`;
          const row = { id: anchor(key), label: document.label, changed: changed(key) };
          const why = withheld(key);
          if (why) return { ...row, values: [why] };
          return {
            ...row,
            values: documentFacts(reader, document),
            action: {
              href: `/applications/${file.application.id}/documents/${document.uploadId}/preview`,
              text: { key: 'applications.preview_document.look' },
            },
          };
        });
      default:
        return [];
    }
  };
  const groups = file.form.sections
    .filter(({ kind }) => kind === 'questions' || kind === 'choices' || kind === 'documents')
    .map((section) => ({
      id: section.id,
      title: translator.localized(language, section.title),
      ...foreign,
      rows: rowsOf(section),
    }));
  return content.eligibility ? [...groups, conditionsGroup(reader, content.eligibility, foreign)] : groups;
}

/** What the conditions of the call said when it was submitted. */
function conditionsGroup(
  { translator, language }: OpenApplication['reader'],
  eligibility: NonNullable<SubmittedContent['eligibility']>,
  foreign: { readonly lang?: string },
): FileGroup {
  return {
    id: 'conditions',
    title: translator.t(language, 'calls.conditions.title'),
    ...foreign,
    rows: eligibility.map(({ kind, label, outcome }, index) => ({
      id: anchor(`conditions.${kind}.${index}`),
      label,
      values: [{ key: `applications.form.conditions.outcomes.${outcome}` }],
      changed: null,
    })),
  };
}

function documentFacts(
  { translator, language }: OpenApplication['reader'],
  { fileName, sizeBytes, pages }: SubmittedContent['documents'][number],
): Words[] {
  const megabytes = Math.max(0.1, Math.round((sizeBytes / MEGABYTE) * 10) / 10);
  const facts: Words[] = [
    fileName,
    { key: 'common.megabytes', values: { size: translator.number(language, megabytes) } },
  ];
  if (pages !== null) facts.push({ key: 'applications.dossier.pages', values: { count: pages } });
  return facts;
}

function consentsOf({ file, reader }: OpenApplication, content: SubmittedContent): ReviewView['consents'] {
  return content.consents.map(({ purpose, textVersion, wording, givenAt }) => ({
    wording,
    lang: content.language,
    given: atInstant(reader, new Date(givenAt)),
    inForce: file.consents.some(
      (consent) => consent.purpose === purpose && consent.textVersion === textVersion,
    ),
  }));
}

function presentTransfer(
  { open, institutions }: OfficeReading,
  transfer: Transfer & { readonly at: Date },
): ReviewView['transfers'][number] {
  const { file, reader } = open;
  const { translator, language } = reader;
  const recipient = transfer.recipientInstitutionId
    ? institutions.get(transfer.recipientInstitutionId)
    : undefined;
  const titles = file.form.sections
    .filter(({ id }) => transfer.fields.includes(id))
    .map(({ title }) => translator.localized(language, title));
  return {
    at: atInstant(reader, transfer.at),
    from: translator.countryName(language, transfer.fromCountry),
    to: translator.countryName(language, transfer.toCountry),
    recipient: recipient ? institutionName(language, recipient) : null,
    purpose: { key: `applications.office.purposes.${transfer.purpose}` },
    basis: { key: `applications.office.bases.${transfer.legalBasis}` },
    fields: translator.list(language, titles),
  };
}

function presentNomination(reading: OfficeReading, nomination: NominationRow): NominationView {
  const { open, institutions, officials } = reading;
  const { reader } = open;
  const host = institutions.get(nomination.hostInstitutionId);
  const substituted = nomination.substitutesId && reading.substituted.get(nomination.substitutesId);
  const person = (label: string, id: Id | null) => {
    const name = id ? officials.get(id) : undefined;
    return name ? [row(label, name.name, name.language)] : [];
  };
  const row = (label: string, value: Words, lang?: string) => ({
    label: { key: `applications.office.nomination.${label}` },
    value,
    ...(lang ? { lang } : {}),
  });
  return {
    state: {
      kind: NOMINATION_KINDS[nomination.state],
      text: { key: `applications.states.nomination.${nomination.state}` },
    },
    host: host ? institutionName(reader.language, host) : { text: '', lang: reader.language },
    rows: [
      row('made', atInstant(reader, nomination.createdAt)),
      ...person('proposed_by', nomination.proposedBy),
      ...(nomination.endorsement ? [row('endorsement', nomination.endorsement)] : []),
      ...(open.file.standing?.list === 'nominees'
        ? [row('rank', reader.translator.number(reader.language, open.file.standing.position))]
        : []),
      ...(substituted ? [row('substitutes', substituted)] : []),
      row('since', atInstant(reader, nomination.stateSince)),
      ...(nomination.acknowledgedAt
        ? [row('acknowledged', atInstant(reader, nomination.acknowledgedAt))]
        : []),
      ...(nomination.dueAt ? [row('until', atInstant(reader, nomination.dueAt))] : []),
      ...person('answered_by', nomination.answeredBy),
      ...(nomination.reasonCode
        ? [row('reason', { key: `applications.host_reasons.${nomination.reasonCode}` })]
        : []),
      ...(nomination.reasonText ? [row('reason_text', nomination.reasonText)] : []),
    ],
  };
}

/** What happened, the newest first, with who did it. */
function presentTimeline(reading: OfficeReading): ReviewView['timeline'] {
  const { reader } = reading.open;
  return reading.recorded
    .flatMap((entry) => {
      const what = wordsOf(reading, entry);
      if (!what) return [];
      return [
        {
          iso: entry.at.toISOString(),
          at: atInstant(reader, entry.at),
          what,
          who: whoDid(reading, entry),
        },
      ];
    })
    .reverse();
}

/** Who made an entry: the applicant, an official by name, or the programme's own clock. */
export function whoDid({ open, officials }: OfficeReading, entry: RecordedEntry): Part | null {
  if (entry.actorId === null) return { text: { key: 'applications.office.by_clock' } };
  if (entry.actorId === open.file.application.applicantId) {
    return { text: { key: 'applications.custody.applicant' } };
  }
  const name = officials.get(entry.actorId);
  return name ? { text: name.name, lang: name.language } : null;
}

/** What an entry of the record tells, in words; null for one that tells a reader nothing. */
export function wordsOf(
  { open }: OfficeReading,
  { action, subject, data }: Pick<RecordedEntry, 'action' | 'subject' | 'data'>,
): Message | null {
  const { reader, names, file } = open;
  const { translator, language } = reader;
  if (subject.kind !== 'decision') {
    const key = homeWords(file.application, `applications.dossier.events.${action}`);
    return translator.has(language, key) ? { key } : null;
  }
  const key = `applications.status.decision.${action.replace(/^decision\./, '')}`;
  if (!translator.has(language, key)) return null;
  const home = data?.country === file.application.homeCountry;
  const office = home ? 'home_ministry' : 'host_ministry';
  const ministry =
    (home ? names.homeMinistry : names.hostMinistry) ??
    translator.t(language, `applications.custody.${office}`);
  return { key, values: { ministry } };
}
