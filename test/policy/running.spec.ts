import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OFFICIAL_ROLES } from '../../src/shared/actor.js';
import { PERSONAS, actorOf } from '../personas/personas.js';
import type { Persona } from '../personas/personas.js';
import { allPolicies } from './all-policies.js';
import type { AskedPolicy, CanonicalRecord, Cell } from './records.js';
import { cellOf, recordsOf, statesFor } from './records.js';
import { OPERATIONS } from './operations.js';
import { ROUTES, WITHOUT_ROUTE } from './routes.js';
import type { Face, Route } from './routes.js';
import type { Address } from './running-records.js';
import { startRunningApplication } from './running-application.js';
import type { Outcome, RunningApplication } from './running-application.js';

/**
 * Every cell of docs/permissions.md, asked of the running application by its pages and its API: with real sign-ins and
 * tokens, the database's own wall, and every constraint. What an act does is undone after its last statement.
 */

const AT_ONCE = 6;

let running: RunningApplication;
let policies: readonly AskedPolicy[];
/** By route: whether anybody did what it is for. */
const everDone = new Set<string>();

beforeAll(async () => {
  policies = await allPolicies();
  running = await startRunningApplication({ home: 'RS', host: 'RU' });
}, 120_000);

afterAll(() => running.stop());

describe('the application', () => {
  it('knows the policies of which the table is made', () => {
    const subjects = (each: readonly { readonly subject: string }[]) =>
      each.map(({ subject }) => subject).sort();
    expect(subjects(running.registry.policies())).toEqual(subjects(policies));
  });

  it('has a route or an operation for every action, or a reason why not', () => {
    const known = [...Object.keys(ROUTES), ...Object.keys(OPERATIONS), ...Object.keys(WITHOUT_ROUTE)].sort();
    expect(known).toEqual(policies.flatMap((policy) => policy.actions()).sort());
  });
});

describe('the application answers as the table says', () => {
  it.each(PERSONAS)(
    '$title',
    async (who) => {
      const questions = policies.flatMap((policy) =>
        recordsOf(policy).flatMap((record) =>
          policy
            .actions()
            .flatMap((action) =>
              statesFor(record, action).flatMap((state) =>
                routesFor(who, policy, record, action, state).map(
                  (route) => () => faultOf(who, policy, record, action, state, route),
                ),
              ),
            ),
        ),
      );
      const faults = (await inTurns(questions, AT_ONCE)).filter((fault) => fault !== null);
      expect(faults).toEqual([]);
    },
    120_000,
  );

  it.each(PERSONAS)('$title, where no page leads yet', async (who) => {
    const faults: string[] = [];
    for (const policy of policies) {
      for (const record of recordsOf(policy)) {
        for (const action of policy.actions()) {
          const operation = OPERATIONS[action];
          for (const state of operation ? statesFor(record, action) : []) {
            const address = running.addresses.of(record.name, state, who, action);
            const outcome = await running.act(who, async (request) =>
              operation?.(running.http.app, request, address),
            );
            if (!isAsTold(who, policy, record, action, state, outcome)) {
              const said = `${outcome.refusal?.message ?? 'no refusal'}, done ${outcome.done}`;
              faults.push(
                `${action} ${state}: ${said}; table: ${JSON.stringify(cellOf(policy, record, running.scene, who, state, action))}`,
              );
            }
          }
        }
      }
    }
    expect(faults).toEqual([]);
  });

  it('and what is allowed was done by somebody, on every route', () => {
    const acts = Object.entries(ROUTES).flatMap(([action, routes]) =>
      routes
        .filter(({ method, elsewhere }) => method !== 'GET' && !elsewhere)
        .map((route) => nameOf(action, route)),
    );
    expect(acts.filter((act) => !everDone.has(act))).toEqual([]);
  });
});

/**
 * The routes by which somebody asks. What they may do they ask in each state, by every route; what they may read, and what
 * they may not, by one of the pages and one of the API, in turns from state to state. States that the table answers in the
 * same words are asked until each route had its turn: beyond that the policy alone speaks, which permissions.spec.ts asks of
 * every cell. Whom the door refuses never meets the record.
 */
