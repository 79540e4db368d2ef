import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AgreementContent } from './agreement.js';
import { agreementContent, versionOn } from './agreement.js';
import type { VersionView } from './agreement.js';
import { compareContents, compareWords } from './comparison.js';
import { contentHash } from '../../shared/content-hash.js';

const text = (sr: string, ru = sr, en = sr) => ({ sr, ru, en });
const QUOTA = {
  homeCountry: 'AA',
  hostCountry: 'BB',
  category: 'student',
  academicYear: '2027/28',
  persons: 10,
  months: 50,
};
const CONTENT: AgreementContent = {
  kind: 'inter_institutional',
  reference: 'A-1',
  title: text('Споразум'),
  parties: [
    { country: 'AA', institutionId: null, name: text('А') },
    { country: 'BB', institutionId: null, name: text('Б') },
  ],
  themes: [],
  text: { articles: [{ title: text('Предмет'), body: text('Стране размењују студенте.') }] },
  quotas: [QUOTA],
};

describe('two texts word by word', () => {
  it.each([
    ['', '', []],
    ['исто', 'исто', [['same', 'исто']]],
    ['', 'ново', [['new', 'ново']]],
    ['старо', '', [['gone', 'старо']]],
    [
      'размењују десет студената',
      'размењују пет студената',
      [
        ['same', 'размењују'],
        ['gone', ' десет'],
        ['new', ' пет'],
        ['same', ' студената'],
      ],
    ],
  ])('%s → %s', (before, after, runs) => {
    expect(compareWords(before, after).map(({ kind, text: said }) => [kind, said])).toEqual(runs);
  });

  it('keeps every word of either text, in its order', () => {
    const words = fc
      .array(fc.constantFrom('a', 'b', 'c', ' ', '\n\n', 'страна'), { maxLength: 40 })
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(words, words, (before, after) => {
        const runs = compareWords(before, after);
        const without = (kind: string) =>
          runs
            .filter((run) => run.kind !== kind)
            .map((run) => run.text)
            .join('');
        expect(without('new')).toBe(before);
        expect(without('gone')).toBe(after);
      }),
    );
  });
});

describe('two versions field by field', () => {
  it('of which one is the other say nothing', () => {
    expect(compareContents(CONTENT, structuredClone(CONTENT))).toEqual([]);
  });

  it('tells what changed, what came and what went, each under its own name', () => {
    const after: AgreementContent = {
      ...CONTENT,
      title: text('Споразум', 'Договор', 'Споразум'),
      validUntil: '2030-12-31',
      text: { articles: [] },
      quotas: [{ ...QUOTA, persons: 12 }],
    };
    expect(compareContents(CONTENT, after)).toEqual([
      { field: 'title.ru', before: 'Споразум', after: 'Договор' },
      { field: 'validUntil', before: null, after: '2030-12-31' },
      { field: 'quotas.2027/28 student AA BB.persons', before: '10', after: '12' },
      ...['title', 'body'].flatMap((part) =>
        ['sr', 'ru', 'en'].map((language) => ({
          field: `articles.0.${part}.${language}`,
          before: part === 'title' ? 'Предмет' : 'Стране размењују студенте.',
          after: null,
        })),
      ),
    ]);
  });

  it('differ by hash exactly where they differ by a field', () => {
    const change = fc.constantFrom<Partial<AgreementContent>>(
      {},
      { noticeDays: 30 },
      { under: 'M-1' },
      { validFrom: '2027-01-01' },
      { themes: ['science'] },
      { quotas: [{ ...QUOTA, days: 5 }] },
      { quotas: [{ ...QUOTA, days: 0 }] },
      {
        exchange: {
          fields: ['061'],
          levels: [7],
          languages: [{ language: 'en', level: 'B2' }],
          blended: true,
        },
      },
    );
    fc.assert(
      fc.property(change, change, (one, another) => {
        const [before, after] = [
          { ...CONTENT, ...one },
          { ...CONTENT, ...another },
        ];
        const same = contentHash(agreementContent(before)) === contentHash(agreementContent(after));
        expect(compareContents(before, after).length === 0).toBe(same);
      }),
    );
  });
});

