import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editedBy, formEdit } from '../../../test/factories/form-edits.js';
import { formDifference, isSameForm } from './form-difference.js';
import { STANDARD_FORM } from './standard-form.js';

const FORM = STANDARD_FORM('student');

it('finds nothing where nothing is another', () => {
  expect(isSameForm(formDifference(FORM, structuredClone(FORM)))).toBe(true);
});

it('is there after any edit that changes the form, and turns round with the two', () => {
  const ids = (things: readonly { readonly kind: string; readonly id: string }[]) =>
    things.map(({ kind, id }) => `${kind} ${id}`).toSorted();
  fc.assert(
    fc.property(fc.array(formEdit, { maxLength: 20 }), (edits) => {
      const after = editedBy(FORM, edits);
      const [there, back] = [formDifference(FORM, after), formDifference(after, FORM)];
      expect(isSameForm(there)).toBe(JSON.stringify(after) === JSON.stringify(FORM));
      expect(ids(back.removed)).toEqual(ids(there.added));
      expect(ids(back.added)).toEqual(ids(there.removed));
      expect(ids(back.changed)).toEqual(ids(there.changed));
      expect(back.moved).toBe(there.moved);
    }),
    { numRuns: 200 },
  );
});