function routesFor(
  who: Persona,
  policy: AskedPolicy,
  record: CanonicalRecord,
  action: string,
  state: string,
): readonly Route[] {
  const routes = (ROUTES[action] ?? []).filter((route) => canAsk(who, route));
  const cell = cellOf(policy, record, running.scene, who, state, action);
  const states = statesFor(record, action);
  const turn = states
    .slice(0, states.indexOf(state))
    .filter((before) => alike(cellOf(policy, record, running.scene, who, before, action), cell)).length;
  const inTurn = (some: readonly Route[]) => (turn < some.length ? some.slice(turn, turn + 1) : []);
  const actor = actorOf(who, running.scene);
  const shut = routes.every(
    ({ door = action }) => door !== null && !running.registry.mayEver(actor, door).allowed,
  );
  if (shut) return inTurn(routes);
  const acts = cell.allowed ? routes.filter(({ method }) => method !== 'GET') : [];
  const rest = routes.filter((route) => !acts.includes(route));
  return [...acts, ...FACES.flatMap((face) => inTurn(rest.filter((route) => route.face === face)))];
}

const alike = (one: Cell, other: Cell) => JSON.stringify(one) === JSON.stringify(other);

/** Whether an operation answered as the table says. Whoever may not read the record is told that there is none. */
function isAsTold(
  who: Persona,
  policy: AskedPolicy,
  record: CanonicalRecord,
  action: string,
  state: string,
  { done, refusal }: Pick<Outcome, 'done' | 'refusal'>,
): boolean {
  const cell = cellOf(policy, record, running.scene, who, state, action);
  // What the act itself finds wrong is no refusal of the policy, which names its action.
  if (cell.allowed) return refusal?.action !== action;
  if (done > 0 || !refusal) return false;
  if (refusal.code === 'not_signed_in' || cell.reason === 'not_signed_in') {
    return refusal.code === 'not_signed_in' && cell.reason === 'not_signed_in';
  }
  const readable = cellOf(policy, record, running.scene, who, state, record.readAction).allowed;
  // Of what is about to be made there is nothing to read.
  if (!readable || action.endsWith('.prepare')) {
    return refusal.code === 'not_found' || refusal.reason === 'second_factor_needed';
  }
  return refusal.reason === cell.reason;
}

const FACES: readonly Face[] = ['page', 'api'];

/** Machines have no browser, and a token that only reads is no session. */
function canAsk({ kind, scopes }: Persona, { face }: Route): boolean {
  return face === 'api' || (kind !== 'client' && scopes === null);
}

const nameOf = (action: string, { face, method, path, fields }: Route) =>
  [action, face, method, path, fields ?? ''].map(String).join(' ');

/** Asks for one cell by one route. Answers what is wrong with the answer, or null. */
async function faultOf(
  who: Persona,
  policy: AskedPolicy,
  record: CanonicalRecord,
  action: string,
  state: string,
  route: Route,
): Promise<string | null> {
  const address = running.addresses.of(record.name, state, who, action);
  const path = route.path(address, who);
  const fields = route.fields?.(address, who);
  const { face, method, headers } = route;
  const answer = await running.ask(who, {
    face,
    method,
    path,
    ...(fields ? { fields } : {}),
    ...(headers ? { headers } : {}),
  });
  const cell = cellOf(policy, record, running.scene, who, state, action);
  const expected = expectedOf(who, cell, policy, record, action, state, route);
  const met = meets(expected, answer, action, route, address);
  if (met && answer.done > 0 && cell.allowed) everDone.add(nameOf(action, route));
  if (met) return null;
  const said = answer.refusal ? ` (${answer.refusal.message}, ${answer.refusal.action})` : '';
  const wanted = cell.allowed ? 'allowed' : `${cell.reason}${cell.hidden ? ' hidden' : ''}`;
  return `${action} ${state}: ${method} ${path.replace(/[0-9a-f-]{36}/g, '…')} answered ${answer.status}${said}, done ${answer.done}; table: ${wanted}, expected ${JSON.stringify(expected)}`;
}

/** A refusal: its status, and where a page leads in place of it. */
interface Refused {
  readonly status: number;
  readonly leads?: string;
}

