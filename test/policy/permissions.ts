import { newId } from '../../src/shared/ids.js';
import { PERSONAS } from '../personas/personas.js';
import type { Persona, Scene } from '../personas/personas.js';
import { cellOf, recordsOf, statesFor } from './records.js';
import type { AskedPolicy, CanonicalRecord } from './records.js';

/** The command that writes the table anew. */
export const COMMAND = 'npm run permissions';

const place = (n: number) => newId(new Date(n));

/** A scene of which nothing but the relations matters. */
export const IMAGINED: Scene = {
  homeCountry: 'AA',
  hostCountry: 'BB',
  homeInstitution: place(1),
  hostInstitution: place(2),
  thirdInstitution: place(3),
  homeUnit: place(4),
  otherUnit: place(5),
  calls: [place(6)],
  otherCall: place(7),
  application: place(8),
  person: (() => {
    const ids = new Map(PERSONAS.map(({ key }, index) => [key, place(100 + index)]));
    return (key: string) => ids.get(key) ?? '';
  })(),
};

/** The table of permissions as Markdown: for each policy what everybody may do at all, then each action by state. */
export function permissionsTable(policies: readonly AskedPolicy[]): string {
  return [
    '# Who may do what',
    '',
    `Generated from the policies (\`src/**/*.policy.ts\`) by \`${COMMAND}\`; do not edit. \`test/policy\` compares it with the policies and asks the running application, by its pages and its API, about every cell; the few actions that have no route of their own are named with the reason in \`test/policy/routes.ts\`.`,
    '',
    'Each table is about one record and asks the same people. ✓ allowed in every state, ◐ in some, – in none. Below it stand the states for each action, and where it is refused the reason that page and API give. *(hidden)*: the person is told that there is no such record; an official whose second factor is missing, that it is.',
    '',
    ...policies.flatMap(tablesOf),
  ].join('\n');
}

function tablesOf(policy: AskedPolicy): string[] {
  return recordsOf(policy).flatMap((record) => tablesAbout(policy, record));
}

function tablesAbout(policy: AskedPolicy, record: CanonicalRecord): string[] {
  const title = record.name.charAt(0).toUpperCase() + record.name.slice(1);
  const actions = policy.actions();
  const overview = PERSONAS.map((who) => [
    who.title,
    ...actions.map((action) => {
      const states = statesFor(record, action);
      const allowed = states.filter((state) => cellOf(policy, record, IMAGINED, who, state, action).allowed);
      return allowed.length === 0 ? '–' : allowed.length === states.length ? '✓' : '◐';
    }),
  ]);
  return [
    `## ${title}`,
    '',
    record.about,
    '',
    ...markdownTable(['Who', ...actions.map((action) => action.slice(action.indexOf('.') + 1))], overview),
    '',
    ...actions.flatMap((action) => [
      `### ${title}: ${action}`,
      '',
      ...markdownTable(['Allowed', 'Refused', 'Who'], answersOf(policy, record, action)),
      '',
    ]),
  ];
}

/** A row for each answer, with everybody who gets it: in the order of the people. */
function answersOf(policy: AskedPolicy, record: CanonicalRecord, action: string): string[][] {
  const people = new Map<string, string[]>();
  for (const who of PERSONAS) {
    const answer = JSON.stringify(inWords(policy, record, who, action));
    people.set(answer, [...(people.get(answer) ?? []), who.title]);
  }
  return [...people].map(([answer, titles]) => [...(JSON.parse(answer) as string[]), titles.join('; ')]);
}

function inWords(
  policy: AskedPolicy,
  record: CanonicalRecord,
  who: Persona,
  action: string,
): [string, string] {
  const states = statesFor(record, action);
  const byAnswer = new Map<string, string[]>();
  for (const state of states) {
    const cell = cellOf(policy, record, IMAGINED, who, state, action);
    const answer = cell.allowed ? '' : `${cell.reason}${cell.hidden ? ' *(hidden)*' : ''}`;
    byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), state]);
  }
  const allowed = byAnswer.get('') ?? [];
  const refused = [...byAnswer].filter(([answer]) => answer !== '');
  return [
    allowed.length === 0 ? '–' : allowed.length === states.length ? '✓' : `◐ ${spans(allowed, states)}`,
    refused
      .map(([answer, of]) => (of.length === states.length ? answer : `${answer}: ${spans(of, states)}`))
      .join('; '),
  ];
}

/** Neighbouring states as a span: `submitted … eligible`. */
function spans(chosen: readonly string[], all: readonly string[]): string {
  const runs: string[][] = [];
  for (const [index, state] of all.entries()) {
    if (!chosen.includes(state)) continue;
    const before = all[index - 1];
    const run = runs.at(-1);
    if (run && before !== undefined && run.at(-1) === before) run.push(state);
    else runs.push([state]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]} … ${run.at(-1)}` : run.join(', '))).join(', ');
}

/** Nothing is padded: a change of one cell moves no other. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
