import type { DocumentRequirement, FormDefinition } from '../../calls/public.js';
import type { Blocker } from '../../shared/domain-error.js';
import type { DocumentState } from './document-item.states.js';

/** What is kept of one document: see `ApplicationDocumentRow`. */
export interface DocumentFinding {
  readonly state: DocumentState;
  readonly dueAt: Date | null;
}

/** Where nobody has looked at it, a document is there or it is not. */
export function documentState(finding: DocumentFinding | undefined, isThere: boolean): DocumentState {
  return finding?.state ?? (isThere ? 'uploaded' : 'missing');
}

/** What the form asks for, with the section that asks for it, in the order of the form. */
export function askedDocuments(
  form: FormDefinition,
): readonly { readonly section: string; readonly requirement: DocumentRequirement }[] {
  return form.sections.flatMap((section) =>
    section.documents.map((requirement) => ({ section: section.id, requirement })),
  );
}

/** Why a document cannot be given after the submission; null where it can. */
export function whyNotSupplemented(
  finding: DocumentFinding | undefined,
  now: Date,
): 'document_not_asked_for' | 'correction_deadline_passed' | null {
  const dueAt = finding?.dueAt ?? null;
  const later = finding?.state === 'missing' && dueAt !== null;
  if (finding?.state !== 'to_be_corrected' && !later) return 'document_not_asked_for';
  return dueAt !== null && now > dueAt ? 'correction_deadline_passed' : null;
}

/** So long before a deadline the clock reminds, once. */
export const DOCUMENT_REMINDS_DAYS = 3;
const DAY_MS = 86_400_000;

/** What the clock has to tell of a document that is awaited; null where nothing. The last instant still counts. */
export function clockTells(
  awaited: {
    readonly dueAt: Date | null;
    readonly stateSince: Date;
    readonly remindedAt: Date | null;
    readonly overdueToldAt: Date | null;
  },
  now: Date,
): 'due_soon' | 'overdue' | null {
  const { dueAt, stateSince, remindedAt, overdueToldAt } = awaited;
  if (dueAt === null) return null;
  if (now > dueAt) return overdueToldAt === null ? 'overdue' : null;
  const near = dueAt.getTime() - now.getTime() <= DOCUMENT_REMINDS_DAYS * DAY_MS;
  // Whoever was asked in the last day has not forgotten it.
  return near && remindedAt === null && now.getTime() - stateSince.getTime() >= DAY_MS ? 'due_soon' : null;
}

/** Required documents that wait for another version: until then nobody is nominated. */
export function correctionsAwaited(
  form: FormDefinition,
  found: ReadonlyMap<string, DocumentFinding>,
): Blocker[] {
  return askedDocuments(form)
    .filter(
      ({ requirement }) => requirement.required && found.get(requirement.id)?.state === 'to_be_corrected',
    )
    .map(({ section, requirement }) => ({
      code: 'document_to_correct',
      section,
      field: requirement.id,
    }));
}
