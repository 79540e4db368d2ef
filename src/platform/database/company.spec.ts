import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Company, fingerprintOf } from './company.js';
import type { Door, Member, Outcome } from './company.js';

const READ = 'select name from things where id = $1';
const MORE = 'select size from things where id = $1';
const WRITE = 'update things set size = $2 where id = $1';
const DOORS: readonly Door[] = [
  { of: fingerprintOf([READ]), by: 'read_things' },
  { of: fingerprintOf([MORE]), by: 'sizes_of_things' },
  { of: fingerprintOf([WRITE]), by: 'resize_things' },
];
const WRITES = { rides: 'things' } as const;

type Work = (member: Member) => Promise<unknown>;
interface Step {
  readonly door: string;
  readonly persons: readonly string[];
  readonly asked: readonly (readonly (readonly unknown[])[])[];
}

/** What is asked of the database, and an answer to each but those who ask for the thing `none`. */
async function together(
  works: readonly Work[],
  answers: (door: string) => unknown = () => undefined,
): Promise<{ readonly steps: readonly Step[]; readonly outcomes: readonly Outcome[] }> {
  const steps: Step[] = [];
  const company = new Company(async ({ text, values }) => {
    await new Promise((wait) => setTimeout(wait, 5));
    const [persons, asked] = values as [string[], string];
    const step: Step = { door: text, persons, asked: JSON.parse(asked) as Step['asked'] };
    steps.push(step);
    const fault = answers(text);
    if (fault) throw fault as Error;
    // In no order: each says whose it is.
    const rows = step.asked.flatMap(([values], place) =>
      values?.[0] === 'none' ? [] : [{ place: place + 1, of: values?.[0] }],
    );
    return rows.toReversed();
  });
  const outcomes = await company.run(
    works.map((work, place) => ({ personId: `person-${place}`, doors: DOORS, work })),
  );
  await company.write(outcomes);
  return { steps, outcomes };
}

const read =
  (thing: string, text = READ) =>
  (member: Member) =>
    member.query(text, [thing]);

