import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { DiscussApplication } from '../../src/reviews/operations/discuss-application.js';
import { KeepProfile } from '../../src/reviews/operations/keep-profile.js';
import { AssignReviewers, KeepPanels, WriteReview } from '../../src/reviews/public.js';
import { standardSelection } from '../../src/calls/public.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { BiddingScene } from './bidding-scene.js';
import type { MadePanel } from './bidding-scene.js';

/**
 * What a reviewer must not learn, tried at every door where it could come out: a file that a conflict shuts, what others said
 * before one's own review is in, and whose a file is that is read without names. By a reviewer of each country.
 */

const FAMILY = 'Скривенић';
const LATIN = 'Skrivenic';
const WORDS = 'ТАЈНАРЕЧ';
const TALK = 'ТАЈНИРАЗГОВОР';
const SPIES = ['ana', 'boris'] as const;
/** Looks like a number of an application, and is none. */
const NOBODYS = 'RS-2099-987654';

let scene: BiddingScene;
let here: MadePanel;
let nameless: MadePanel;
/** Of the spies, by who and what. */
const reviews = new Map<string, Id>();
let others: Id;

interface Secret {
  readonly what: string;
  readonly panel: () => MadePanel;
  /** What it is about. */
  readonly application: () => Id;
  /** What is not to be found where it is about this application alone; other files may tell it of themselves. */
  readonly near?: readonly string[];
  /** What is to be found nowhere. */
  readonly never: () => Promise<readonly string[]>;
}

const of = <T>(type: abstract new (...rest: never[]) => T): T => scene.office.http.app.get<T>(type);
const shut = () => here.ids[0] ?? '';
const awaited = () => here.ids[1] ?? '';
const unnamed = () => nameless.ids[0] ?? '';
const lead = async ({ panelId }: MadePanel, act: 'open_reviewing' | 'open_discussion') =>
  of(KeepPanels).lead(await scene.as('admin'), panelId, act);
const give = async ({ panelId }: MadePanel, who: string, applicationId: Id) => {
  const { id } = await of(AssignReviewers).assign(await scene.as('admin'), panelId, {
    applicationId,
    reviewerId: scene.person(who),
  });
  reviews.set(`${who} ${applicationId}`, id);
  return id;
};
const uploadOf = (application: Id) =>
  scene.one<Id>("select id as value from uploads where subject_id = $1 and requirement = 'transcript'", [
    application,
  ]);

const SECRETS: readonly Secret[] = [
  {
    what: 'a file that a conflict shuts',
    panel: () => here,
    application: shut,
    never: async () => [
      shut(),
      await scene.numberOf(shut()),
      `${FAMILY}1`,
      `${LATIN}1`,
      await uploadOf(shut()),
    ],
  },
  {
    what: 'what others said before one’s own review is in',
    panel: () => here,
    application: awaited,
    never: () => Promise.resolve([WORDS, TALK, '92 of 100', others]),
  },
  {
    what: 'whose a file is that is read without names',
    panel: () => nameless,
    application: unnamed,
    near: ['University of Belgrade', 'Универзитет у Београду', 'Lomonosov', 'bg.ac.rs'],
    never: async () => [
      await scene.numberOf(unnamed()),
      `${FAMILY}3`,
      `${LATIN}3`,
      'Индекс',
      'ana@example.org',
      await uploadOf(unnamed()),
    ],
  },
];

