import { homeWords } from '../../domain/home-words.js';
import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Actor } from '../../../shared/actor.js';
import { applicationsPolicy, isHomeSide } from '../../domain/applications.policy.js';
import { documentStates } from '../../domain/document-item.states.js';
import type { DocumentAct } from '../../domain/document-item.states.js';
import { whyNotSupplemented } from '../../domain/document-items.js';
import { daysAfter } from '../../operations/application-record.js';
import type { DocumentItem, DocumentVersion } from '../../operations/document-findings.js';
import type { OpenApplication } from '../own-application.js';
import type { DocumentPage, OwnDocument, VersionView, Words } from '../views/applicant-views.js';
import type { CheckedDocument, CheckedDocuments, DocumentForm, PanelField } from '../views/office-views.js';
import type { TypedPanel } from './present-acts.js';
import { asksOf, documentTag, fileFacts } from './document-facts.js';
import { presentHead } from './present-head.js';
import { problemWords } from './present-section.js';
import { atInstant, dayInSentence, presentDeadline } from './reader.js';

/** Acts on one document of whoever checks it, as their addresses call them. */
export const DOCUMENT_ACTS = ['accept', 'correct', 'waive'] as const;
export type DocumentActName = (typeof DOCUMENT_ACTS)[number];

/** What came back of an act on one document. */
export interface DocumentRefusal {
  readonly requirement: string;
  readonly act: DocumentActName;
  readonly typed: TypedPanel;
  readonly problems: readonly FieldProblem[];
}

/** The documents on the page of an office, each with what the reader can do with it. */
export function presentCheckedDocuments(
  actor: Actor,
  open: OpenApplication,
  refused: DocumentRefusal | null,
): CheckedDocuments | null {
  const { documents, application } = open.file;
  if (documents.length === 0) return null;
  const checks = applicationsPolicy.decide(actor, 'application.check_documents', application).allowed;
  const href = `/applications/${application.id}/review/documents`;
  const waiting = documents.filter(({ state }) => state === 'uploaded').length;
  return {
    acceptAll: checks && waiting > 1 ? { action: `${href}/accept-all`, count: waiting } : null,
    items: documents.map((item) => presentChecked(actor, open, item, checks, refused)),
  };
}

function presentChecked(
  actor: Actor,
  open: OpenApplication,
  item: DocumentItem,
  checks: boolean,
  refused: DocumentRefusal | null,
): CheckedDocument {
  const { file, reader } = open;
  const { id } = item.requirement;
  const action = `/applications/${file.application.id}/review/documents/${id}`;
  const kind = file.withheld.get(`documents.${id}`);
  const may = (act: DocumentAct) => checks && kind === undefined && documentStates.allows(item.state, act);
  const refusal = refused?.requirement === id ? refused : null;
  const current = item.versions.find((version) => version.current);
  return {
    id,
    label: reader.translator.localized(reader.language, item.requirement.label),
    asks: asksOf(reader, file, item.requirement),
    required: item.requirement.required,
    state: isHomeSide(actor, file.application) ? documentTag(item.state) : null,
    withheld: kind ? { key: `reasons.withheld_${kind}` } : null,
    reason: item.reason,
    since: item.since && atInstant(reader, item.since),
    due: item.dueAt && presentDeadline(reader, item.dueAt),
    versions: presentVersions(open, item, `/applications/${file.application.id}/review/documents`),
    seen: current?.id ?? '',
    accept: may('accept') && current ? { action: `${action}/accept` } : null,
    correct: may('ask_correction')
      ? form(`${action}/correct`, 'correct', refusal, [
          field(id, 'reason', 'correct', refusal, ''),
          field(id, 'until', 'correct', refusal, usualDeadline(open)),
        ])
      : null,
    waive:
      may('waive') && item.requirement.waivable
        ? form(`${action}/waive`, 'waive', refusal, [field(id, 'reason', 'waive', refusal, '')])
        : null,
  };
}

function form(
  action: string,
  act: DocumentActName,
  refusal: DocumentRefusal | null,
  fields: readonly PanelField[],
): DocumentForm {
  return { action, open: refusal?.act === act, fields };
}

/** Several of these forms stand on one page: a control is named after its document and its act. */
export const controlOf = (field: string, act: DocumentActName, requirement: string) =>
  `${act}-${field}-${requirement}`;