describe('acts in company', () => {
  it('ask each step once for all of them, and each has its own answer', async () => {
    const work = (thing: string) => async (member: Member) => {
      const [first] = await member.query(READ, [thing]);
      const [second] = await member.query({ text: MORE, values: [thing] });
      await member.query({ text: WRITE, values: [thing, 2], ...WRITES });
      return [first?.['of'], second?.['of']];
    };
    const { steps, outcomes } = await together([work('a'), work('b'), work('c')]);
    expect(outcomes).toEqual(['a', 'b', 'c'].map((thing) => ({ done: true, value: [thing, thing] })));
    const persons = ['person-0', 'person-1', 'person-2'];
    expect(steps).toEqual([
      { door: 'select * from read_things($1, $2)', persons, asked: [[['a']], [['b']], [['c']]] },
      { door: 'select * from sizes_of_things($1, $2)', persons, asked: [[['a']], [['b']], [['c']]] },
      { door: 'select * from resize_things($1, $2)', persons, asked: [[['a', 2]], [['b', 2]], [['c', 2]]] },
    ]);
  });

  it('wait for those who take longer to ask, and for nobody who has ended', async () => {
    const slow: Work = async (member) => {
      await new Promise((wait) => setTimeout(wait, 20));
      return read('slow')(member);
    };
    const { steps } = await together([read('fast'), slow, () => Promise.resolve('asks nothing')]);
    expect(steps.map(({ persons }) => persons)).toEqual([['person-0', 'person-1']]);
  });

  it('are asked once, whoever ends while they are being answered', async () => {
    const leaves: Work = async (member) => {
      const first = read('a')(member);
      await new Promise((wait) => setImmediate(() => setImmediate(wait)));
      await Promise.allSettled([read('a')(member), first]);
    };
    const twice: Work = async (member) => {
      const [one] = await member.query(READ, ['b']);
      const [two] = await member.query(MORE, ['b']);
      return [one, two];
    };
    const { steps, outcomes } = await together([leaves, twice]);
    expect(steps.map(({ door, persons }) => [door, persons])).toEqual([
      ['select * from read_things($1, $2)', ['person-0', 'person-1']],
      ['select * from sizes_of_things($1, $2)', ['person-1']],
    ]);
    expect(outcomes).toEqual([
      null,
      {
        done: true,
        value: [
          { place: 2, of: 'b' },
          { place: 1, of: 'b' },
        ],
      },
    ]);
  });

  it('stand each before their own door', async () => {
    const { steps } = await together([read('a'), read('b', MORE), read('c')]);
    expect(steps.map(({ door, persons }) => [door, persons])).toEqual([
      ['select * from read_things($1, $2)', ['person-0', 'person-2']],
      ['select * from sizes_of_things($1, $2)', ['person-1']],
    ]);
  });

  const other = 'select 1';
  it.each<readonly [string, Work]>([
    ['asks for what there is no door for', read('a', other)],
    ['asks two things that no door answers together', (m) => Promise.all([read('a')(m), read('a', MORE)(m)])],
    ['is not answered', read('none')],
    [
      'writes what no door writes',
      (m) => m.query({ text: 'delete from things', values: [], rides: 'things' }),
    ],
    [
      'asks after it has written',
      async (m) => {
        await m.query({ text: WRITE, values: ['a', 2], ...WRITES });
        await read('a')(m);
      },
    ],
    [
      'asks while it is being answered',
      async (m) => {
        const first = read('a')(m);
        first.catch(() => undefined);
        await new Promise((wait) => setImmediate(() => setImmediate(wait)));
        await read('a')(m);
      },
    ],
    [
      'takes no notice of a refusal',
      async (m) => {
        await read('a', other)(m).catch(() => undefined);
        return 'as if it had been answered';
      },
    ],
    [
      'leaves a question behind',
      (m) => {
        void read('a')(m).catch(() => undefined);
        return Promise.resolve('did not wait');
      },
    ],
  ])('whoever %s goes alone, and the others go on', async (_, work) => {
    const neighbour: Work = async (member) => {
      await read('b')(member);
      await read('b', MORE)(member);
      await member.query({ text: WRITE, values: ['b', 2], ...WRITES });
      return 'done';
    };
    const { steps, outcomes } = await together([work, neighbour]);
    expect(outcomes).toEqual([null, { done: true, value: 'done' }]);
    expect(steps.filter(({ door }) => door.includes('resize')).map(({ persons }) => persons)).toEqual([
      ['person-1'],
    ]);
  });

  it('are refused alone, and whoever is refused has written nothing', async () => {
    const fault = new Error('not complete');
    const refused: Work = async (member) => {
      await read('a')(member);
      await member.query({ text: WRITE, values: ['a', 2], ...WRITES });
      throw fault;
    };
    const { steps, outcomes } = await together([refused, read('b')]);
    expect(outcomes).toEqual([
      { done: false, error: fault },
      { done: true, value: [{ place: 2, of: 'b' }] },
    ]);
    expect(steps.map(({ door }) => door)).toEqual(['select * from read_things($1, $2)']);
  });

  it('are all begun anew where a door itself fails', async () => {
    const gone = new Error('function does not exist');
    await expect(together([read('a'), read('b', MORE)], (door) => /sizes/.test(door) && gone)).rejects.toBe(
      gone,
    );
    const writes: Work = (member) => member.query({ text: WRITE, values: ['a', 2], ...WRITES });
    await expect(together([writes], () => gone)).rejects.toBe(gone);
  });

  it('answers nothing to what still runs of an act that has ended', async () => {
    let stray: Member | undefined;
    await together([
      (member) => {
        stray = member;
        return Promise.resolve();
      },
    ]);
    await expect(stray?.query(READ, ['a'])).rejects.toThrow(/by itself/);
  });

  it('come out the same whoever else is there', async () => {
    const kinds = {
      reads: read('a'),
      alone: read('a', other),
      unanswered: read('none'),
      size: read('a', MORE),
    };
    const names = fc.array(fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(names, async (company) => {
        const { outcomes } = await together(company.map((name) => kinds[name]));
        const alone = company.map((name) => name === 'alone' || name === 'unanswered');
        expect(outcomes.map((outcome) => outcome === null)).toEqual(alone);
      }),
      { numRuns: 60 },
    );
  });
});
