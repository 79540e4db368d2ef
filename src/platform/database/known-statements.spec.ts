import { expect, it } from '@jest/globals';
import { KnownStatements } from './preparing-client.js';

/** The name that a statement has when it is asked for the fourth time. */
function nameOf(text: string, forAllValues = false): string | undefined {
  const known = new KnownStatements();
  for (let times = 0; times < 3; times += 1) known.nameOf(text, forAllValues);
  return known.nameOf(text, forAllValues);
}

const SEARCH = 'select id from calls where search_key like $1 and id = any ($2)';

it.each([
  ['what is asked again', 'select id from calls where id = $1', false, true],
  ['a search, of which the pattern decides the index', SEARCH, false, false],
  ['a search among some, of which whoever asks knows that it does not', SEARCH, true, true],
  ['all columns, which a migration may change', 'select * from calls where id = $1', true, false],
  [
    'all columns of a function, which are those that it was made with',
    'select * from matching($1)',
    true,
    true,
  ],
])('keeps a plan of %s', (_, text, forAllValues, kept) => {
  expect(nameOf(text, forAllValues) !== undefined).toBe(kept);
});

it('keeps none of what is asked once', () => {
  expect(new KnownStatements().nameOf('select id from calls where id = $1')).toBeUndefined();
});
