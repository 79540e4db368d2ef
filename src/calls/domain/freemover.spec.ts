import { describe, expect, it } from '@jest/globals';
import { askedForm } from './asked-form.js';
import { CALL_CATEGORIES } from './call.js';
import { moveSection, removeItem } from './form-editing.js';
import { formProblems } from './form-problems.js';
import type { FormDefinition } from './form.js';
import {
  admittingFreemovers,
  asksForRoute,
  formFor,
  freemoverProblems,
  withoutFreemovers,
} from './freemover.js';
import { STANDARD_FORM } from './standard-form.js';

const idsOf = ({ sections }: FormDefinition) =>
  sections.flatMap(({ questions, documents }) => [...questions, ...documents].map(({ id }) => id));
const asked = (form: FormDefinition, as?: string) =>
  idsOf(askedForm(form, { answers: as ? { applying: { applying_as: as } } : {}, choices: [] }));

describe.each(CALL_CATEGORIES)('the form of a call for %s that admits freemovers', (category) => {
  const plain = STANDARD_FORM(category);
  const form = admittingFreemovers(plain);

  it('is sound, and the same if it is made twice', () => {
    expect(formProblems(form)).toEqual([]);
    expect(admittingFreemovers(form)).toBe(form);
  });

  it('asks the nominated for their institution, and freemovers for a letter of the host instead', () => {
    expect(asked(form, 'nominated')).toEqual(expect.arrayContaining(['home_institution']));
    expect(asked(form, 'nominated')).not.toContain('host_letter');
    expect(asked(form, 'freemover')).toEqual(expect.arrayContaining(['home_body', 'host_letter']));
    for (const gone of ['home_institution', 'faculty', 'department']) {
      expect(asked(form, 'freemover')).not.toContain(gone);
    }
    // As long as nobody has said how, the question that says so is open, and nothing of freemovers is asked.
    expect(asked(form)).toContain('applying_as');
    expect(asked(form)).not.toContain('host_letter');
  });

  it('is as it was before when they are admitted no more', () => {
    expect(withoutFreemovers(form)).toEqual(plain);
    expect(formFor(null, plain)).toBe(plain);
  });
});

it('keeps the question as long as the call has its rule, and before the one for the institution', () => {
  const form = admittingFreemovers(STANDARD_FORM('student'));
  expect(() => removeItem(form, 'applying_as')).toThrow(/relied_on|conflict/);
  const behind = moveSection(form, 'applying', 'down');
  expect(asksForRoute(behind)).toBe(true);
  expect(() => moveSection(behind, 'applying', 'down')).toThrow(/conflict/);
});

it.each([
  [null, 'direct', []],
  [{ maximum: null }, 'ranked', []],
  [{ maximum: 3 }, 'direct', []],
  [{ maximum: 3 }, 'ranked', ['freemovers_ranked']],
  [{ maximum: 0 }, 'direct', ['out_of_range']],
  [{ maximum: 501 }, 'direct', ['out_of_range']],
  [{ maximum: Number.NaN }, 'direct', ['not_number']],
] as const)('of %p on the %s route finds %p', (rule, route, problems) => {
  expect(freemoverProblems(rule, route).map(({ problem }) => problem)).toEqual(problems);
});
