import type { Persona } from '../personas/personas.js';
import type { Address } from './running-records.js';

export type Face = 'page' | 'api';

/** One request to the application. */
export interface Question {
  readonly face: Face;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How an action is asked for: by a page, or by the API. */
export interface Route {
  readonly face: Face;
  readonly method: Question['method'];
  readonly path: (address: Address, who: Persona) => string;
  readonly fields?: (address: Address, who: Persona) => Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The action that the door of the route asks for; null where it is open. Absent: the action itself. */
  readonly door?: string | null;
  /** A list: it answers whom it may, and the question is whether the record is in it. */
  readonly lists?: (body: string, address: Address) => boolean;
  /** Whoever may not do this is not answered at all. */
  readonly needs?: string;
  /** A list of which the page does not tell one side of a record from the other: who may open it at all. */
  readonly doorOnly?: true;
  /** An official without their second factor is told that there is nothing: the wall hides it before the policy is asked. */
  readonly walled?: true;
  /** A page of those to whom the file belongs: others who may read it are led to theirs. */
  readonly leads?: true;
  /** States in which everybody reads it without a row of the policy. */
  readonly open?: readonly string[];
  /** It needs more than this one record: the spec that shows it done. */
  readonly elsewhere?: string;
  /** States in which doing it again finds what was done: no refusal, and nothing is done. */
  readonly again?: readonly string[];
}

/** The call by which the personas of both countries may apply. */
const BOTH_WAYS = 'matrix-both-ways';
const OFFERED = {
  fieldCode: '0613',
  level: '7',
  language: 'en',
  languageLevel: 'B2',
  months: '5',
  capacity: '1',
};
const file = ({ id }: Address) => `/applications/${id}`;
const agreed =
  (page: string) =>
  ({ reference }: Address) =>
    `/agreements/${reference}${page}`;
const api = (a: Address) => `/api/v1${file(a)}`;

const read = (face: Face, path: Route['path'], more: Partial<Route> = {}): Route => ({
  face,
  method: 'GET',
  path,
  ...more,
});
const send = (
  face: Face,
  path: Route['path'],
  fields: Route['fields'] = () => ({}),
  more: Partial<Route> = {},
): Route => ({ face, method: 'POST', path, fields, ...more });

const inWorklist = (body: string, { id }: Address) => body.includes(`/applications/${id}/review`);
const inItems = (body: string, { id }: Address) => {
  const { items } = JSON.parse(body) as { readonly items: readonly { readonly id: string }[] };
  return items.some((item) => item.id === id);
};
const sideInItems = (body: string, { id, home }: Address) => {
  const { items } = JSON.parse(body) as {
    readonly items: readonly { readonly id: string; readonly country: string }[];
  };
  return items.some((item) => item.id === id && item.country === home);
};

/** To an officer a side that spoke is done; to the commission, which has none, a decision is open until both spoke. */
const tabOf = ({ state = '' }: Address, { key }: Persona) =>
  ['pending', 'in_review'].includes(state) || key.startsWith('commission') ? 'waiting' : 'decided';

const RETURN = { fields: ['motivation.motivation'], reason: 'Молимо допуните.' };
const ANSWERS = { motivation: 'Желим да учим преко моста.', plan: 'Два предмета и рад.' };

/** In a week, as somebody may type it. */
const soon = () => new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);

const newCoApplicant = () => ({
  name: 'Милена',
  email: 'new-co-applicant@example.org',
  part: 'test',
  language: 'en',
});
const newReferee = () => ({
  name: 'Милена',
  email: 'new-referee@example.org',
  relation: 'teacher',
  language: 'en',
});
const deadlineOn = (day: Date, name = 'closesAt') => ({
  [`${name}-day`]: String(day.getUTCDate()),
  [`${name}-month`]: String(day.getUTCMonth() + 1),
  [`${name}-year`]: String(day.getUTCFullYear()),
  [`${name}Time`]: '23:59',
});
const because = () => ({ reason: 'test' });
const gateWord = () => ({ verdict: 'clear', reasonCode: 'nothing_found', reasonText: 'test' });
const gateTabOf = (state = '') =>
  state === 'pending' ? 'waiting' : state === 'refused' ? 'refused' : 'settled';
const version = ({ id }: Address) => ({ version: id });
const UNIT_NAME = { sr: 'Нови одсек', ru: 'Новое отделение', en: 'New unit' };
const newRole = ({ role, institution, country, newcomer }: Address) => ({
  ...because(),
  role,
  ...(role === 'coordinator' ? { institution } : { country }),
  email: `${newcomer}@example.org`,
  language: 'en',
});
const newRoleForm = (address: Address) => ({ ...newRole(address), side: 'both' });
/** Whether an answer of the form is shown by the API, to those who may read the file. */
const shows = (question: string): Route =>
  read('api', api, {
    door: 'application.read',
    needs: 'application.read',
    lists: (body) => body.includes(`"${question}":`),
  });

