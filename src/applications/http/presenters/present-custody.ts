import type { Custody, Office } from '../../domain/custody.js';
import type { CustodyRow, Named, Words } from '../views/applicant-views.js';
import { atInstant } from './reader.js';
import type { Reader } from './reader.js';

/** Names of the offices of one application, in the reader's language; null where there is none yet. */
export interface OfficeNames {
  readonly homeInstitution: Named | null;
  readonly hostInstitution: Named | null;
  readonly homeMinistry: string | null;
  readonly hostMinistry: string | null;
}

/** Who checks and sends at home: the institution, or the ministry of a freemover. */
export function homeOfficeName({
  file,
  names,
  reader,
}: {
  readonly file: { readonly application: { readonly freemover: boolean } };
  readonly names: OfficeNames;
  readonly reader: Pick<Reader, 'language'>;
}): Named | null {
  if (!file.application.freemover) return names.homeInstitution;
  return names.homeMinistry ? { text: names.homeMinistry, lang: reader.language } : null;
}

/** The name of an office: that of the institution or ministry, and what kind of office it is where no name is known. */
export function officeName(
  names: OfficeNames,
  office: Office,
): { readonly text: Words; readonly lang?: string } {
  const generic = { text: { key: `applications.custody.${office}` } };
  switch (office) {
    case 'home_institution':
      return names.homeInstitution ?? generic;
    case 'host_institution':
      return names.hostInstitution ?? generic;
    case 'home_ministry':
      return names.homeMinistry ? { text: names.homeMinistry } : generic;
    case 'host_ministry':
      return names.hostMinistry ? { text: names.hostMinistry } : generic;
    case 'applicant':
    case 'joint_commission':
    case 'panel':
    case 'programme':
      return generic;
  }
}

/** "Who has it, since when, until when." `you`: the reader is the applicant. */
export function presentCustody(
  reader: Reader,
  names: OfficeNames,
  custody: readonly Custody[],
  you: boolean,
): CustodyRow[] {
  return custody.map(({ office, since, until, silence }) => ({
    office: { key: `applications.custody.${office}` },
    name:
      you && office === 'applicant'
        ? { text: { key: 'applications.custody.you' } }
        : officeName(names, office),
    since: atInstant(reader, since),
    until: until && atInstant(reader, until),
    overdue: until !== null && until < reader.now,
    silence: silence
      ? { key: `applications.silence.${silence.means}`, values: { at: atInstant(reader, silence.at) } }
      : null,
  }));
}