beforeAll(async () => {
  scene = await BiddingScene.start([NotificationsModule]);
  here = await scene.panel(2, { binding: ['co_author'] });
  nameless = await scene.panel(1, { anonymous: ['names', 'institutions'] });
  const { owner } = scene.office.http;
  for (const [index, id] of [shut(), awaited(), unnamed()].entries()) {
    await owner.query(
      'update persons set native_family = $2, latin_family = $3, latin_given = $3 where id = $1',
      [await scene.applicantOf(id), `${FAMILY}${index + 1}`, `${LATIN}${index + 1}`],
    );
  }
  for (const panel of [here, nameless]) await lead(panel, 'open_reviewing');
  // The conflict is found after the file was given, and has been open already.
  for (const who of SPIES) {
    await give(here, who, shut());
    await give(here, who, awaited());
    await give(nameless, who, unnamed());
  }
  const works = { dois: '10.1000/1', orcid: '' };
  await of(KeepProfile).saveWorks(await scene.as(await scene.applicantOf(shut())), works);
  for (const who of SPIES) await of(KeepProfile).saveWorks(await scene.as(who), works);

  others = await give(here, 'vera', awaited());
  const writing = of(WriteReview);
  const scores = Object.fromEntries(
    standardSelection().criteria.map(({ id }, index) => [
      id,
      { value: index === 2 ? '10' : '9', comment: `${WORDS} ${index}` },
    ]),
  );
  const request = await scene.as('vera');
  const typed = { scores, overall: WORDS, recommendation: 'support' };
  const { revision } = await writing.save(request, others, typed, 0);
  await writing.submit(request, others, revision);
  await lead(here, 'open_discussion');
  await of(DiscussApplication).write(await scene.as('vera'), here.panelId, awaited(), {
    text: TALK,
    language: 'sr-Cyrl',
  });
}, 180_000);

afterAll(() => scene.office.stop());

/** All that an answer says, its headers too: names of files and addresses stand there. */
interface Heard {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}
const heard = ({ status, headers, body }: Heard) =>
  `${status} ${[...headers.entries()].map(([name, value]) => `${name}: ${decodeURIComponent(value.replaceAll('%', '%25'))}`).join('\n')}\n${body}`;

