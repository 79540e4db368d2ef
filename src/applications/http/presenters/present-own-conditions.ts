import type { ConditionState, ConditionView } from '../../../approvals/public.js';
import type { DomainError, FieldProblem } from '../../../shared/domain-error.js';
import { AWAITS_CONDITIONS } from '../../domain/application.states.js';
import type { OpenApplication } from '../own-application.js';
import type { OwnConditionsView, Tag, Words } from '../views/applicant-views.js';
import { presentHead } from './present-head.js';
import { problemWords } from './present-section.js';
import { atInstant, presentDeadline } from './reader.js';

/** The form of one condition as it was typed, and why nothing was taken. */
export interface EvidenceState {
  readonly condition: string;
  readonly words: string;
  readonly error: DomainError;
}

const KINDS: Readonly<Record<ConditionState, Tag['kind']>> = {
  open: 'brass',
  met: 'leaf',
  not_met: 'brick',
  waived: 'grey',
};

/** What both countries ask of the applicant, each side by itself, and the form for what they give. */
export function presentOwnConditions(
  open: OpenApplication,
  conditions: readonly ConditionView[],
  state: EvidenceState | null,
): OwnConditionsView {
  const { file, names, reader } = open;
  const { application } = file;
  const href = `/applications/${application.id}/conditions`;
  const gives = AWAITS_CONDITIONS.includes(application.state);
  const sides = [
    { country: application.homeCountry, ministry: names.homeMinistry },
    { country: application.hostCountry, ministry: names.hostMinistry },
  ];
  const problem = state?.error.fields[0];
  const fault: Words | null =
    state && (problem ? problemWords(problem) : { key: `reasons.${state.error.reason}` });
  return {
    head: presentHead(open),
    problems:
      state && fault ? [{ message: fault, href: `#field-${controlOf(problem)}-${state.condition}` }] : [],
    sides: sides.flatMap(({ country, ministry }) => {
      const own = conditions.filter((condition) => condition.country === country);
      if (own.length === 0 || country === null) return [];
      return [
        {
          name: ministry ?? reader.translator.countryName(reader.language, country),
          conditions: own.map((condition) => {
            const typed = state?.condition === condition.id ? state : null;
            const settling = condition.state === 'open';
            return {
              id: condition.id,
              title: {
                key: 'approvals.side.condition',
                values: { number: reader.translator.number(reader.language, condition.ordinal) },
              },
              text: condition.text,
              state: {
                kind: KINDS[condition.state],
                text: { key: `approvals.conditions.states.${condition.state}` },
              },
              deadline: settling ? presentDeadline(reader, condition.dueAt) : null,
              rows: [
                ...(condition.evidenceAt ? [row('given_at', atInstant(reader, condition.evidenceAt))] : []),
                ...(condition.evidenceText ? [row('evidence', condition.evidenceText)] : []),
                ...(condition.settledNote ? [row('note', condition.settledNote)] : []),
              ],
              file: condition.evidenceUploadId ? `${href}/${condition.id}/file` : null,
              action: gives && settling ? `${href}/${condition.id}` : null,
              words: typed?.words ?? '',
              errors: {
                words: typed && controlOf(problem) === 'words' ? fault : null,
                file: typed && controlOf(problem) === 'file' ? fault : null,
              },
            };
          }),
        },
      ];
    }),
  };
}

function controlOf(problem: FieldProblem | undefined): 'words' | 'file' {
  return problem?.field === 'words' ? 'words' : 'file';
}

function row(label: string, value: string) {
  return { label: { key: `applications.own_conditions.${label}` }, value };
}
