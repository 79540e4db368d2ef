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
  if (finding?.state !== 'to_be_corrected') return 'document_not_asked_for';
  return finding.dueAt !== null && now > finding.dueAt ? 'correction_deadline_passed' : null;
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
