import type { DocumentRequirement } from '../../../calls/public.js';
import type { DocumentState } from '../../domain/document-item.states.js';
import type { DocumentVersion } from '../../operations/document-findings.js';
import type { Tag, Words } from '../views/applicant-views.js';
import type { Reader } from './reader.js';

const MEGABYTE = 1024 * 1024;
const KINDS: Readonly<Record<DocumentState, Tag['kind']>> = {
  missing: 'grey',
  uploaded: 'sky',
  accepted: 'leaf',
  to_be_corrected: 'brass',
  waived: 'grey',
};

/** What was found of a document, as a word, a shape and a colour. */
export function documentTag(state: DocumentState): Tag {
  return { kind: KINDS[state], text: { key: `applications.documents.states.${state}` } };
}

/** What is asked of a document besides itself, for use in the other country. */
export function asksOf({ translation, legalisation }: DocumentRequirement): Words[] {
  return [
    ...(translation ? [{ key: `applications.documents.asks.${translation}` }] : []),
    ...(legalisation ? [{ key: 'applications.documents.asks.legalisation' }] : []),
  ];
}

/** Size, pages and what the virus scan said. */
export function fileFacts(
  { translator, language }: Pick<Reader, 'translator' | 'language'>,
  { sizeBytes, pages, scan }: Pick<DocumentVersion, 'sizeBytes' | 'pages' | 'scan'>,
): Words[] {
  const megabytes = Math.max(0.1, Math.round((sizeBytes / MEGABYTE) * 10) / 10);
  return [
    { key: 'common.megabytes', values: { size: translator.number(language, megabytes) } },
    ...(pages === null ? [] : [{ key: 'applications.dossier.pages', values: { count: pages } }]),
    { key: `documents.scan.${scan}` },
  ];
}
