import { NominateCandidate, SubmitApplication } from '../../src/applications/public.js';
import { standardSelection } from '../../src/calls/public.js';
import type { CallDraft, SelectionRules } from '../../src/calls/public.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { AssignReviewers, KeepPanels, WriteReview } from '../../src/reviews/public.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from './office-scene.js';

const NAME = { sr: 'Панел за студенте', ru: 'Группа по студентам', en: 'Panel for students' };

/** A ranked call in selection, its applications and a panel in which three sit. */
export interface Selection {
  readonly callId: Id;
  readonly panelId: Id;
  readonly ids: readonly Id[];
}

/** Those who keep a panel, and three reviewers who sit in it; the first leads it. */
export class PanelScene {
  private constructor(
    readonly scene: OfficeScene,
    private readonly home: Id,
  ) {}

  static readonly REVIEWERS = ['ana', 'boris', 'vera'] as const;

  static async start(): Promise<PanelScene> {
    const scene = await OfficeScene.start([NotificationsModule]);
    const home = await scene.world.institution('university-of-belgrade');
    await scene.signIn('home', 'coordinator@bg.rs.demo', {
      role: 'coordinator',
      scope: { institution_id: home },
    });
    await scene.signIn('admin', 'admin@rs.demo', { role: 'programme_administrator', scope: {} });
    await scene.signIn('secretary', 'commission@rs.demo', {
      role: 'commission_secretary',
      scope: { country: 'RS' },
    });
    await scene.signIn('ana', 'reviewer@rs.demo');
    await scene.signIn('boris', 'reviewer@ru.demo');
    await scene.signIn('vera', 'professor@rs.demo');
    // Of no institution that could bind them.
    await scene.http.owner.query('update persons set home_institution_id = null where id = any ($1)', [
      PanelScene.REVIEWERS.map((who) => scene.people[who]),
    ]);
    return new PanelScene(scene, home);
  }

  person(who: string): Id {
    return this.scene.people[who] ?? who;
  }

  as(who: string): Promise<RequestContext> {
    return actingAs(this.scene.http.app, this.person(who));
  }

  /** @param applicants people of their own who apply beside so many others; they are of the home institution */
  async selection(
    count: number,
    review: Partial<SelectionRules['review']> = {},
    {
      applicants = [],
      timeZone = 'Europe/Belgrade',
      draft = {},
    }: { applicants?: readonly Id[]; timeZone?: string; draft?: Partial<CallDraft> } = {},
  ): Promise<Selection> {
    const { scene } = this;
    const { app, owner } = scene.http;
    const slug = `ranked-${newId()}`;
    const rules = standardSelection();
    const callId = await scene.world.publishedCall({
      slug,
      route: 'ranked',
      timeZone,
      selection: { ...rules, review: { ...rules.review, bySide: false, ...review } },
      ...draft,
    });
    const ids = await scene.submitted(slug, this.home, count);
    for (const person of applicants) {
      await owner.query('update persons set home_institution_id = $2 where id = $1', [person, this.home]);
      const id = await scene.draft(person, slug);
      await app.get(SubmitApplication).run(scene.as(person), id);
      ids.push(id);
    }
    for (const id of ids) {
      const { rows } = await owner.query<{ place: Id }>(
        'select place_id as place from application_choices where application_id = $1',
        [id],
      );
      await app
        .get(NominateCandidate)
        .run(await this.as('home'), id, { placeId: rows[0]?.place ?? '', endorsement: '' });
    }
    await owner.query("update calls set state = 'in_selection' where id = $1", [callId]);
    for (const who of PanelScene.REVIEWERS) {
      await owner.query(
        `insert into role_grants (id, person_id, role, call_id, reason, valid_from)
         values ($1, $2, 'reviewer', $3, 'test', '2000-01-01')`,
        [newId(), this.person(who), callId],
      );
    }
    const { id: panelId } = await app
      .get(KeepPanels)
      .make(await this.as('admin'), { callId, name: NAME, country: '' });
    for (const who of PanelScene.REVIEWERS) {
      await app.get(KeepPanels).seat(await this.as('secretary'), panelId, {
        personId: this.person(who),
        lead: who === 'ana',
        loadLimit: '',
      });
    }
    return { callId, panelId, ids };
  }

  async lead({ panelId }: Selection, act: Parameters<KeepPanels['lead']>[2]): Promise<void> {
    await this.scene.http.app.get(KeepPanels).lead(await this.as('secretary'), panelId, act);
  }

  async give({ panelId }: Selection, who: string, applicationId: Id): Promise<Id> {
    const { id } = await this.scene.http.app
      .get(AssignReviewers)
      .assign(await this.as('admin'), panelId, { applicationId, reviewerId: this.person(who) });
    return id;
  }

  /** Assigned and handed in, the same score for everything. */
  async review(here: Selection, who: string, applicationId: Id, value: number): Promise<Id> {
    const id = await this.give(here, who, applicationId);
    await this.handIn(who, id, value);
    return id;
  }

  async handIn(who: string, reviewId: Id, value: number): Promise<void> {
    const writing = this.scene.http.app.get(WriteReview);
    const request = await this.as(who);
    const typed = {
      scores: Object.fromEntries(
        standardSelection().criteria.map(({ id }) => [id, { value: String(value), comment: 'Добро.' }]),
      ),
      overall: 'Убедљива пријава.',
      recommendation: 'support',
    };
    const { revision } = await writing.save(request, reviewId, typed, 0);
    await writing.submit(request, reviewId, revision);
  }

  async applicantOf(applicationId: Id): Promise<Id> {
    const { rows } = await this.scene.http.owner.query<{ id: Id }>(
      'select applicant_id as id from applications where id = $1',
      [applicationId],
    );
    return rows[0]?.id ?? '';
  }

  /** Turns every event of these types about a subject into mails, and tells which were queued: to whom, and what they say. */
  async mails(
    types: readonly string[],
    subject: Id,
  ): Promise<readonly { template: string; person: Id; data: string }[]> {
    const { app, owner } = this.scene.http;
    const { rows: events } = await owner.query<DeliveredEvent>(
      `select id::text, type, at, actor_id as "actorId", payload,
         json_build_object('kind', subject_kind, 'id', subject_id) as subject
       from outbox_events where subject_id = $1 and type = any ($2) order by id`,
      [subject, types],
    );
    for (const event of events) await app.get(QueueMails).run(event);
    const { rows } = await owner.query<{ template: string; person: Id; data: string }>(
      `select template, person_id as person, data::text as data from mail_messages
       where event_id = any ($1) order by template, person_id`,
      [events.map(({ id }) => id)],
    );
    return rows;
  }
}

/** What an act is refused with. */
export async function refusal(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DomainError)) throw new Error('it was not refused', { cause: error });
  return error.fields[0]
    ? `${error.fields[0].field} ${error.fields[0].problem}`
    : (error.reason ?? error.code);
}
