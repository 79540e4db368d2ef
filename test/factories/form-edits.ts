import fc from 'fast-check';
import type { FormDefinition } from '../../src/calls/domain/form.js';
import {
  ADDED_SECTIONS,
  addConsent,
  addDocument,
  addQuestion,
  addSection,
  changeConsent,
  changeDocument,
  changeQuestion,
  itemOf,
  moveItem,
  moveSection,
  removeItem,
  removeSection,
  rewordSection,
} from '../../src/calls/domain/form-editing.js';
import type { NewQuestion } from '../../src/calls/domain/form-editing.js';
import { itemIdsOf } from '../../src/calls/domain/form-reliance.js';
import { DomainError } from '../../src/shared/domain-error.js';

export const TODAY = '2026-11-29';
export const words = (text: string) => ({ sr: text, ru: text, en: text });
export const choice = (label: string, ...values: string[]): NewQuestion => ({
  type: 'choice',
  label: words(label),
  required: true,
  options: values.map((value) => ({ value, label: words(value) })),
});

/** One edit of a form as the composer makes them, whatever form it meets. */
export const formEdit = fc.record({
  what: fc.constantFrom(
    ...([
      'add',
      'add',
      'add',
      'section',
      'change',
      'reword',
      'up',
      'down',
      'section_up',
      'section_down',
    ] as const),
    ...(['remove', 'remove_section'] as const),
  ),
  at: fc.nat(),
  on: fc.option(fc.nat(), { nil: null }),
  label: fc.constantFrom('Plan', 'План', 'Жеља', 'from', '7', 'Year', ''),
});
export type FormEdit = typeof formEdit extends fc.Arbitrary<infer T> ? T : never;

export function pick<T>(items: readonly T[], at: number): T {
  return items[at % items.length] as T;
}

/** The form after the edit. @throws DomainError where the composer refuses it */
export function edited(form: FormDefinition, { what, at, on, label }: FormEdit): FormDefinition {
  const section = pick(form.sections, at);
  const id = pick(form.sections.flatMap(itemIdsOf), at);
  const listed = form.sections.flatMap(({ questions }) => questions).filter(({ type }) => type === 'choice');
  const cause = on === null || listed.length === 0 ? null : pick(listed, on);
  const visibleIf = cause ? { visibleIf: { question: cause.id, is: [cause.options?.[0]?.value ?? ''] } } : {};
  switch (what) {
    case 'add':
      if (section.kind === 'documents')
        return addDocument(form, section.id, { label: words(label), required: true, ...visibleIf }).form;
      if (section.kind === 'consents')
        return addConsent(form, section.id, { text: words(label), required: false }, TODAY).form;
      return addQuestion(form, section.id, { ...choice(label, 'yes', 'no'), ...visibleIf }).form;
    case 'section': {
      const kind = pick(ADDED_SECTIONS, at);
      const references = { min: 0, max: 1, daysAfterClose: 14, confidential: false };
      return addSection(form, kind, {
        title: words(label),
        ...visibleIf,
        ...(kind === 'references' ? { references } : {}),
      }).form;
    }
    case 'change': {
      const found = itemOf(form, id);
      if (found.kind === 'question') {
        const { id: _id, type: _type, ...rest } = found.item;
        return changeQuestion(form, id, { ...rest, label: words(label), ...visibleIf });
      }
      if (found.kind === 'document')
        return changeDocument(form, id, { label: words(label), required: false, ...visibleIf });
      return changeConsent(form, id, { text: words(label), required: true }, TODAY);
    }
    case 'reword':
      return rewordSection(form, section.id, { title: words(label), ...visibleIf });
    case 'up':
    case 'down':
      return moveItem(form, id, what);
    case 'section_up':
      return moveSection(form, section.id, 'up');
    case 'section_down':
      return moveSection(form, section.id, 'down');
    case 'remove':
      return removeItem(form, id);
    case 'remove_section':
      return removeSection(form, section.id);
  }
}

/** The form after all of these that are not refused. */
export function editedBy(form: FormDefinition, edits: readonly FormEdit[]): FormDefinition {
  return edits.reduce((current, each) => {
    try {
      return edited(current, each);
    } catch (error) {
      if (error instanceof DomainError) return current;
      throw error;
    }
  }, form);
}
