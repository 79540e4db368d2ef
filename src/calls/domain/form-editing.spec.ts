import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../shared/domain-error.js';
import { CALL_CATEGORIES } from './call.js';
import type { FormDefinition, FormQuestion, VisibleIf } from './form.js';
import {
  addDocument,
  addQuestion,
  addSection,
  canMove,
  changeConsent,
  changeQuestion,
  dependentsIn,
  dependentsOn,
  itemOf,
  moveItem,
  moveSection,
  questionsBefore,
  removeItem,
  removeSection,
  rewordSection,
  sectionOf,
} from './form-editing.js';
import type { NewQuestion } from './form-editing.js';
import { itemIdsOf, RELIED_ON, relianceOn, relianceOnSection } from './form-reliance.js';
import { STANDARD_FORM } from './standard-form.js';
import {
  TODAY,
  choice,
  edited,
  editedBy,
  formEdit,
  pick,
  words,
} from '../../../test/factories/form-edits.js';
import type { FormEdit } from '../../../test/factories/form-edits.js';

const FORM = STANDARD_FORM('student');
const text = (label: string, visibleIf?: VisibleIf): NewQuestion => ({
  type: 'text',
  label: words(label),
  required: false,
  ...(visibleIf ? { visibleIf } : {}),
});
const refusal = (reason: string) => new DomainError('conflict', { reason });

describe('a new part of a form', () => {
  it('is named after its label, and keeps that name whatever the label becomes', () => {
    const { form, id } = addQuestion(FORM, 'study', text('Име ментора'));
    expect(id).toBe('ime_mentora');
    const reworded = changeQuestion(form, id, { label: words('Name of your supervisor'), required: true });
    expect(itemOf(reworded, id).item).toMatchObject({
      id,
      type: 'text',
      label: words('Name of your supervisor'),
    });
  });

  it.each([
    ['the same label twice', 'Faculty', 'faculty_2'],
    ['a name that conditions are answered by', 'Experience years', 'experience_years_2'],
    ['a name that letters are written from', 'Birth date', 'birth_date_2'],
    ['the name of a section', 'Motivation', 'motivation_2'],
    ['a name that the page needs', 'Revision', 'revision_2'],
    ['a number', '5', 'n_5'],
    ['no letter at all', '?', 'item'],
    ['a long label', 'word '.repeat(30), 'word_word_word_word_word_word_word_w'],
  ])('takes no name by chance: %s', (_what, label, id) => {
    expect(addQuestion(FORM, 'study', text(label)).id).toBe(id);
  });

  it('is at no address that a page of the application has', () => {
    expect(addSection(FORM, 'questions', { title: words('Review') }).id).toBe('part_review');
  });

  it('stands before the consents, with which a form ends', () => {
    const { form } = addSection(FORM, 'documents', { title: words('Portfolio') });
    expect(form.sections.slice(-2).map(({ id }) => id)).toEqual(['part_portfolio', 'consents']);
  });

  it('can be one that the programme knows by its name, once', () => {
    const { form, id } = addQuestion(FORM, 'study', text('Years of work'), 'experience_years');
    expect(id).toBe('experience_years');
    expect(() => addQuestion(form, 'study', text('Years'), 'experience_years')).toThrow(
      refusal('already_asked'),
    );
  });

  it('goes where its kind is asked, and letters of reference are asked for once', () => {
    expect(() => addQuestion(FORM, 'documents', text('Name'))).toThrow('not_found');
    const references = { min: 1, max: 2, daysAfterClose: null, confidential: true };
    const { form, id } = addSection(FORM, 'references', { title: words('Letters'), references });
    expect(id).toBe('references');
    expect(() => addSection(form, 'references', { title: words('More'), references })).toThrow(
      refusal('one_references_section'),
    );
  });
});