/** The routes by which each action is asked for. */
export const ROUTES: Readonly<Record<string, readonly Route[]>> = {
  'application.create': [
    send(
      'page',
      () => '/applications',
      () => ({ call: BOTH_WAYS }),
    ),
    send(
      'api',
      () => '/api/v1/applications',
      () => ({ call: BOTH_WAYS }),
    ),
  ],
  'application.read': [
    read('page', file),
    read('page', (a) => `${file(a)}/review`),
    read('page', (a) => `${file(a)}/withdraw`),
    read('api', api),
  ],
  'application.list': [
    read('page', ({ callId }) => `/applications?waits=all&call=${callId}`, {
      door: 'application.read',
      lists: inWorklist,
    }),
    read('api', ({ state }) => `/api/v1/applications?scope=office&limit=100&state=${state}`, {
      door: 'application.read',
      lists: inItems,
    }),
  ],
  'application.read_notes': [read('api', (a) => `${api(a)}/notes`)],
  'application.read_duplicates': [
    read('page', (a) => `${file(a)}/review/duplicates`),
    read('api', (a) => `${api(a)}/duplicates`),
  ],
  'application.settle_duplicate': (['page', 'api'] as const).map((face) =>
    send(
      face,
      (a) => `${face === 'api' ? api(a) : `${file(a)}/review`}/duplicates/${a.id}`,
      () => ({ verdict: 'same_person', reason: 'test', known: face === 'api' ? null : '' }),
      { elsewhere: 'test/http/duplicates.spec.ts' },
    ),
  ),
  'application.write_note': [
    send(
      'page',
      (a) => `${file(a)}/review/notes`,
      () => ({ note: 'Белешка.' }),
    ),
    send(
      'api',
      (a) => `${api(a)}/notes`,
      () => ({ note: 'Белешка.' }),
    ),
  ],
  'application.edit': [
    send(
      'page',
      (a) => `${file(a)}/motivation`,
      () => ({ ...ANSWERS, revision: 1 }),
      { leads: true },
    ),
    send('page', (a) => `${file(a)}/documents/transcript/remove`, undefined, { leads: true }),
    {
      face: 'api',
      method: 'PUT',
      path: (a) => `${api(a)}/sections/motivation`,
      fields: () => ({ answers: ANSWERS }),
      headers: { 'if-match': '*' },
    },
    { face: 'api', method: 'DELETE', path: (a) => `${api(a)}/documents/transcript` },
    { face: 'api', method: 'PUT', path: (a) => `${api(a)}/consents`, fields: () => ({ purposes: [] }) },
  ],
  'application.submit': [
    send('page', (a) => `${file(a)}/submit`, undefined, { again: ['submitted'] }),
    send('api', (a) => `${api(a)}/submit`, undefined, { again: ['submitted'] }),
  ],
  'application.withdraw': [
    send('page', (a) => `${file(a)}/withdraw`),
    send('api', (a) => `${api(a)}/withdraw`),
  ],
  'application.revive': [send('page', (a) => `${file(a)}/revive`), send('api', (a) => `${api(a)}/revive`)],
  'application.carry_over': [
    send(
      'page',
      (a) => `${file(a)}/second-round`,
      () => ({ agreed: 'yes' }),
      { elsewhere: 'test/http/second-round.spec.ts' },
    ),
  ],
  'application.answer_offer': [
    send(
      'page',
      (a) => `${file(a)}/offer`,
      () => ({ answer: 'accept' }),
    ),
    send(
      'page',
      (a) => `${file(a)}/offer`,
      () => ({ answer: 'decline', confirm: 'yes' }),
    ),
    send(
      'api',
      (a) => `${api(a)}/offer`,
      () => ({ answer: 'accept' }),
    ),
    send(
      'api',
      (a) => `${api(a)}/offer`,
      () => ({ answer: 'decline' }),
    ),
  ],
  'application.screen': [
    send(
      'page',
      (a) => `${file(a)}/review/return`,
      () => RETURN,
    ),
    send(
      'page',
      (a) => `${file(a)}/review/ineligible`,
      () => ({ reason: RETURN.reason }),
    ),
    send(
      'api',
      (a) => `${api(a)}/return`,
      () => RETURN,
    ),
    send(
      'api',
      (a) => `${api(a)}/ineligible`,
      () => ({ reason: RETURN.reason }),
    ),
  ],
  'application.check_documents': [
    send('page', (a) => `${file(a)}/review/documents/transcript/accept`),
    send(
      'page',
      (a) => `${file(a)}/review/documents/transcript/correct`,
      () => ({ 'correct-reason-transcript': 'Нечитко је.', 'correct-until-transcript': soon() }),
    ),
    send(
      'page',
      (a) => `${file(a)}/review/documents/transcript/waive`,
      () => ({ 'waive-reason-transcript': 'Имамо оцене.' }),
    ),
    send('page', (a) => `${file(a)}/review/documents/accept-all`),
    send('api', (a) => `${api(a)}/documents/transcript/accept`),
    send(
      'api',
      (a) => `${api(a)}/documents/transcript/correct`,
      () => ({ reason: 'Нечитко је.', until: soon() }),
    ),
    send(
      'api',
      (a) => `${api(a)}/documents/transcript/waive`,
      () => ({ reason: 'Имамо оцене.' }),
    ),
    send('api', (a) => `${api(a)}/documents/accept-all`),
  ],
  'application.nominate': [
    send(
      'page',
      (a) => `${file(a)}/review/nominate`,
      ({ placeId }) => ({ placeId, endorsement: 'Да.' }),
    ),
    send(
      'api',
      (a) => `${api(a)}/nominate`,
      ({ placeId }) => ({ placeId }),
    ),
  ],
  'application.read_messages': [
    read('page', (a) => `${file(a)}/messages`),
    read('api', (a) => `${api(a)}/messages`),
  ],
  'application.write_message': (['page', 'api'] as const).map((face) =>
    send(
      face,
      (a) => `${face === 'api' ? api(a) : file(a)}/messages`,
      () => ({ office: 'home', text: 'Питање.' }),
    ),
  ),
  'application.read_rank': [read('api', (a) => `${api(a)}/rank`)],
  'application.rank': [
    send(
      'page',
      (a) => `/nominations/${a.slug}/${a.id}`,
      () => ({ move: 'reserve', version: '1' }),
    ),
    send(
      'api',
      (a) => `${api(a)}/rank`,
      () => ({ move: 'nominees', version: 1 }),
    ),
    {
      face: 'api',
      method: 'PUT',
      path: (a) => `${api(a)}/endorsement`,
      fields: () => ({ endorsement: 'Да.', version: 1 }),
      elsewhere: 'test/http/nominations.spec.ts',
    },
  ],
  'application.substitute': [
    send(
      'page',
      (a) => `/nominations/${a.slug}/${a.id}/substitute`,
      () => ({ reason: 'test' }),
      { elsewhere: 'test/http/nominations.spec.ts' },
    ),
    send(
      'api',
      (a) => `${api(a)}/substitute`,
      () => ({ reason: 'test' }),
      { elsewhere: 'test/http/nominations.spec.ts' },
    ),
  ],
  'application.answer_nomination': [
    send('page', (a) => `${file(a)}/review/acknowledge`),
    send('api', (a) => `${api(a)}/acknowledge`),
    send(
      'page',
      (a) => `${file(a)}/review/nomination-answer`,
      () => ({ answer: 'accept' }),
    ),
    send(
      'api',
      (a) => `${api(a)}/nomination-answer`,
      () => ({ answer: 'accept' }),
    ),
  ],
  'application.answer_ministry': [
    send(
      'page',
      (a) => `${file(a)}/review/ministry-answer`,
      ({ home }) => ({ country: home, answer: 'Да.' }),
    ),
    send(
      'api',
      (a) => `${api(a)}/ministry-answer`,
      ({ home }) => ({ country: home, answer: 'Да.' }),
    ),
  ],
  'application.confirm_nomination': [
    send('page', (a) => `${file(a)}/review/confirm`),
    send('api', (a) => `${api(a)}/confirm`),
  ],
  'application.declare_conflict': [
    read('page', (a) => `${file(a)}/review/conflict`),
    send(
      'page',
      (a) => `${file(a)}/review/conflict`,
      () => ({ kind: 'family' }),
    ),
    send(
      'api',
      (a) => `${api(a)}/conflicts`,
      () => ({ kind: 'family' }),
    ),
  ],
  'application.read_identity': [shows('native_family')],
  'application.read_passport': [shows('passport_family')],
  'application.read_contact': [shows('phone')],
  'application.read_references': [read('api', (a) => `${api(a)}/references`, { needs: 'application.read' })],
  'application.read_confidential_letters': [
    read('page', (a) => `${file(a)}/references/${a.reference}/letter`, {
      door: 'application.read_references',
      needs: 'application.read',
    }),
    read('api', (a) => `${api(a)}/references/${a.reference}/letter`, {
      door: 'application.read_references',
      needs: 'application.read',
    }),
  ],
  // A file that is shown with what was consented to is shown with its history.
  'application.read_history': [
    read('api', api, {
      door: 'application.read',
      needs: 'application.read',
      lists: (body) => (JSON.parse(body) as { readonly consents: readonly unknown[] }).consents.length > 0,
    }),
  ],
  'application.read_shared': [
    read('page', ({ id }) => `/co-applications/${id}`),
    read('api', (a) => `${api(a)}/co-applicant/text`),
  ],
  'application.read_state': [
    read('page', (a) => `${file(a)}/state`),
    read('api', ({ id }) => `/api/v1/application-states/${id}`),
  ],
  'application.assign_home_unit': [
    send(
      'page',
      (a) => `${file(a)}/review/home-unit`,
      () => ({ unitId: '' }),
    ),
    { face: 'api', method: 'PUT', path: (a) => `${api(a)}/home-unit`, fields: () => ({ unitId: null }) },
  ],
  'application.assign_host_unit': [
    send(
      'page',
      (a) => `${file(a)}/review/host-unit`,
      () => ({ unitId: '' }),
    ),
    { face: 'api', method: 'PUT', path: (a) => `${api(a)}/host-unit`, fields: () => ({ unitId: null }) },
  ],
  'reference.read': [read('page', (a) => `${file(a)}/references/${a.reference}/replace`)],
  'reference.invite': [
    send('page', (a) => `${file(a)}/references`, newReferee),
    send('api', (a) => `${api(a)}/references`, newReferee),
  ],
  'reference.remind': [
    send('page', (a) => `${file(a)}/references/${a.reference}/remind`),
    send('api', (a) => `${api(a)}/references/${a.reference}/remind`),
  ],
  'reference.withdraw': [
    send('page', (a) => `${file(a)}/references/${a.reference}/withdraw`),
    send('api', (a) => `${api(a)}/references/${a.reference}/withdraw`),
  ],
  'reference.replace': [
    send('page', (a) => `${file(a)}/references/${a.reference}/replace`, newReferee),
    send('api', (a) => `${api(a)}/references/${a.reference}/replace`, newReferee),
  ],
  'co_applicant.read': [read('api', (a) => `${api(a)}/co-applicants/${a.coApplicant}`)],
  'co_applicant.invite': [
    send('page', (a) => `${file(a)}/co_applicants`, newCoApplicant),
    send('api', (a) => `${api(a)}/co-applicants`, newCoApplicant),
  ],
  'co_applicant.remind': [
    send('page', (a) => `${file(a)}/co_applicants/${a.coApplicant}/remind`),
    send('api', (a) => `${api(a)}/co-applicants/${a.coApplicant}/remind`),
  ],
  'co_applicant.withdraw': [
    send('page', (a) => `${file(a)}/co_applicants/${a.coApplicant}/withdraw`),
    send('api', (a) => `${api(a)}/co-applicants/${a.coApplicant}/withdraw`),
  ],
  'co_applicant.remove': [
    send('page', (a) => `${file(a)}/co_applicants/${a.coApplicant}/remove`),
    send(
      'api',
      (a) => `${api(a)}/co-applicants/${a.coApplicant}/remove`,
      () => ({}),
    ),
  ],
  'co_applicant.leave': [
    send('page', ({ id }) => `/co-applications/${id}/leave`),
    send(
      'api',
      (a) => `${api(a)}/co-applicant/leave`,
      () => ({}),
    ),
  ],
  'decision.read': [
    read('page', ({ id }) => `/approvals/${id}`),
    read('api', ({ id }) => `/api/v1/approvals/${id}`),
  ],
  'decision.begin_review': (['page', 'api'] as const).map((face) =>
    send(
      face,
      ({ id }) => `${face === 'api' ? '/api/v1' : ''}/approvals/${id}/review`,
      ({ home }) => ({ country: home }),
    ),
  ),
  'decision.recuse': (['page', 'api'] as const).map((face) =>
    send(
      face,
      ({ id }) => `${face === 'api' ? '/api/v1' : ''}/approvals/${id}/recusal`,
      ({ home }) => ({ country: home, reason: 'other' }),
    ),
  ),
  'decision.name_delegate': (['page', 'api'] as const).map((face) =>
    send(
      face,
      ({ id }) => `${face === 'api' ? '/api/v1' : ''}/approvals/${id}/delegate`,
      ({ home, id }) => ({ country: home, delegate: id }),
      { elsewhere: 'test/http/decisions.spec.ts' },
    ),
  ),
  'decision.settle_condition': [
    send(
      'page',
      ({ id }) => `/approvals/${id}/conditions/${id}`,
      () => ({ act: 'meet', note: '' }),
    ),
    send(
      'api',
      ({ id }) => `/api/v1/approvals/${id}/conditions/${id}`,
      () => ({ act: 'meet' }),
    ),
  ],
  'decision.list': [
    read('page', () => '/approvals', { doorOnly: true }),
    read('api', (a, who) => `/api/v1/approvals?tab=${tabOf(a, who)}&limit=100`, { lists: sideInItems }),
  ],
  'decision.decide': [
    send(
      'page',
      ({ id }) => `/approvals/${id}/decision`,
      ({ home }) => ({ country: home, verdict: 'approve' }),
    ),
    send(
      'api',
      ({ id }) => `/api/v1/approvals/${id}/decision`,
      ({ home }) => ({
        country: home,
        verdict: 'approve',
      }),
    ),
  ],
  'gate.read': [read('page', ({ id }) => `/gates/${id}`), read('api', ({ id }) => `/api/v1/gates/${id}`)],
  'gate.list': [
    read('page', () => '/gates', { doorOnly: true }),
    read('api', ({ state }) => `/api/v1/gates?tab=${gateTabOf(state)}&limit=100`, { lists: inItems }),
  ],
  'gate.add_evidence': [
    send(
      'page',
      ({ id }) => `/gates/${id}/evidence`,
      () => ({ words: 'test' }),
    ),
    send(
      'api',
      ({ id }) => `/api/v1/gates/${id}/evidence`,
      () => ({ words: 'test' }),
    ),
  ],
  'gate.settle': [
    send('page', ({ id }) => `/gates/${id}/settlement`, gateWord),
    send('api', ({ id }) => `/api/v1/gates/${id}/settlement`, gateWord),
  ],
  'gate.screen': [
    send(
      'page',
      ({ id, hit = '' }) => `/gates/${id}/hits/${hit}`,
      () => ({
        hitVerdict: 'false_positive',
        hitReason: 'test',
      }),
    ),
    send(
      'api',
      ({ id, hit = '' }) => `/api/v1/gates/${id}/hits/${hit}`,
      () => ({
        verdict: 'false_positive',
        reason: 'test',
      }),
    ),
  ],
  'gate.reopen': [
    send('page', ({ id }) => `/gates/${id}/reopening`, because),
    send('api', ({ id }) => `/api/v1/gates/${id}/reopening`, because),
  ],
  'gate_rule.read': [
    read('page', () => '/gates/rules', { doorOnly: true }),
    read('api', () => '/api/v1/gate-rules', { doorOnly: true }),
  ],
  'gate_rule.edit': [
    read('page', ({ id }) => `/gates/rules/${id}`),
    send('page', ({ id }) => `/gates/rules/${id}/end`),
    send(
      'api',
      ({ id }) => `/api/v1/gate-rules/${id}/end`,
      () => ({}),
    ),
  ],
  'call.read': (['page', 'api'] as const).map((face) =>
    read(face, ({ slug }) => `${face === 'api' ? '/api/v1' : ''}/calls/${slug}`, {
      door: null,
      open: [
        'published',
        'in_selection',
        'provisional_published',
        'final_published',
        'cancelled',
        'archived',
      ],
    }),
  ),
  'call.prepare': [
    read('page', () => '/admin/calls'),
    read('page', () => '/admin/calls/new'),
    send(
      'page',
      () => '/admin/calls',
      ({ agreementId = '' }) => ({ 'title.en': 'A call', category: 'student', agreementId }),
    ),
  ],
  'call.edit': [
    send(
      'page',
      ({ id }) => `/admin/calls/${id}/texts`,
      () => ({ version: '1', 'title.en': 'A call' }),
    ),
  ],
  'call.invite_offers': [
    send(
      'page',
      ({ id }) => `/admin/calls/${id}/offers`,
      () => ({
        act: 'open',
        'until-day': '1',
        'until-month': '1',
        'until-year': '2098',
        untilTime: '12:00',
        minMonths: '1',
        maxMonths: '6',
      }),
    ),
  ],
  'offer.read': [read('page', ({ id }) => `/offers/${id}`)],
  'offer.prepare': [
    send(
      'page',
      () => '/offers',
      ({ callId, institution }) => ({ ...OFFERED, call: callId, institution }),
    ),
  ],
  'offer.edit': [
    send(
      'page',
      ({ id }) => `/offers/${id}`,
      () => ({ ...OFFERED, version: '1' }),
    ),
  ],
  'offer.submit': [send('page', ({ id }) => `/offers/${id}/submit`)],
  'offer.withdraw': [send('page', ({ id }) => `/offers/${id}/withdraw`)],
  'offer.answer': [
    send(
      'page',
      ({ id }) => `/offers/${id}/answer`,
      () => ({ answer: 'accept' }),
    ),
  ],
  'call.propose': [send('page', ({ id }) => `/admin/calls/${id}/propose`)],
  'call.publish': [send('page', ({ id }) => `/admin/calls/${id}/publish`)],
  'call.move_deadline': [
    send(
      'page',
      ({ id }) => `/admin/calls/${id}/deadline`,
      () => ({
        version: '1',
        ...deadlineOn(new Date(Date.now() + 9 * 86_400_000)),
        'reason.sr': 'Продужено.',
        'reason.ru': 'Продлено.',
        'reason.en': 'Extended.',
      }),
    ),
  ],
  'call.amend': [
    read('page', ({ id }) => `/admin/calls/${id}/amendment`),
    send('page', ({ id }) => `/admin/calls/${id}/amendment`),
  ],
  'call.give_access': [
    read('page', ({ id }) => `/admin/calls/${id}/codes`),
    send(
      'page',
      ({ id }) => `/admin/calls/${id}/codes`,
      () => ({
        uses: '1',
        reason: 'Invited',
        ...deadlineOn(new Date(Date.now() + 9 * 86_400_000), 'validUntil'),
      }),
    ),
  ],
  'call.open_round': [
    send('page', ({ id }) => `/admin/calls/${id}/allocation/second-round`, undefined, {
      elsewhere: 'test/http/second-round.spec.ts',
    }),
  ],
  'call.move': [
    send(
      'page',
      ({ id }) => `/admin/calls/${id}/move`,
      () => ({ act: 'suspend' }),
    ),
  ],
  'selection.read': [read('page', ({ id }) => `/admin/calls/${id}/allocation`)],
  'selection.run': [send('page', ({ id }) => `/admin/calls/${id}/allocation/run`)],
  'selection.publish_provisional': [
    send('page', ({ id }) => `/admin/calls/${id}/allocation/publish_provisional`, undefined, {
      elsewhere: 'test/http/lists.spec.ts',
    }),
  ],
  'selection.reopen': [
    send('page', ({ id }) => `/admin/calls/${id}/allocation/reopen`, because, {
      elsewhere: 'test/http/lists.spec.ts',
    }),
  ],
  'selection.propose_final': [
    send('page', ({ id }) => `/admin/calls/${id}/allocation/propose_final`, undefined, {
      elsewhere: 'test/http/lists.spec.ts',
    }),
  ],
  'selection.publish_final': [
    send('page', ({ id }) => `/admin/calls/${id}/allocation/publish_final`, undefined, {
      elsewhere: 'test/http/lists.spec.ts',
    }),
  ],
  'agreement.prepare': [
    send(
      'page',
      () => '/agreements/new',
      ({ institution = '', other = '' }) => ({ reference: 'MATRIX-NEW', first: institution, second: other }),
    ),
  ],
  'agreement.import': [
    send(
      'page',
      () => '/agreements/import',
      ({ home = '', host = '' }) => ({
        act: 'import',
        content: JSON.stringify([
          {
            externalReference: 'MATRIX-PAPER',
            reference: 'MATRIX-PAPER',
            kind: 'memorandum',
            signedOn: '2020-01-01',
            title: { sr: 'Проба', ru: 'Проба' },
            parties: [{ country: home }, { country: host }],
          },
        ]),
      }),
    ),
  ],
  'agreement.edit': [
    send('page', agreed('/edit/basics'), ({ reference = '' }) => ({
      edit: '1',
      reference,
      'title.sr': 'Проба',
      'title.ru': 'Проба',
      'title.en': 'Test',
      'validFrom-day': '1',
      'validFrom-month': '1',
      'validFrom-year': '2027',
      noticeDays: '60',
    })),
  ],
  'agreement.propose': [send('page', agreed('/propose'))],
  'agreement.withdraw': [send('page', agreed('/withdraw'), because)],
  'agreement.answer': [
    send('page', agreed('/answer'), () => ({ act: 'approved' }), {
      elsewhere: 'test/http/agreements.spec.ts',
    }),
  ],
  'agreement.bring_into_force': [
    send('page', agreed('/bring-into-force'), undefined, { elsewhere: 'test/http/agreements.spec.ts' }),
  ],
  'agreement.revise': [send('page', agreed('/revise'), () => ({ act: 'change' }))],
  'agreement.terminate': [send('page', agreed('/terminate'), because)],
  'agreement.read_people': [read('page', agreed('/people'))],
  'agreement.keep_people': [
    send('page', agreed('/people'), () => ({
      party: '0',
      part: 'contact',
      name: 'Ана',
      office: 'Канцеларија',
      email: 'ana@example.org',
    })),
  ],
  'agreement.read': [
    read('page', ({ reference }) => `/agreements/${reference}`, {
      door: null,
      open: ['in_force', 'expired', 'terminated'],
    }),
    read('api', ({ reference }) => `/api/v1/agreements/${reference}`, {
      door: null,
      open: ['in_force', 'expired', 'terminated'],
    }),
  ],
  'account.read': [
    read('page', () => '/account'),
    read('page', () => '/account/consents'),
    read('page', () => '/account/data'),
    read('page', () => '/account/corrections'),
    read('page', () => '/account/erasure'),
    read('page', () => '/account/residency'),
  ],
  'account.change': [
    send(
      'page',
      () => '/account/language',
      () => ({ language: 'en' }),
    ),
  ],
  'privacy_register.read': [read('page', () => '/admin/transfers')],
  'privacy_register.read_retention': [read('page', () => '/admin/retention')],
  'audit.read': [read('page', () => '/admin/audit')],
  'report.read': [read('page', () => '/overview')],
  'role.list': [
    read('api', ({ role, state }) => `/api/v1/roles?role=${role}&state=${state}&limit=100`, {
      lists: inItems,
    }),
  ],
  'role.read': [
    read('page', ({ id }) => `/admin/people/grants/${id}/end`, { door: 'role.revoke', walled: true }),
    read('api', ({ id }) => `/api/v1/roles/${id}`, { walled: true }),
  ],
  'role.revoke': [
    send('page', ({ id }) => `/admin/people/grants/${id}/end`, because, { walled: true }),
    send('api', ({ id }) => `/api/v1/roles/${id}/revoke`, because, { walled: true }),
  ],
  'role.grant': [
    send('page', () => '/admin/people/grant', newRoleForm),
    send('api', () => '/api/v1/roles', newRole),
  ],
  'role.invite': [
    send('page', () => '/admin/people/invite', newRoleForm),
    send('api', () => '/api/v1/invitations', newRole),
  ],
  'role.confirm': [
    send('page', ({ id }) => `/admin/confirmations/${id}/confirm`),
    send('page', ({ id }) => `/admin/confirmations/${id}/refuse`, because),
    send('api', ({ id }) => `/api/v1/roles/${id}/confirm`),
    send('api', ({ id }) => `/api/v1/roles/${id}/refuse`, because),
  ],
  'role.deputise': [
    send(
      'page',
      () => '/account/deputies',
      ({ id = '' }) => ({
        ...because(),
        grant: id,
        email: 'deputy@example.org',
        'until-day': '1',
        'until-month': '6',
        'until-year': '2027',
      }),
    ),
    send(
      'api',
      ({ id }) => `/api/v1/roles/${id}/deputies`,
      () => ({
        ...because(),
        email: 'deputy@example.org',
        validUntil: '2027-06-01T00:00:00Z',
      }),
    ),
  ],
  'role.settle_proposal': [
    send('page', ({ proposal }) => `/admin/proposals/${proposal}/dismiss`),
    send('api', ({ proposal }) => `/api/v1/role-proposals/${proposal}/dismiss`),
    send(
      'api',
      ({ proposal }) => `/api/v1/role-proposals/${proposal}/grant`,
      () => ({ ...because(), side: 'host' }),
    ),
  ],
  'role.read_invitation': [
    read('page', ({ state }) => `/admin/invitations?state=${state}`, {
      door: 'role.invite',
      lists: (body, { id = '' }) => body.includes(id),
    }),
    read('api', ({ id }) => `/api/v1/invitations/${id}`, { walled: true }),
    read('api', ({ state }) => `/api/v1/invitations?state=${state}&limit=100`, { lists: inItems }),
  ],
  'role.withdraw_invitation': [
    send('page', ({ id }) => `/admin/invitations/${id}/withdraw`, undefined, { walled: true }),
    send('api', ({ id }) => `/api/v1/invitations/${id}/withdraw`, undefined, { walled: true }),
  ],
  'person.list': [read('page', () => '/admin/people', { doorOnly: true })],
  'person.read_roles': [read('page', ({ id }) => `/admin/people/${id}`, { walled: true })],
  'person.reset_passkeys': [send('page', ({ id }) => `/admin/people/${id}/reset-passkeys`, because)],
  'person.read_conflicts': [read('api', ({ id }) => `/api/v1/people/${id}/conflicts`, { walled: true })],
  'person.lift_conflict': [
    read('page', ({ id, conflict }) => `/admin/people/${id}/conflicts/${conflict}/lift`, { walled: true }),
    send('page', ({ id, conflict }) => `/admin/people/${id}/conflicts/${conflict}/lift`, because, {
      walled: true,
    }),
    send('api', ({ id, conflict }) => `/api/v1/people/${id}/conflicts/${conflict}/lift`, because, {
      walled: true,
    }),
  ],
  'client.read': [
    read('page', ({ id }) => `/admin/clients/${id}`),
    read('api', ({ id }) => `/api/v1/clients/${id}`),
  ],
  'client.list': [
    read('page', () => '/admin/clients', { lists: (body, { id = '' }) => body.includes(id) }),
    read('api', () => '/api/v1/clients', { lists: inItems }),
  ],
  'client.register': [
    send(
      'api',
      () => '/api/v1/clients',
      ({ institution, issuer }) => ({
        institution,
        name: 'test',
        issuer,
        subject: 'new',
        scopes: ['applications:read'],
        validUntil: '2027-06-01T00:00:00Z',
        reason: 'test',
      }),
    ),
  ],
  'client.revoke': [
    send('page', ({ id }) => `/admin/clients/${id}/revoke`, because),
    send('api', ({ id }) => `/api/v1/clients/${id}/revoke`, because),
  ],
  'unit.read': [read('api', ({ id }) => `/api/v1/units/${id}`, { door: null, open: ['open', 'closed'] })],
  'unit.manage': [
    send('page', ({ id }) => `/admin/units/${id}/close`),
    send(
      'page',
      ({ id }) => `/admin/units/${id}/rename`,
      () => UNIT_NAME,
    ),
    { face: 'api', method: 'DELETE', path: ({ id }) => `/api/v1/units/${id}`, headers: { 'if-match': '*' } },
    {
      face: 'api',
      method: 'PUT',
      path: ({ id }) => `/api/v1/units/${id}`,
      fields: () => ({ name: UNIT_NAME }),
      headers: { 'if-match': '*' },
    },
  ],
  'provider.read': [
    read('page', ({ key }) => `/admin/providers/${key}`),
    read('api', ({ key }) => `/api/v1/identity-providers/${key}`),
  ],
  'provider.propose': [
    send(
      'api',
      () => '/api/v1/identity-providers',
      ({ country }) => ({
        entry: {
          key: 'matrix-new',
          country,
          issuer: 'https://new.example.org',
          clientId: 'most',
          institutions: ['bg.ac.rs'],
          buttonText: { sr: 'Пријава', ru: 'Вход', en: 'Sign in' },
        },
        keepSecret: false,
        reason: 'test',
      }),
    ),
  ],
  'provider.confirm': [
    send('page', ({ key }) => `/admin/providers/${key}/confirm`, version),
    send('api', ({ key }) => `/api/v1/identity-providers/${key}/confirm`, version),
  ],
  'provider.end': [
    send(
      'page',
      ({ key }) => `/admin/providers/${key}/end`,
      (a) => ({ ...version(a), ...because() }),
    ),
    send(
      'api',
      ({ key }) => `/api/v1/identity-providers/${key}/end`,
      (a) => ({ ...version(a), ...because() }),
    ),
  ],
};