const open = async (who: string, ...paths: readonly string[]) => {
  const said: string[] = [];
  for (const path of paths) said.push(heard(await scene.office.browser(who).open(path)));
  return said.join('\n');
};
const api = async (who: string, ...paths: readonly string[]) => {
  const said: string[] = [];
  for (const path of paths) said.push(JSON.stringify(await scene.office.api(who, path)));
  return said.join('\n');
};
/** The worklist as a file. */
const exported = async (who: string, format: string) => {
  const page = await scene.office.browser(who).open('/applications/export');
  const form = new URLSearchParams({
    _csrf: scene.office.browser(who).token(page),
    format,
    query: 'waits=all',
  });
  for (const column of ['number', 'applicant', 'home', 'host', 'state']) form.append('columns', column);
  return unpacked(who, '/applications/export', { method: 'POST', body: form });
};
/** An answer in bytes; what is packed is unpacked. */
const unpacked = async (who: string, path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${scene.office.http.url}${path}`, {
    redirect: 'manual',
    headers: {
      cookie: scene.office.browser(who).cookies,
      origin: scene.office.http.url,
      'sec-fetch-site': 'same-origin',
    },
    ...init,
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const packed = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const parts = packed ? Object.entries(unzipSync(bytes)) : [['', bytes] as const];
  const body = parts.map(([name, part]) => `${name}\n${strFromU8(part)}`).join('\n');
  return heard({ status: answer.status, headers: answer.headers, body });
};
/** Every mail to somebody that the events so far lead to, whole. */
const mails = async (who: string) => {
  const { rows: events } = await scene.office.http.owner.query<DeliveredEvent>(
    `select id::text, type, at, actor_id as "actorId", payload,
       json_build_object('kind', subject_kind, 'id', subject_id) as subject
     from outbox_events e where not exists (select from mail_messages m where m.event_id = e.id) order by id`,
  );
  for (const event of events) await of(QueueMails).run(event);
  return scene.one<string>(
    `select coalesce(string_agg(m.data::text || m.template, ' '), '') as value from mail_messages m where person_id = $1`,
    [scene.person(who)],
  );
};

const DOORS: Readonly<Record<string, (who: string, secret: Secret) => Promise<string>>> = {
  'pages of one’s own work': (who) =>
    open(who, '/', '/reviews', '/reviews/panels', '/applications?waits=all'),
  'the panel and its pages': (who, { panel, application }) => {
    const page = `/reviews/panels/${panel().panelId}`;
    return open(
      who,
      page,
      `${page}/bids`,
      `${page}/proposal`,
      `${page}/conflicts`,
      `${page}/applications/${newId()}`,
      ...(application() === shut() ? [] : [`${page}/applications/${application()}/reviews`]),
    );
  },
  'one’s own review': async (who, { application }) => {
    const review = `/reviews/${reviews.get(`${who} ${application()}`) ?? ''}`;
    return open(who, review, `${review}/check`, `${review}/amend`, `${review}/decline`);
  },
  'the file without names, and its documents by name and by what they say of themselves': async (
    who,
    { application },
  ) => {
    const file = `/reviews/${reviews.get(`${who} ${application()}`) ?? ''}/file`;
    return open(who, file, `${file}/transcript`, `${file}/passport_copy`);
  },
  'counts and lists of programs': (who) =>
    api(who, '/applications?scope=office&limit=100', '/application-states?limit=100'),
  'the list as CSV': (who) => exported(who, 'csv'),
  'the list as XLSX': (who) => exported(who, 'xlsx'),
  'the page that counts what an export would hold': (who) => open(who, '/applications/export?waits=all'),
  'the record of acts': (who) => open(who, '/account/history', '/account/rights', '/admin/audit'),
  'a copy of one’s own data': async (who) => {
    const page = await scene.office.browser(who).open('/account/data');
    const body = new URLSearchParams({ _csrf: scene.office.browser(who).token(page) });
    return unpacked(who, '/account/data', { method: 'POST', body });
  },
  'what one says of oneself': (who) => open(who, '/account', '/account/assessing'),
  mails: (who) => mails(who),
  'calendars and feeds': (who) => open(who, '/calls.ics', '/calls.json'),
};

/** Those that are about one application, and no other. */
const NEAR = [
  'the panel and its pages',
  'one’s own review',
  'the file without names, and its documents by name and by what they say of themselves',
];

it('the doors are open to what may be seen: otherwise nothing is proved', async () => {
  const number = await scene.numberOf(awaited());
  const given = (who: string, id: Id) => reviews.get(`${who} ${id}`) ?? '';
  const named = SECRETS[1] as Secret;
  const anonymous = SECRETS[2] as Secret;
  for (const who of SPIES) {
    for (const [door, secret, word] of [
      ['pages of one’s own work', named, given(who, awaited())],
      ['one’s own review', named, number],
      [NEAR[2], anonymous, 'transcript.pdf'],
      ['counts and lists of programs', named, awaited()],
      ['the list as CSV', named, number],
      ['the list as XLSX', named, number],
      ['a copy of one’s own data', named, 'most.person'],
      ['mails', named, number],
      ['calendars and feeds', named, 'BEGIN:VCALENDAR'],
    ] as const) {
      const said = await DOORS[door ?? '']?.(who, secret);
      expect({ door, who, heard: said?.includes(word) }).toEqual({ door, who, heard: true });
    }
  }
}, 60_000);

describe.each(SECRETS)('$what', (secret) => {
  it.each(Object.entries(DOORS))(
    'does not come out by %s',
    async (door, ask) => {
      const never = [...(await secret.never()), ...(NEAR.includes(door) ? (secret.near ?? []) : [])];
      for (const who of SPIES) {
        const said = await ask(who, secret);
        expect({ who, found: never.filter((word) => said.includes(word)) }).toEqual({ who, found: [] });
      }
    },
    60_000,
  );
});

/** Every address that is made of an application’s id, a review’s or an upload’s. */
const ADDRESSES: readonly ((application: Id, upload: Id) => string)[] = [
  (id) => `/applications/${id}`,
  (id) => `/applications/${id}/review`,
  (id) => `/applications/${id}/review/conflict`,
  (id) => `/applications/${id}/review/duplicates`,
  (id) => `/applications/${id}/messages`,
  (id) => `/applications/${id}/state`,
  (id) => `/applications/${id}/ranking`,
  (id) => `/applications/${id}/dossier.pdf`,
  (id) => `/applications/${id}/receipt.pdf`,
  (id) => `/applications/${id}/letter.pdf`,
  (id, upload) => `/applications/${id}/documents/${upload}`,
  (id, upload) => `/applications/${id}/documents/${upload}/preview`,
  (id, upload) => `/applications/${id}/documents/${upload}/pages/1`,
  (id, upload) => `/applications/${id}/review/documents/${upload}`,
  (id) => `/api/v1/applications/${id}`,
  (id) => `/api/v1/applications/${id}/documents`,
  (id) => `/api/v1/applications/${id}/notes`,
  (id) => `/api/v1/applications/${id}/messages`,
  (id) => `/api/v1/applications/${id}/rank`,
  (id) => `/api/v1/applications/${id}/references`,
  (id) => `/api/v1/applications/${id}/duplicates`,
  (id) => `/api/v1/applications/${id}/ranking`,
  (id) => `/api/v1/application-states/${id}`,
];
const asked = async (who: string, path: string) => {
  if (path.startsWith('/api/v1')) return (await scene.office.api(who, path.slice('/api/v1'.length))).status;
  return (await scene.office.browser(who).open(path)).status;
};

describe('whoever guesses or knows an id', () => {
  it.each(['a file that a conflict shuts', 'whose a file is that is read without names'])(
    'is answered of %s as of what there is not',
    async (what) => {
      const secret = SECRETS.find((each) => each.what === what);
      const application = secret?.application() ?? '';
      const upload = await uploadOf(application);
      for (const who of SPIES) {
        for (const address of ADDRESSES) {
          const path = address(application, upload);
          expect({ path, status: await asked(who, path) }).toEqual({
            path,
            status: await asked(who, address(newId(), newId())),
          });
        }
      }
    },
    120_000,
  );

  it('is answered of others’ reviews as of reviews that there are not', async () => {
    for (const who of SPIES) {
      const taken = reviews.get(`${who} ${shut()}`) ?? '';
      for (const review of [others, taken]) {
        for (const page of ['', '/check', '/amend', '/decline', '/file', '/file/transcript']) {
          const status = await asked(who, `/reviews/${review}${page}`);
          expect({ page, status }).toEqual({ page, status: await asked(who, `/reviews/${newId()}${page}`) });
        }
      }
      for (const panel of [here, nameless]) {
        const page = (id: Id) => `/reviews/panels/${panel.panelId}/applications/${id}`;
        const own = panel === here ? shut() : newId();
        for (const path of ['/reviews', '/conflict', '/discussion', '/summary']) {
          const status = await asked(who, page(own) + path);
          expect({ path, status }).toEqual({ path, status: await asked(who, page(newId()) + path) });
        }
      }
    }
  }, 60_000);
});

describe('whoever searches', () => {
  it.each(['a file that a conflict shuts', 'whose a file is that is read without names'])(
    'hears of %s what they hear of nothing',
    async (what) => {
      const secret = SECRETS.find((each) => each.what === what);
      const application = secret?.application() ?? '';
      const index = application === shut() ? 1 : 3;
      /** Without what was typed, and what differs from one page to the next. */
      const plain = (text: string, typed: string) =>
        text
          .replaceAll(encodeURIComponent(encodeURIComponent(typed)), '?')
          .replaceAll(encodeURIComponent(typed), '?')
          .replaceAll(typed, '?')
          .replaceAll(/name="_csrf" value="[^"]*"|nonce(-|=")[^"']*|"requestId":"[^"]*"/g, '');
      const found = async (who: string, typed: string) => {
        const query = encodeURIComponent(typed);
        const page = await scene.office.browser(who).open(`/applications?waits=all&q=${query}`);
        const file = await scene.office.browser(who).open(`/applications/export?waits=all&q=${query}`);
        const list = await scene.office.api(who, `/applications?scope=office&q=${query}`);
        return [page.body, file.body, JSON.stringify(list)].map((text) => plain(text, typed));
      };
      for (const who of SPIES) {
        const nothing = await found(who, NOBODYS);
        const words = [await scene.numberOf(application), `${FAMILY}${index}`, `${LATIN}${index}`];
        for (const typed of words) expect(await found(who, typed)).toEqual(nothing);
      }
    },
    60_000,
  );
});