describe('what the programme relies on', () => {
  it.each(CALL_CATEGORIES)('is in the standard form: %s', (category) => {
    const ids = STANDARD_FORM(category).sections.flatMap(itemIdsOf);
    expect(Object.keys(RELIED_ON).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('cannot be removed, nor asked only of some', () => {
    const { form, id } = addQuestion(FORM, 'person', choice('Kind', 'a', 'b'));
    const last = moveItem(form, 'phone', 'down');
    for (const kept of Object.keys(RELIED_ON)) {
      expect(() => removeItem(last, kept)).toThrow(refusal('relied_on'));
    }
    const home = itemOf(last, 'home_institution').item as FormQuestion;
    expect(() =>
      changeQuestion(last, 'home_institution', { ...home, visibleIf: { question: id, is: ['a'] } }),
    ).toThrow(refusal('asked_of_everybody'));
    for (const section of ['person', 'study', 'choices', 'consents']) {
      expect(() => removeSection(last, section)).toThrow(refusal('relied_on'));
    }
  });

  it('is whatever a condition of the call is answered by, for as long as there is that condition', () => {
    const form: FormDefinition = { ...FORM, eligibility: { kind: 'any', of: [{ kind: 'year', min: 2 }] } };
    expect(relianceOn(form, 'year')).toEqual({ by: 'condition', condition: 'year' });
    expect(() => removeItem(form, 'year')).toThrow(refusal('relied_on'));
    expect(relianceOn(FORM, 'year')).toBeNull();
    expect(removeItem(FORM, 'year').sections.flatMap(itemIdsOf)).not.toContain('year');
  });

  it('keeps its consents required, and gives other words another version', () => {
    const consent = itemOf(FORM, 'processing').item as { text: ReturnType<typeof words>; required: boolean };
    expect(() => changeConsent(FORM, 'processing', { ...consent, required: false }, TODAY)).toThrow(
      refusal('relied_on'),
    );
    expect(itemOf(changeConsent(FORM, 'processing', consent, TODAY), 'processing').item).toMatchObject({
      version: '2026-11',
    });
    const changed = changeConsent(FORM, 'processing', { required: true, text: words('I agree.') }, TODAY);
    expect(itemOf(changed, 'processing').item).toMatchObject({
      version: expect.stringMatching(/^2026-11-29\.\w{6}$/),
    });
  });
});

describe('what is asked only of some', () => {
  const asked = addQuestion(FORM, 'study', choice('Housing', 'yes', 'no'));
  const visibleIf = { question: asked.id, is: ['yes'] };
  const hanging = addQuestion(asked.form, 'motivation', text('Which housing', visibleIf));

  it('stands after the question that it hangs on', () => {
    expect(() => changeQuestion(hanging.form, 'faculty', { ...text('Faculty'), visibleIf })).toThrow(
      refusal('hangs_on_later_question'),
    );
    expect(() => moveSection(hanging.form, 'motivation', 'up')).not.toThrow();
    const next = moveSection(hanging.form, 'motivation', 'up');
    expect(canMove(next, 'motivation', 'up', 'section')).toBe(false);
    expect(() => moveSection(next, 'motivation', 'up')).toThrow(refusal('hangs_on_later_question'));
    expect(() => moveSection(next, 'study', 'down')).toThrow(refusal('hangs_on_later_question'));
  });

  it('may hang on what is listed and stands before it, and on nothing else', () => {
    const ids = questionsBefore(hanging.form, { section: 'motivation', item: hanging.id }).map(
      ({ id }) => id,
    );
    expect(ids).toEqual(['citizenship', 'level', 'language_level', asked.id]);
    expect(questionsBefore(hanging.form, { section: 'person', item: 'birth_date' })).toEqual([]);
  });

  it('is asked of everybody once that question is gone, and is not lost', () => {
    const rest = removeItem(hanging.form, asked.id);
    expect(itemOf(rest, hanging.id).item).toEqual({ id: hanging.id, ...text('Which housing') });
  });

  it('keeps the answers that it hangs on', () => {
    const without = choice('Housing', 'no', 'perhaps');
    expect(() => changeQuestion(hanging.form, asked.id, without)).toThrow('options option_in_use');
    expect(() => changeQuestion(hanging.form, asked.id, choice('Housing', 'yes'))).not.toThrow();
  });

  it('may be a document or a whole section', () => {
    const document = addDocument(hanging.form, 'documents', {
      label: words('Contract'),
      required: true,
      visibleIf,
    });
    const section = addSection(document.form, 'questions', { title: words('Housing'), visibleIf });
    expect(dependentsOn(section.form, [asked.id]).map(({ kind }) => kind)).toEqual([
      'question',
      'document',
      'section',
    ]);
    expect(() => rewordSection(section.form, 'consents', { title: words('Consents'), visibleIf })).toThrow(
      refusal('asked_of_everybody'),
    );
  });
});

// Any sequence of edits ----------------------------------------------------------------------------------------------

/** Everything of a form by its id, without that it hangs on something. */
function partsOf(form: FormDefinition): ReadonlyMap<string, unknown> {
  const parts = new Map<string, unknown>();
  for (const { questions, documents, consents, visibleIf: _if, ...section } of form.sections) {
    parts.set(`section ${section.id}`, section);
    for (const { visibleIf: _itsIf, ...item } of [...questions, ...documents]) parts.set(item.id, item);
    for (const consent of consents) parts.set(consent.purpose, consent);
  }
  return parts;
}

describe('any sequence of edits', () => {
  it('gives a form with unique ids, whose parts hang on earlier questions only, and loses nothing else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CALL_CATEGORIES),
        fc.array(formEdit, { maxLength: 40 }),
        (category, acts) => {
          let form = STANDARD_FORM(category);
          for (const each of acts) {
            const before = form;
            try {
              form = edited(form, each);
            } catch (error) {
              expect(error).toBeInstanceOf(DomainError);
              expect(form).toBe(before);
              continue;
            }
            expectSound(form);
            expectNothingElseLost(before, form, each);
          }
          const ids = form.sections.flatMap(itemIdsOf);
          expect(Object.keys(RELIED_ON).filter((id) => !ids.includes(id))).toEqual([]);
          expect(form.sections.filter(({ kind }) => kind === 'choices')).toHaveLength(1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is told before whether a step can be made', () => {
    fc.assert(
      fc.property(fc.array(formEdit, { maxLength: 20 }), fc.nat(), fc.boolean(), (acts, at, up) => {
        const form = editedBy(FORM, acts);
        const step = up ? 'up' : 'down';
        const id = pick(form.sections.flatMap(itemIdsOf), at);
        if (canMove(form, id, step, 'item')) expect(moveItem(form, id, step)).not.toEqual(form);
        else expect(() => expect(moveItem(form, id, step)).not.toEqual(form)).toThrow();
      }),
    );
  });
});

function expectSound(form: FormDefinition): void {
  const ids = form.sections.flatMap((section) => [section.id, ...itemIdsOf(section)]);
  const items = form.sections.flatMap(itemIdsOf);
  expect(new Set(items).size).toBe(items.length);
  expect(new Set(form.sections.map(({ id }) => id)).size).toBe(form.sections.length);
  expect(ids.every((id) => /^[a-z][a-z0-9_]*$/.test(id))).toBe(true);
  for (const { kind, id, visibleIf } of dependentsIn(form)) {
    const position = (wanted: string) =>
      form.sections.flatMap((s) => [s.id, ...itemIdsOf(s)]).lastIndexOf(wanted);
    const place = kind === 'section' ? form.sections.indexOf(sectionOf(form, id)) : position(id);
    const cause = itemOf(form, visibleIf.question);
    const causePlace =
      kind === 'section' ? form.sections.indexOf(cause.section) : position(visibleIf.question);
    expect(causePlace).toBeLessThan(place);
  }
}

function expectNothingElseLost(before: FormDefinition, after: FormDefinition, { what, at }: FormEdit): void {
  const [was, is] = [partsOf(before), partsOf(after)];
  const section = pick(before.sections, at);
  const named =
    what === 'remove' || what === 'change'
      ? [pick(before.sections.flatMap(itemIdsOf), at)]
      : what === 'remove_section'
        ? [`section ${section.id}`, ...itemIdsOf(section)]
        : what === 'reword'
          ? [`section ${section.id}`]
          : [];
  for (const [id, part] of was) {
    if (!named.includes(id)) expect(is.get(id)).toEqual(part);
    else if (what === 'change' || what === 'reword') expect(is.has(id)).toBe(true);
    else expect(is.has(id)).toBe(false);
  }
  if (what.startsWith('remove')) return;
  const hung = new Map(dependentsIn(before).map(({ kind, id, visibleIf }) => [`${kind} ${id}`, visibleIf]));
  const hangs = new Map(dependentsIn(after).map(({ kind, id, visibleIf }) => [`${kind} ${id}`, visibleIf]));
  for (const [id, visibleIf] of hung) {
    if (!named.some((name) => id === name || id.endsWith(` ${name}`)))
      expect(hangs.get(id)).toEqual(visibleIf);
  }
  expect(relianceOnSection(after, sectionOf(after, 'choices'))).toEqual({ by: 'choices' });
}
