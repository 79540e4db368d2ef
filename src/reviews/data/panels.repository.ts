import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import type { PanelFacts } from '../domain/panels.policy.js';
import { ReviewMemberRow } from './review-member.entity.js';
import { ReviewPanelRow } from './review-panel.entity.js';

/** A panel with what the policy must know of it. */
export interface PanelRecord {
  readonly panel: ReviewPanelRow;
  readonly facts: PanelFacts;
}

@Injectable()
export class PanelsRepository {
  async find(ctx: Ctx, id: string): Promise<PanelRecord> {
    const panel = isId(id) ? await ctx.tx.findOneBy(ReviewPanelRow, { id }) : null;
    if (!panel) throw new DomainError('not_found');
    return { panel, facts: await this.factsOf(ctx, panel) };
  }

  /** Locked until the transaction ends. */
  async lock(ctx: Ctx, id: string): Promise<PanelRecord> {
    if (isId(id)) await ctx.tx.query('select from review_panels where id = $1 for update', [id]);
    return this.find(ctx, id);
  }

  /** Of one call, in the order in which they were made. */
  ofCall(ctx: Ctx, callId: Id): Promise<ReviewPanelRow[]> {
    return ctx.tx.find(ReviewPanelRow, { where: { callId }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** All that the actor may read, those of the youngest calls first. */
  async list(ctx: Ctx): Promise<ReviewPanelRow[]> {
    return ctx.tx
      .createQueryBuilder(ReviewPanelRow, 'p')
      .innerJoin('calls', 'c', 'c.id = p.call_id')
      .where(panelsPolicy.filter(ctx.actor, 'panel.read', 'p'))
      .orderBy('c.closes_at', 'DESC')
      .addOrderBy('p.created_at', 'ASC')
      .addOrderBy('p.id', 'ASC')
      .getMany();
  }

  /** Those who sit in it now. */
  members(ctx: Ctx, panelId: Id): Promise<ReviewMemberRow[]> {
    return ctx.tx.find(ReviewMemberRow, {
      where: { panelId, removedAt: IsNull() },
      order: { lead: 'DESC', addedAt: 'ASC', personId: 'ASC' },
    });
  }

  async factsOf(
    ctx: Ctx,
    panel: Pick<ReviewPanelRow, 'id' | 'callId' | 'country' | 'phase'>,
  ): Promise<PanelFacts> {
    // Of a panel that one does not sit in one sees no members: the policy compares all of them.
    const members = await withSystemRights(ctx, () => this.members(ctx, panel.id));
    return {
      state: panel.phase,
      panelId: panel.id,
      callId: panel.callId,
      countries: panel.country ? [panel.country] : await this.countriesOf(ctx, panel.callId),
      members: members.map(({ personId }) => personId),
      leadId: members.find(({ lead }) => lead)?.personId ?? null,
    };
  }

  /** Every country that the call joins. */
  async countriesOf(ctx: Ctx, callId: Id): Promise<readonly CountryCode[]> {
    const rows = await ctx.tx.query<{ country: CountryCode }[]>(
      `select distinct country from call_directions d cross join lateral (values (d.home_country), (d.host_country)) v (country)
       where d.call_id = $1 order by country`,
      [callId],
    );
    return rows.map(({ country }) => country);
  }
}
