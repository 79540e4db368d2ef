import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';

export type AccountJoinState = 'asked' | 'joined' | 'refused';

/** That somebody was asked to make one of two accounts, and what they answered. */
export interface AccountJoin {
  readonly id: Id;
  readonly firstId: Id;
  readonly secondId: Id;
  readonly verdictId: Id;
  readonly askedBy: Id;
  readonly askedFor: Id | null;
  readonly askedAt: Date;
  readonly state: AccountJoinState;
  readonly answeredAt: Date | null;
  readonly keptId: Id | null;
}

const COLUMNS = `id, first_id as "firstId", second_id as "secondId", verdict_id as "verdictId", asked_by as "askedBy",
  asked_for as "askedFor", asked_at as "askedAt", state, answered_at as "answeredAt", kept_id as "keptId"`;

/** Of two accounts the one with the lesser id is the first. */
@Injectable()
export class AccountJoins {
  async add(ctx: Ctx, join: AccountJoin): Promise<void> {
    await ctx.tx.query(
      `insert into account_joins (id, first_id, second_id, verdict_id, asked_by, asked_for, asked_at, state)
       values ($1, $2, $3, $4, $5, $6, $7, 'asked')`,
      [join.id, join.firstId, join.secondId, join.verdictId, join.askedBy, join.askedFor, join.askedAt],
    );
  }

  /** All that a person was asked, or that concerns their account, the newest first, as far as the actor may know. */
  of(ctx: Ctx, personId: Id): Promise<AccountJoin[]> {
    return ctx.tx.query<AccountJoin[]>(
      `select ${COLUMNS} from account_joins where first_id = $1 or second_id = $1 order by asked_at desc, id desc`,
      [personId],
    );
  }

  /** What waits for an answer of theirs. */
  async openOf(ctx: Ctx, personId: Id): Promise<readonly AccountJoin[]> {
    return (await this.of(ctx, personId)).filter(({ state }) => state === 'asked');
  }

  /** @throws DomainError `conflict` where it was answered in the meantime, from the other account or in another window */
  async answer(
    ctx: Ctx,
    { id }: Pick<AccountJoin, 'id'>,
    state: 'joined' | 'refused',
    keptId: Id | null,
  ): Promise<void> {
    const [, answered] = await ctx.tx.query<[unknown[], number]>(
      `update account_joins set state = $2, answered_at = $3, kept_id = $4 where id = $1 and state = 'asked' returning id`,
      [id, state, ctx.clock.now(), keptId],
    );
    if (answered === 0) throw new DomainError('conflict', { reason: 'join_not_asked' });
  }

  /**
   * What of another account keeps it from being joined, as far as accounts go: a translation key under `reasons`. Needs the
   * rights of the system.
   */
  async obstacle(ctx: Ctx, keptId: Id, joinedId: Id, most: number): Promise<string | null> {
    const [row] = await ctx.tx.query<
      { sameCountry: boolean; roles: boolean; gone: boolean; identities: number }[]
    >(
      `select k.country = j.country as "sameCountry", num_nonnulls(k.joined_into, j.joined_into) > 0 as gone,
         exists (select from role_grants g where g.person_id = j.id or g.acting_for = j.id) as roles,
         (select count(*)::integer from identities i where i.person_id in (k.id, j.id)) as identities
       from persons k, persons j where k.id = $1 and j.id = $2`,
      [keptId, joinedId],
    );
    if (!row || row.gone) return 'join_not_asked';
    if (!row.sameCountry) return 'join_other_country';
    if (row.roles) return 'join_other_has_roles';
    return row.identities > most ? 'join_too_many_identities' : null;
  }

  /** Its ways to sign in lead to the other account, who declared a conflict with it has one with that. Rights of the system. */
  async move(ctx: Ctx, keptId: Id, joinedId: Id): Promise<void> {
    await ctx.tx.query('update identities set person_id = $1 where person_id = $2', [keptId, joinedId]);
    await ctx.tx.query(
      `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
       select gen_random_uuid(), c.person_id, $1, c.kind, c.application_id, c.declared_at from conflict_declarations c
       where c.about_id = $2 and c.lifted_at is null and c.person_id <> $1
         and not exists (select from conflict_declarations o where o.person_id = c.person_id and o.about_id = $1
           and o.kind = c.kind and o.lifted_at is null)`,
      [keptId, joinedId],
    );
    await ctx.tx.query('update persons set joined_into = $1, joined_at = $3 where id = $2', [
      keptId,
      joinedId,
      ctx.clock.now(),
    ]);
  }
}
