import type { DomainError } from '../../../shared/domain-error.js';
import type { SavedFilterRow } from '../../data/saved-filter.entity.js';
import { MOST_FILTERS, NAME_MAX } from '../../operations/saved-filters.js';
import type { SavedFiltersView } from '../views/office-views.js';

/** The page on which somebody keeps their filters. `save`: the address that is to be kept; empty where none is. */
export function presentSavedFilters(
  filters: readonly SavedFilterRow[],
  form: { readonly save: string; readonly name: string; readonly error: DomainError | null },
): SavedFiltersView {
  const { error } = form;
  const problems = (error?.fields ?? []).map(({ field, problem, values }) => ({
    message: { key: `problems.${problem}`, ...(values ? { values } : {}) },
    href: `#field-${field}`,
  }));
  const refusal = error?.code === 'blocked' ? { key: `reasons.${error.reason}`, values: error.values } : null;
  return {
    problems: refusal ? [{ message: refusal }] : problems,
    form: form.save
      ? {
          query: form.save,
          back: `/applications?${form.save}`,
          field: {
            kind: 'text',
            name: 'name',
            label: { key: 'applications.office.saved.name' },
            hint: { key: 'applications.office.saved.name_hint', values: { max: NAME_MAX } },
            value: form.name,
            ...(problems[0] ? { error: problems[0].message } : {}),
          },
        }
      : null,
    full: filters.length >= MOST_FILTERS,
    most: MOST_FILTERS,
    filters: filters.map(({ id, name, query, isDefault }, index) => ({
      id,
      name,
      href: `/applications?${query}`,
      isDefault,
      first: index === 0,
    })),
  };
}
