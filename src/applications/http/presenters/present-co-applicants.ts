import { coApplicantsOf } from '../../../calls/public.js';
import type { CoApplicantView } from '../../application-ports.js';
import type { OpenApplication } from '../own-application.js';
import type { SummaryRow, Tag, Words } from '../views/applicant-views.js';
import type { FileCoApplicants } from '../views/office-views.js';
import { atInstant } from './reader.js';

const STANDINGS: Readonly<Record<CoApplicantView['standing'], Tag['kind']>> = {
  invited: 'brass',
  unconfirmed: 'brass',
  confirmed: 'leaf',
  ended: 'grey',
};

export function presentCoApplicantState({
  state,
  standing,
}: Pick<CoApplicantView, 'state' | 'standing'>): Tag {
  return { kind: STANDINGS[standing], text: { key: `record_states.co_applicant.${state}` } };
}

/** Those who stand in it, or are asked to, as rows among its answers. */
export function coApplicantRows({ file }: OpenApplication, manageHref: string): SummaryRow[] {
  return file.coApplicants
    .filter(({ standing }) => standing !== 'ended')
    .map((each) => ({
      label: each.name,
      labelLang: scriptOf(each.name),
      values: [each.part, { key: `record_states.co_applicant.${each.state}` }],
      action: { href: manageHref, text: { key: 'applications.co_applicants.see' } },
    }));
}

/** On the page of the offices; null where nobody else was ever asked and the form admits nobody. */
export function presentFileCoApplicants({ file, reader }: OpenApplication): FileCoApplicants | null {
  const { sight, coApplicants } = file;
  if (!coApplicantsOf(file.wholeForm) && coApplicants.length === 0) return null;
  return {
    withheld: sight.sees('identity') ? null : WITHHELD,
    people: coApplicants
      // Whom the applicant asked in vain is no business of an office.
      .filter(({ personId }) => personId !== null)
      .map((each) => ({
        name: { text: each.name, lang: scriptOf(each.name) },
        otherNames: [each.latinName, each.passportName].filter(
          (name, place, all) => name !== null && name !== each.name && all.indexOf(name) === place,
        ),
        country: each.country && reader.translator.countryName(reader.language, each.country),
        part: each.part,
        state: presentCoApplicantState(each),
        since: atInstant(reader, each.stateSince),
      })),
  };
}

/** A name may be of any language: its script is all that is known of it. */
function scriptOf(name: string): string {
  return /\p{Script=Cyrillic}/u.test(name) ? 'und-Cyrl' : 'und-Latn';
}

const WITHHELD: Words = { key: 'reasons.withheld_identity' };