type Expected =
  | { readonly kind: 'passes' }
  | { readonly kind: 'listed'; readonly listed: boolean; readonly or: readonly Refused[] }
  | { readonly kind: 'refused'; readonly by: readonly Refused[] };

const HIDDEN: Refused = { status: 404 };
const TOLD: Refused = { status: 403 };
const TO_THE_FILE: Refused = { status: 303, leads: '/applications/' };
/** How each face asks for a sign-in, and for a second factor. */
const ASKED = {
  page: {
    signIn: { status: 303, leads: '/sign-in?' },
    secondFactor: { status: 303, leads: '/account/second-factor?' },
  },
  api: { signIn: { status: 401 }, secondFactor: TOLD },
} as const satisfies Record<Face, Record<string, Refused>>;

/** What the cell means for an answer: first the door of the route, then the record. */
function expectedOf(
  who: Persona,
  cell: Cell,
  policy: AskedPolicy,
  record: CanonicalRecord,
  action: string,
  state: string,
  route: Route,
): Expected {
  const door = route.door === undefined ? action : route.door;
  const asked = ASKED[route.face];
  const refused = (...by: Refused[]): Expected => ({ kind: 'refused', by });
  if (route.open?.includes(state)) return { kind: 'passes' };
  if (door !== null) {
    const decision = running.registry.mayEver(actorOf(who, running.scene), door);
    if (!decision.allowed) {
      if (decision.reason === 'not_signed_in') return refused(asked.signIn);
      return refused(decision.reason === 'second_factor_needed' ? asked.secondFactor : TOLD);
    }
  }
  if (route.doorOnly) return { kind: 'passes' };
  // Officials without their second factor are told so of every record that they do not see, whether there is one or not.
  const half = isHalfway(who) ? [asked.secondFactor] : [];
  const needed = route.needs;
  if (needed && !cellOf(policy, record, running.scene, who, state, needed).allowed) {
    return refused(HIDDEN, ...half);
  }
  if (route.lists) return { kind: 'listed', listed: cell.allowed, or: half };
  if (cell.allowed) return { kind: 'passes' };
  // An open route answers those whom it does not know as those who may not: there is nothing.
  if (door === null) return refused(HIDDEN);
  if (cell.hidden) return refused(...half, HIDDEN);
  if (cell.reason === 'second_factor_needed') {
    return refused(route.walled ? HIDDEN : asked.secondFactor);
  }
  if (cell.reason === 'wrong_state') {
    if (route.again?.includes(state)) return { kind: 'passes' };
    // A page says in place of a refusal where the file stands now.
    return refused({ status: 409 }, ...(route.face === 'page' ? [TO_THE_FILE] : []));
  }
  return refused(TOLD, ...(route.leads ? [TO_THE_FILE] : []));
}

const isHalfway = ({ secondFactor, grants }: Persona) =>
  !secondFactor && grants(running.scene).some(({ role, over }) => !over && OFFICIAL_ROLES.includes(role));

function meets(
  expected: Expected,
  { status, location, body, done, refusal }: Outcome,
  action: string,
  { method, lists }: Route,
  address: Address,
): boolean {
  const isOneOf = (refusals: readonly Refused[]) =>
    refusals.some((each) => each.status === status && (location ?? '').startsWith(each.leads ?? ''));
  switch (expected.kind) {
    case 'refused':
      return done === 0 && isOneOf(expected.by);
    case 'listed':
      if (status !== 200) return isOneOf(expected.or);
      return lists?.(body, address) === expected.listed;
    case 'passes':
      if ([401, 403, 404].includes(status) || status >= 500) return false;
      if (isOneOf([ASKED.page.signIn, ASKED.page.secondFactor])) return false;
      // Told to wait, that somebody was first, or that it is another text, is an answer of the act itself; the policy's refusal names its action.
      if (refusal?.action === action) return false;
      return method === 'GET' ? status < 400 : done > 0 || [409, 412, 422].includes(status);
  }
}

async function inTurns<T>(work: readonly (() => Promise<T>)[], atOnce: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    for (let task = work[next++]; task; task = work[next++]) results.push(await task());
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
