import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Actor } from '../../shared/actor.js';
import type { Id } from '../../shared/ids.js';
import { AccessPorts } from '../access-ports.js';
import { People } from '../data/people.js';
import { PolicyRegistry } from '../domain/policy-registry.js';
import type { Reading } from './presenters/present-grant.js';
import type { TabLink } from './views/rights-views.js';

/** A page and the action without which it is of no use to the reader; null for everybody. */
type Neighbour = readonly [href: string, key: string, action: string | null];

const ADMINISTRATION: readonly Neighbour[] = [
  ['/admin/people', 'people', 'person.list'],
  ['/admin/invitations', 'invitations', 'role.invite'],
  ['/admin/confirmations', 'confirmations', 'role.confirm'],
  ['/admin/proposals', 'proposals', 'role.settle_proposal'],
  ['/admin/units', 'units', 'unit.manage'],
  ['/admin/roles', 'roles', null],
  ['/admin/why', 'why', null],
];

const ACCOUNT: readonly Neighbour[] = [
  ['/account', 'account', null],
  ['/account/rights', 'rights', null],
  ['/account/history', 'history', null],
  ['/account/deputies', 'deputies', 'role.deputise'],
];

/** What the pages about people and roles have in common: the reader's clock and language, names, and the neighbours. */
@Injectable()
export class ReadRoles {
  constructor(
    private readonly people: People,
    private readonly ports: AccessPorts,
    private readonly policies: PolicyRegistry,
    private readonly translator: Translator,
  ) {}

  /** Names of the institutions of what is shown, and the zone of the country that vouched for the reader. */
  async reading(ctx: Ctx, shown: readonly { readonly institutionId: Id | null }[]): Promise<Reading> {
    const ids = shown.flatMap(({ institutionId }) => institutionId ?? []);
    return {
      translator: this.translator,
      language: ctx.language,
      zone: await this.zone(ctx),
      now: ctx.clock.now(),
      institutions: await this.ports.places.institutionNames(ctx, ids),
    };
  }

  async zone(ctx: Ctx): Promise<string> {
    const { personId } = ctx.actor;
    const reader = personId === null ? null : await this.people.personById(ctx, personId);
    return reader ? this.ports.places.timeZone(ctx, reader.country) : 'UTC';
  }

  /** The instant at which a day begins in a zone; `days` later than the one that is named. */
  async beginningOf(ctx: Ctx, day: string, zone: string, days = 0): Promise<Date> {
    const [row] = await ctx.tx.query<{ at: Date }[]>(
      'select ($1::date + $2::integer)::timestamp at time zone $3 as at',
      [day, days, zone],
    );
    if (!row) throw new RangeError('the database told no instant');
    return row.at;
  }

  administration({ actor }: Pick<Ctx, 'actor'>, current: string): TabLink[] {
    return this.tabs(actor, ADMINISTRATION, current);
  }

  account({ actor }: Pick<Ctx, 'actor'>, current: string): TabLink[] {
    return this.tabs(actor, ACCOUNT, current);
  }

  private tabs(actor: Actor, neighbours: readonly Neighbour[], current: string): TabLink[] {
    return neighbours
      .filter(([, , action]) => action === null || this.policies.mayEver(actor, action).allowed)
      .map(([href, key]) => ({
        href,
        text: { key: `access.tabs.${key}` },
        current: href === current,
      }));
  }
}