/** Actions for which nobody can ask by a route, and why. */
/** A panel is a world of its own: asked on random ones by the walls, and over HTTP by people who sit in one. */
const PANELS =
  'test/database/review-walls.spec.ts, test/http/reviews.spec.ts and test/http/reviews-api.spec.ts';

const FOUND = 'test/database/review-walls.spec.ts and test/http/found-conflicts.spec.ts';
/** A session needs two countries that meet: asked by the walls, and over HTTP by people who do. */
const SESSIONS = 'test/http/commission.spec.ts and test/database/second-wall-reading.spec.ts';
/** An appeal has a panel of its own: asked on random ones by the walls, and over HTTP by people who hear it. */
const APPEALS = 'test/http/appeals.spec.ts and test/database/appeal-walls.spec.ts';
const TALKS = 'test/database/review-walls.spec.ts and test/http/discussions.spec.ts';

/** A stay follows from an accepted place: its pages are asked by both countries' people, swapped. */
const CORRECTIONS = 'test/http/corrections.spec.ts';
const ERASURES = 'test/http/erasure-requests.spec.ts';
const STAYS = 'test/http/mobilities.spec.ts and test/database/stays.spec.ts';

const MEETINGS = 'test/database/review-walls.spec.ts and test/http/interviews.spec.ts';

