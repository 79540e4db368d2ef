import { referencesDueAt, referencesOf } from '../../../calls/public.js';
import type { ReferenceView } from '../../application-ports.js';
import type { OpenApplication } from '../own-application.js';
import type { SummaryRow, Tag, Words } from '../views/applicant-views.js';
import type { FileReferences } from '../views/office-views.js';
import { atInstant } from './reader.js';

const STANDINGS: Readonly<Record<ReferenceView['standing'], Tag['kind']>> = {
  outstanding: 'brass',
  received: 'leaf',
  ended: 'grey',
};

export function presentReferenceState({ state, standing }: ReferenceView): Tag {
  return { kind: STANDINGS[standing], text: { key: `record_states.reference.${state}` } };
}

/** The letters of an application as rows among its answers. Those that were taken over by another referee are history. */
export function referenceRows(open: OpenApplication, manageHref: string): SummaryRow[] {
  const { file, reader } = open;
  return file.references
    .filter(({ state }) => state !== 'replaced' && state !== 'withdrawn')
    .map((reference) => ({
      label: reference.name,
      labelLang: scriptOf(reference.name),
      values: [
        { key: `referees.relations.${reference.relation}` },
        { key: `record_states.reference.${reference.state}` },
        ...(reference.standing === 'outstanding'
          ? [{ key: 'applications.form.until', values: { when: atInstant(reader, reference.dueAt) } }]
          : []),
      ],
      action: { href: manageHref, text: { key: 'applications.references.see' } },
    }));
}

/** Letters of reference on the page of the offices; null where the form asks for none. */
export function presentFileReferences(open: OpenApplication): FileReferences | null {
  const { file, reader } = open;
  const asked = referencesOf(file.form);
  if (!asked) return null;
  const { sight, application } = file;
  return {
    due: atInstant(reader, referencesDueAt(file.call, asked)),
    confidential: asked.confidential,
    withheld: sight.sees('references') ? null : { key: 'reasons.withheld_references' },
    letters: file.references.map((reference) => {
      const reads = sight.sees(reference.confidential ? 'confidential_letters' : 'references');
      return {
        name: { text: reference.name, lang: scriptOf(reference.name) },
        relation: { key: `referees.relations.${reference.relation}` },
        state: presentReferenceState(reference),
        since: atInstant(reader, reference.stateSince),
        href:
          reference.standing === 'received' && reads
            ? `/applications/${application.id}/references/${reference.id}/letter`
            : null,
        withheld: reference.standing === 'received' && !reads ? WITHHELD : null,
      };
    }),
  };
}

/** A name may be of any language: its script is all that is known of it. */
function scriptOf(name: string): string {
  return /\p{Script=Cyrillic}/u.test(name) ? 'und-Cyrl' : 'und-Latn';
}

const WITHHELD: Words = { key: 'reasons.withheld_confidential_letters' };