describe('the hash of a version', () => {
  const FULL: AgreementContent = {
    ...CONTENT,
    validFrom: '2027-01-01',
    validUntil: '2030-12-31',
    noticeDays: 60,
    under: 'M-1',
    themes: ['digital_economy'],
    exchange: {
      fields: ['061'],
      levels: [7],
      languages: [{ language: 'en', level: 'B2' }],
      blended: false,
    },
    annexes: [
      {
        key: 'annex-1',
        title: text('Прилог'),
        fileName: 'a.pdf',
        sizeBytes: 1_000,
        pages: 3,
        sha256: 'a'.repeat(64),
      },
    ],
    paper: { signedOn: '2026-05-31', externalReference: '12/2026' },
  };
  const hashOf = (content: AgreementContent) => contentHash(agreementContent(content));
  type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };
  /** How a file lies and what it is called on a disk binds nobody. */
  const SILENT = /^annexes\.\d+\.(key|fileName)$/;

  const leavesOf = (value: Plain, at: string): readonly string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, each]) => leavesOf(each, at ? `${at}.${key}` : key))
      : [at];
  const changedAt = (value: Plain, path: readonly string[]): Plain => {
    const [key, ...rest] = path;
    if (key === undefined) {
      if (typeof value === 'number') return value + 1;
      return typeof value === 'boolean' ? !value : `${typeof value === 'string' ? value : ''}x`;
    }
    const held = value as Readonly<Record<string, Plain>>;
    const next = changedAt(held[key] ?? null, rest);
    return Array.isArray(value)
      ? (value as readonly Plain[]).map((each, place) => (String(place) === key ? next : each))
      : { ...held, [key]: next };
  };
  const plain = JSON.parse(JSON.stringify(FULL)) as Plain;

  it.each(leavesOf(plain, '').filter((leaf) => !SILENT.test(leaf)))('changes with %s', (leaf) => {
    const changed = changedAt(plain, leaf.split('.')) as unknown as AgreementContent;
    expect(hashOf(changed)).not.toBe(hashOf(FULL));
  });

  it('changes with an annex that comes, goes, or changes its place', () => {
    const [annex] = FULL.annexes ?? [];
    if (!annex) throw new Error('no annex');
    const other = { ...annex, key: 'annex-2', sha256: 'b'.repeat(64) };
    const { annexes: _, ...none } = FULL;
    const hashes = [
      none,
      FULL,
      { ...FULL, annexes: [annex, other] },
      { ...FULL, annexes: [other, annex] },
    ].map((content) => hashOf(content));
    expect(new Set(hashes).size).toBe(4);
    // Without any it is what it was before there were annexes at all.
    expect(hashOf({ ...FULL, annexes: [] })).toBe(hashOf(none));
  });

  it('is the same in whatever order its keys stand', () => {
    const shuffled = (value: Plain, order: readonly number[]): Plain => {
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return (value as readonly Plain[]).map((each) => shuffled(each, order));
      return Object.fromEntries(
        Object.entries(value)
          .map(([key, each], place) => ({ key, each, by: order[place % order.length] ?? 0 }))
          .sort((a, b) => a.by - b.by)
          .map(({ key, each }) => [key, shuffled(each, order)]),
      );
    };
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 20 }), (order) => {
        expect(hashOf(shuffled(plain, order) as unknown as AgreementContent)).toBe(hashOf(FULL));
      }),
    );
  });
});

describe('what was in force on a day', () => {
  const version = (number: number, state: VersionView['state'], from: string, ended: string | null) =>
    ({ number, state, inForceFrom: from, inForceUntil: null, endedOn: ended }) as VersionView;
  const versions = [
    version(3, 'draft', '2027-01-01', null),
    version(2, 'in_force', '2026-06-01', null),
    version(1, 'superseded', '2025-01-01', '2026-05-31'),
  ];

  it.each([
    ['2024-12-31', null],
    ['2025-01-01', 1],
    ['2026-05-31', 1],
    ['2026-06-01', 2],
    ['2030-01-01', 2],
  ])('%s', (day, number) => {
    expect(versionOn(versions, day)?.number ?? null).toBe(number);
  });
});
