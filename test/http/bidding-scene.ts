import { NominateCandidate } from '../../src/applications/public.js';
import { standardSelection } from '../../src/calls/public.js';
import type { SelectionRules } from '../../src/calls/public.js';
import { KeepPanels } from '../../src/reviews/public.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from './office-scene.js';

const NAME = { sr: 'Панел', ru: 'Группа', en: 'Panel' };
const MEMBERS = { ana: 'reviewer@rs.demo', boris: 'reviewer@ru.demo', vera: 'professor@rs.demo' };

/** A ranked call in selection whose panel still prepares. */
export interface MadePanel {
  readonly callId: Id;
  readonly slug: string;
  readonly panelId: Id;
  readonly ids: readonly Id[];
}

/** An office scene with those who keep panels and three who assess and belong nowhere. */
export class BiddingScene {
  private constructor(
    readonly office: OfficeScene,
    private readonly home: Id,
  ) {}

  static async start(more: Parameters<typeof OfficeScene.start>[0] = []): Promise<BiddingScene> {
    const office = await OfficeScene.start(more);
    const home = await office.world.institution('university-of-belgrade');
    await office.signIn('home', 'coordinator@bg.rs.demo', {
      role: 'coordinator',
      scope: { institution_id: home },
    });
    await office.signIn('admin', 'admin@rs.demo', { role: 'programme_administrator', scope: {} });
    await office.signIn('secretary', 'commission@rs.demo', {
      role: 'commission_secretary',
      scope: { country: 'RS' },
    });
    for (const [who, email] of Object.entries(MEMBERS)) await office.signIn(who, email);
    await office.http.owner.query('update persons set home_institution_id = null where id = any ($1)', [
      Object.keys(MEMBERS).map((who) => office.people[who]),
    ]);
    return new BiddingScene(office, home);
  }

  as(who: string): Promise<RequestContext> {
    return actingAs(this.office.http.app, this.office.people[who] ?? who);
  }

  person(who: string): Id {
    return this.office.people[who] ?? '';
  }

  async panel(
    count: number,
    review: Partial<SelectionRules['review']> = {},
    members: readonly string[] = Object.keys(MEMBERS),
  ): Promise<MadePanel> {
    const { world, http } = this.office;
    const slug = `panel-${newId()}`;
    const rules = standardSelection();
    const callId = await world.publishedCall({
      slug,
      route: 'ranked',
      selection: { ...rules, review: { ...rules.review, bySide: false, ...review } },
    });
    const ids = await this.office.submitted(slug, this.home, count);
    for (const id of ids) {
      const place = await this.one<string>(
        'select place_id as value from application_choices where application_id = $1',
        [id],
      );
      await http.app
        .get(NominateCandidate)
        .run(await this.as('home'), id, { placeId: place, endorsement: '' });
    }
    await http.owner.query("update calls set state = 'in_selection' where id = $1", [callId]);
    const keep = http.app.get(KeepPanels);
    const { id: panelId } = await keep.make(await this.as('admin'), { callId, name: NAME, country: '' });
    for (const who of members) {
      await http.owner.query(
        `insert into role_grants (id, person_id, role, call_id, reason, valid_from)
         values ($1, $2, 'reviewer', $3, 'test', '2000-01-01')`,
        [newId(), this.person(who), callId],
      );
      await keep.seat(await this.as('secretary'), panelId, {
        personId: this.person(who),
        lead: false,
        loadLimit: '',
      });
    }
    return { callId, slug, panelId, ids };
  }

  /** The value of the only row. */
  async one<T>(sql: string, values: readonly unknown[] = []): Promise<T> {
    const { rows } = await this.office.http.owner.query<{ value: T }>(sql, [...values]);
    if (!rows[0]) throw new Error(`nothing is there: ${sql}`);
    return rows[0].value;
  }

  applicantOf(applicationId: Id): Promise<Id> {
    return this.one('select applicant_id as value from applications where id = $1', [applicationId]);
  }

  numberOf(applicationId: Id): Promise<string> {
    return this.one('select number as value from applications where id = $1', [applicationId]);
  }
}
