import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AppealMemberRow } from '../data/appeal-member.entity.js';
import { AppealRow } from '../data/appeal.entity.js';
import { AppealsRepository } from '../data/appeals.repository.js';
import type { AppealRecordRow } from '../data/appeals.repository.js';
import { LEAST_PANEL } from '../domain/appeal-rules.js';
import { MEMBER_SEATED } from '../domain/appeals.events.js';
import { appealsPolicy } from '../domain/appeals.policy.js';
import { panelFaults, whyNotSit } from '../domain/who-may-sit.js';
import type { Candidate, PanelFault, Seated } from '../domain/who-may-sit.js';
import { AppealRecord } from './appeal-record.js';

/** A panel as it stands, with who else could sit there and what it still lacks. */
export interface PanelOfAppeal {
  readonly seated: readonly AppealMemberRow[];
  readonly candidates: readonly Candidate[];
  readonly faults: readonly PanelFault[];
}

/** Says who decides an appeal: nobody who had a part in what it is against, and nobody whom something binds. */
@Injectable()
export class SeatPanel {
  constructor(
    private readonly database: Database,
    private readonly appeals: AppealsRepository,
    private readonly record: AppealRecord,
  ) {}

  async seat(
    request: RequestContext,
    appealId: string,
    { personId, head }: { readonly personId: string; readonly head: boolean },
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.appeals.lock(ctx, appealId);
      authorise(ctx, appealsPolicy, 'appeal.seat', record.facts, 'appeal.read');
      const { appeal, facts } = record;
      const { candidates } = await this.panel(ctx, record);
      const wanted = candidates.find((candidate) => candidate.personId === personId);
      if (!wanted)
        throw new DomainError('invalid', { fields: [{ field: 'person', problem: 'not_in_list' }] });
      const reason = whyNotSit(wanted);
      if (reason) throw new DomainError('conflict', { reason });
      const now = ctx.clock.now();
      const seatedBefore = facts.members.includes(wanted.personId);
      await withSystemRights(ctx, async () => {
        if (head) {
          await ctx.tx.update(AppealMemberRow, { appealId: appeal.id, head: true }, { head: false });
        }
        await ctx.tx.save(AppealMemberRow, {
          appealId: appeal.id,
          personId: wanted.personId,
          country: wanted.country,
          head: head || facts.headId === wanted.personId || facts.headId === null,
          ...(seatedBefore
            ? {}
            : { seatedBy: ctx.actor.personId, seatedAt: now, declaredAt: null, removedAt: null }),
        });
      });
      await this.record.note(ctx, appeal, 'seat', { person: wanted.personId, head });
      if (!seatedBefore) await this.record.tell(ctx, appeal, MEMBER_SEATED, { person: wanted.personId });
    });
  }

  /** Whoever has voted keeps their seat. */
  async unseat(request: RequestContext, appealId: string, personId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { appeal, facts } = await this.appeals.lock(ctx, appealId);
      authorise(ctx, appealsPolicy, 'appeal.seat', facts, 'appeal.read');
      if (!facts.members.includes(personId)) throw new DomainError('not_found');
      if (facts.voted.includes(personId)) throw new DomainError('conflict', { reason: 'already_voted' });
      await this.leave(ctx, appeal, personId);
      await this.record.note(ctx, appeal, 'unseat', { person: personId });
    });
  }

  /** Part of an act that the caller has authorised. */
  async leave(ctx: Ctx, appeal: AppealRow, personId: Id): Promise<void> {
    await withSystemRights(ctx, () =>
      ctx.tx.update(
        AppealMemberRow,
        { appealId: appeal.id, personId },
        { removedAt: ctx.clock.now(), head: false, declaredAt: null },
      ),
    );
  }

  async panel(ctx: Ctx, { appeal, facts }: AppealRecordRow): Promise<PanelOfAppeal> {
    return withSystemRights(ctx, async () => {
      const seated = await this.appeals.members(ctx, appeal.id);
      const candidates = await this.appeals.candidates(ctx, appeal, facts.countries);
      const fit = candidates.filter((candidate) => whyNotSit(candidate) === null);
      const sitting: readonly Seated[] = seated;
      const size = appeal.panelSize ?? LEAST_PANEL;
      return { seated, candidates, faults: panelFaults(size, facts.countries, sitting, fit) };
    });
  }
}
