import type { Translator } from '../../../platform/i18n/translator.js';
import type { DomainError } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import { institutionName } from '../../../universities/public.js';
import type { BulkActRow } from '../../data/bulk-act.entity.js';
import type { UnitOfInstitution } from '../../data/applications.repository.js';
import type { BulkVerdict } from '../../operations/bulk-acts.js';
import type { WorklistEntry } from '../read-office.js';
import type { BulkView } from '../views/office-views.js';

/** What the page of an act on many applications is made of. */
export interface BulkReading {
  readonly row: BulkActRow;
  /** Of those that the reader may see. */
  readonly entries: ReadonlyMap<Id, WorklistEntry>;
  /** Null while it is not said which unit they go to. */
  readonly verdicts: readonly BulkVerdict[] | null;
  readonly units: readonly UnitOfInstitution[];
  readonly form: {
    readonly unit: string;
    readonly endorsement: string;
    readonly error: DomainError | null;
  };
}

export function presentBulk(translator: Translator, language: Language, reading: BulkReading): BulkView {
  const { row, entries, verdicts, units, form } = reading;
  const { act } = row;
  const line = ({ id, reason }: BulkVerdict): BulkView['possible'][number] => {
    const entry = entries.get(id);
    const name = entry?.name;
    // What it would be nominated for is the first choice of each.
    const place = act === 'nominate' ? entry?.place : null;
    return {
      href: entry ? `/applications/${id}/review` : null,
      number: entry?.application.number ?? null,
      name: name && name !== 'withheld' ? { text: name.name, lang: name.language } : null,
      place: place ? institutionName(language, place.institution) : null,
      reason: reason === null ? null : { key: reasonKey(translator, language, reason) },
    };
  };
  const lines = (verdicts ?? []).map(line);
  const possible = lines.filter(({ reason }) => reason === null);
  const impossible = lines.filter(({ reason }) => reason !== null);
  const needsUnit = act === 'home_unit' || act === 'host_unit';
  const { error } = form;
  const values = error?.code === 'conflict' ? error.values : undefined;
  return {
    title: { key: `applications.bulk.acts.${act}.title` },
    problems: [
      ...(error?.code === 'conflict'
        ? [{ message: { key: `reasons.${error.reason}`, ...(values ? { values } : {}) } }]
        : []),
      ...(error?.code === 'invalid' ? error.fields : []).map((problem) => ({
        message: {
          key: `problems.${problem.problem}`,
          ...(problem.values ? { values: problem.values } : {}),
        },
        href: `#field-${problem.field}`,
      })),
    ],
    action: `/applications/bulk/${row.id}`,
    done: row.doneAt !== null,
    checked: verdicts !== null,
    total: row.applicationIds.length,
    does: { key: `applications.bulk.acts.${act}.does` },
    unit: needsUnit ? form.unit : '',
    unitField: needsUnit
      ? {
          kind: 'select',
          name: 'unit',
          label: { key: 'applications.bulk.unit' },
          value: form.unit,
          options: [
            { value: 'whole', label: { key: 'applications.bulk.whole' } },
            ...units.map(({ id, name }) => ({ value: id, label: translator.localized(language, name) })),
          ],
        }
      : null,
    endorsementField:
      act === 'nominate'
        ? {
            kind: 'textarea',
            name: 'endorsement',
            label: { key: 'applications.bulk.endorsement' },
            hint: { key: 'applications.bulk.endorsement_hint' },
            value: form.endorsement,
            optional: true,
            rows: 3,
          }
        : null,
    possible,
    seen: (verdicts ?? []).flatMap(({ id, reason }) => {
      const version = entries.get(id)?.application.version;
      return reason === null && version !== undefined ? `${id} ${version}` : [];
    }),
    impossible,
  };
}

/** A reason that has words for a person; of any other it is only said that it does not go through. */
function reasonKey(translator: Translator, language: Language, reason: string): string {
  return translator.has(language, `reasons.${reason}`) ? `reasons.${reason}` : 'reasons.blocked';
}
