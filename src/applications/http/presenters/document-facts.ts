import type { DocumentRequirement } from '../../../calls/public.js';
import { TREATIES, legalisationOf } from '../../../universities/public.js';
import type { Legalisation } from '../../../universities/public.js';
import type { DocumentState } from '../../domain/document-item.states.js';
import type { ApplicationFile } from '../../operations/application-file.js';
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
export function asksOf(
  reader: Pick<Reader, 'translator' | 'language'>,
  file: ApplicationFile,
  { translation, legalisation }: DocumentRequirement,
): Words[] {
  return [
    ...(translation ? [{ key: `applications.documents.asks.${translation}` }] : []),
    ...(legalisation ? legalisationWords(reader, legalisationFor(file)) : []),
  ];
}

/**
 * A document is taken to be issued where its applicant belongs, for use where they go: to the host, else to the places that
 * they chose, else to wherever the call leads.
 */
function legalisationFor({ application, choices, call }: ApplicationFile): Legalisation {
  const { homeCountry, hostCountry } = application;
  const chosen = choices.map(({ institution }) => institution.country);
  const led = call.directions.filter((each) => each.homeCountry === homeCountry);
  return legalisationOf(
    TREATIES,
    homeCountry,
    hostCountry ? [hostCountry] : chosen.length > 0 ? chosen : led.map((each) => each.hostCountry),
  );
}

function legalisationWords(
  { translator, language }: Pick<Reader, 'translator' | 'language'>,
  { waivedBy, neededIn }: Legalisation,
): Words[] {
  const asks = (key: string, values: Readonly<Record<string, string>> = {}) => ({
    key: `applications.documents.asks.${key}`,
    values,
  });
  const names = (codes: readonly string[]) =>
    translator.list(
      language,
      codes.map((code) => translator.countryName(language, code)),
    );
  if (waivedBy.length === 0) return [asks('legalisation')];
  return [
    ...waivedBy.flatMap(({ parties, title, verifiedOn }) => [
      asks('legalisation_waived', {
        parties: names(parties),
        treaty: translator.localized(language, title),
      }),
      ...(verifiedOn === null ? [asks('legalisation_unverified')] : []),
    ]),
    asks('legalisation_elsewhere'),
    ...(neededIn.length > 0 ? [asks('legalisation_in', { countries: names(neededIn) })] : []),
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
