/** Words that name the home institution, which a freemover has not: each has a second form that names the ministry. */
const NAMING_THE_INSTITUTION: ReadonlySet<string> = new Set([
  'applications.states.sentence.submitted',
  'applications.states.sentence.screening',
  'applications.states.sentence.eligible',
  'applications.states.sentence.ineligible',
  'applications.dossier.next.screening',
  'applications.dossier.events.application.begin_screening',
  'applications.dossier.events.application.find_eligible',
  'applications.dossier.events.application.find_ineligible',
  'applications.dossier.events.nomination.endorsed',
  'applications.documents.sentences.uploaded',
  'applications.documents.sentences.accepted',
  'applications.documents.sentences.waived',
  'applications.documents.sentences.too_late',
]);

/** The key of these words for an application that comes from an institution, or from none. */
export function homeWords({ freemover }: { readonly freemover: boolean }, key: string): string {
  return freemover && NAMING_THE_INSTITUTION.has(key) ? `${key}_freemover` : key;
}