function field(
  requirement: string,
  name: 'reason' | 'until',
  act: DocumentActName,
  refusal: DocumentRefusal | null,
  usual: string,
): PanelField {
  const control = controlOf(name, act, requirement);
  const shown = refusal?.act === act ? refusal : null;
  const typed = shown?.typed[control];
  const problem = shown?.problems.find((each) => each.field === name);
  return {
    kind: name === 'reason' ? 'textarea' : 'text',
    name: control,
    label: { key: `applications.documents.fields.${act}_${name}` },
    hint: { key: `applications.documents.fields.${act}_${name}_hint` },
    value: typeof typed === 'string' ? typed : usual,
    ...(name === 'reason' ? { rows: 3 } : {}),
    ...(problem ? { error: problemWords(problem) } : {}),
  };
}

/** As many days as a whole application would have to be corrected. */
function usualDeadline({ file, reader }: OpenApplication): string {
  return dayInSentence(reader, daysAfter(reader.now, file.call.promises.returnDays));
}

/** The versions of a document, the newest first, with all that tells one from another. */
export function presentVersions(open: OpenApplication, item: DocumentItem, href: string): VersionView[] {
  const { reader } = open;
  return item.versions.map((version) => ({
    href: `${href}/${version.id}`,
    previewHref: `/applications/${open.file.application.id}/documents/${version.id}/preview`,
    name: version.fileName,
    marks: marksOf(item, version),
    facts: [...fileFacts(reader, version), atInstant(reader, version.uploadedAt)],
    sha256: version.sha256,
    because: version.supplement?.askedBecause ?? null,
  }));
}

function marksOf(item: DocumentItem, version: DocumentVersion): Message[] {
  const mark = (key: string): Message => ({ key: `applications.documents.marks.${key}` });
  const newer = item.versions.slice(0, item.versions.indexOf(version));
  return [
    ...(version.submitted ? [mark('submitted')] : []),
    ...(version.supplement ? [mark('supplement')] : []),
    ...(newer.length > 0 ? [mark('replaced')] : []),
  ];
}

/** The documents on the page of a submitted application, for its applicant. */
export function presentOwnDocuments({ file, reader }: OpenApplication): OwnDocument[] {
  return file.documents
    .filter(({ state, requirement, since }) => state !== 'missing' || requirement.required || since)
    .map((item) => ({
      label: reader.translator.localized(reader.language, item.requirement.label),
      href: `/applications/${file.application.id}/documents/${item.requirement.id}`,
      state: documentTag(item.state),
      due: item.dueAt && presentDeadline(reader, item.dueAt),
    }));
}

/** The first document that the applicant can mend now; null where there is none. */
export function documentToMend({ file, reader }: OpenApplication): DocumentItem | null {
  return (
    file.documents.find(
      (item) =>
        whyNotSupplemented(item, reader.now) === null &&
        (item.requirement.required || item.state === 'to_be_corrected'),
    ) ?? null
  );
}

function sentenceOf({ state }: DocumentItem, why: ReturnType<typeof whyNotSupplemented>): string {
  if (why === 'correction_deadline_passed') return 'too_late';
  return state === 'missing' && why === null ? 'later' : state;
}

/** The page of one document after the submission. */
export function presentDocumentPage(
  open: OpenApplication,
  item: DocumentItem,
  /** Why nothing was taken. */
  error: Words | null,
): DocumentPage {
  const { file, reader } = open;
  const { id, label, hint } = item.requirement;
  const href = `/applications/${file.application.id}/documents`;
  const why = whyNotSupplemented(item, reader.now);
  return {
    head: presentHead(open),
    problems: error ? [{ message: error, ...(why === null ? { href: `#field-${id}` } : {}) }] : [],
    id,
    label: reader.translator.localized(reader.language, label),
    hint: hint ? reader.translator.localized(reader.language, hint) : null,
    state: documentTag(item.state),
    sentence: {
      key: homeWords(file.application, `applications.documents.sentences.${sentenceOf(item, why)}`),
    },
    reason: item.reason,
    due: item.dueAt && presentDeadline(reader, item.dueAt),
    action: why === null ? `${href}/${id}/supplement` : null,
    error,
    versions: presentVersions(open, item, href),
  };
}