export const WITHOUT_ROUTE: Readonly<Record<string, string>> = {
  'application.read_health':
    'no form of today asks for it; test/database/field-sight.spec.ts reads one that does',
  'application.read_statistics':
    'nobody but the applicant; test/http/gender.spec.ts reads a form that asks for it in every way there is',
  'application.meet_condition':
    'answers one condition of a decision: test/http/decisions.spec.ts, also for others',
  'application.read_scores': 'of single reviews it is review.read_content',
  'co_applicant.accept': 'whoever holds the link of an invitation: test/http/co-applicants.spec.ts',
  'co_applicant.decline': 'as co_applicant.accept',
  'co_applicant.confirm': 'only the hash of the very text is taken: test/http/co-applicants.spec.ts',
  'reference.write': 'whoever holds the link that a referee got: test/http/references.spec.ts',
  'reference.submit': 'as reference.write',
  'reference.decline': 'as reference.write',
  'mobility.read': STAYS,
  'mobility.list': STAYS,
  'mobility.certify_arrival': STAYS,
  'mobility.certify_departure': STAYS,
  'mobility.correct': STAYS,
  'mobility.cancel': STAYS,
  'mobility.record_no_show': STAYS,
  'mobility.record_payment': STAYS,
  'mobility.record_payment_of_home_country': STAYS,
  'mobility.record_payment_of_host_country': STAYS,
  'mobility.record_payment_of_home_institution': STAYS,
  'mobility.record_payment_of_host_institution': STAYS,
  'mobility.record_payment_of_programme': STAYS,
  'agreement.take_files':
    'a document that the worker has made, or an annex: test/http/agreement-papers.spec.ts, by parties, ministries, programme and others',
  'privacy_register.export': 'test/http/register.spec.ts',
  'erasure.read': ERASURES,
  'erasure.list': ERASURES,
  'erasure.propose': ERASURES,
  'erasure.decide': ERASURES,
  'erasure.extend': ERASURES,
  'correction.read': CORRECTIONS,
  'correction.list': CORRECTIONS,
  'correction.answer': CORRECTIONS,
  'ledger.read': STAYS,
  'panel.read': PANELS,
  'panel.make': PANELS,
  'panel.keep': PANELS,
  'panel.lead': PANELS,
  'panel.assign': PANELS,
  'panel.read_progress': PANELS,
  'panel.read_conflicts': FOUND,
  'panel.dismiss_conflict': FOUND,
  'panel.invite': FOUND,
  'panel.bid': FOUND,
  'panel.declare_conflict': FOUND,
  'review.read': PANELS,
  'review.read_content': PANELS,
  'review.read_file': PANELS,
  'review.answer': PANELS,
  'review.write': PANELS,
  'review.amend': PANELS,
  'review.withdraw': PANELS,
  'review.replace': PANELS,
  'interview.read': MEETINGS,
  'interview.arrange': MEETINGS,
  'interview.attend': MEETINGS,
  'interview.answer': MEETINGS,
  'interview.note': MEETINGS,
  'interview.read_notes': MEETINGS,
  'commission_item.read': SESSIONS,
  'commission_item.table': SESSIONS,
  'commission_item.attach': SESSIONS,
  'commission_session.read': SESSIONS,
  'commission_session.plan': SESSIONS,
  'commission_session.attend': SESSIONS,
  'commission_session.stand_aside': SESSIONS,
  'commission_session.conduct': SESSIONS,
  'commission_session.lead_item': SESSIONS,
  'commission_session.note': SESSIONS,
  'commission_session.vote': SESSIONS,
  'commission_protocol.read': SESSIONS,
  'commission_protocol.draft': SESSIONS,
  'commission_protocol.agree': SESSIONS,
  'commission_protocol.sign': SESSIONS,
  'commission_protocol.publish': SESSIONS,
  'commission_protocol.amend': SESSIONS,
  'appeal.lodge': APPEALS,
  'appeal.withdraw': APPEALS,
  'appeal.read': APPEALS,
  'appeal.read_content': APPEALS,
  'appeal.read_file': APPEALS,
  'appeal.admit': APPEALS,
  'appeal.seat': APPEALS,
  'appeal.declare': APPEALS,
  'appeal.recuse': APPEALS,
  'appeal.vote': APPEALS,
  'appeal.decide': APPEALS,
  'discussion.read': TALKS,
  'discussion.write': TALKS,
  'discussion.strike': TALKS,
  'discussion.sum_up': TALKS,
  'discussion.answer_summary': TALKS,
  'role.accept_invitation':
    'whoever holds the link of an invitation: test/http/roles-pages.spec.ts and roles-api.spec.ts',
};
