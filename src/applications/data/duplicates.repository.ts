import { Injectable } from '@nestjs/common';
import { withSystemRights } from '../../platform/database/database.js';
import { writeLater } from '../../platform/database/prepared.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { LIKENESS_KINDS } from '../domain/likeness.js';
import type { LikenessKind } from '../domain/likeness.js';
import type { ApplicationState } from '../domain/application.states.js';

export type DuplicateVerdict = 'same_person' | 'not_the_same';

/** An application that is like another one. */
export interface Match {
  readonly otherId: Id;
  /** The strongest first. */
  readonly kinds: readonly LikenessKind[];
  readonly settled: boolean;
}

/** What an officer found of two persons, the one with the lesser id first. */
export interface VerdictRow {
  readonly id: Id;
  readonly firstId: Id;
  readonly secondId: Id;
  readonly verdict: DuplicateVerdict;
  readonly kinds: readonly LikenessKind[];
  readonly reason: string;
  readonly firstApplicationId: Id;
  readonly secondApplicationId: Id;
  readonly settledBy: Id;
  readonly settledFor: Id | null;
  readonly settledAt: Date;
}

/** Whoever is alike to more than these is a matter for a search. */
const MOST_MATCHES = 200;

const VERDICT = `v.id, v.first_id as "firstId", v.second_id as "secondId", v.verdict, v.kinds, v.reason,
  v.first_application_id as "firstApplicationId", v.second_application_id as "secondApplicationId",
  v.settled_by as "settledBy", v.settled_for as "settledFor", v.settled_at as "settledAt"`;

/** Of what the latest word on two persons knew. */
const KNOWN_KINDS = (one: string, other: string) => `(select v.kinds from duplicate_verdicts v
  where v.first_id = least(${one}, ${other}) and v.second_id = greatest(${one}, ${other})
  order by v.settled_at desc, v.id desc limit 1)`;

/** Applications that look like those of one person, and what was found of them. */
@Injectable()
export class DuplicatesRepository {
  /** What identifies the applicant of one application, hashed, in the place of what was there. */
  replaceLikenesses(
    ctx: Ctx,
    applicationId: Id,
    likenesses: readonly { readonly kind: LikenessKind; readonly value: string }[],
  ): void {
    writeLater(ctx, 'application_likenesses', 'select replace_likenesses($1, $2)', [
      applicationId,
      JSON.stringify(likenesses),
    ]);
  }

  /**
   * Compares one application with all others by their hashes, and keeps what is alike. What was settled stays so as long as
   * nothing makes the two alike that was not known then.
   */
  async compare(ctx: Ctx, applicationId: Id): Promise<void> {
    await ctx.tx.query(
      `with me as (select id, applicant_id from applications where id = $1),
         alike as (
           select o.id, o.applicant_id, array_agg(distinct l.kind) as kinds
           from application_likenesses mine
             join application_likenesses l on l.value = mine.value and l.kind = mine.kind and l.application_id <> $1
             join applications o on o.id = l.application_id
             join me on me.applicant_id <> o.applicant_id
           where mine.application_id = $1
           group by o.id, o.applicant_id order by max(o.submitted_at) desc, o.id limit ${MOST_MATCHES}),
         gone as (
           delete from application_matches m where (m.application_id = $1 and m.other_id not in (select id from alike))
             or (m.other_id = $1 and m.application_id not in (select id from alike))),
         found as (
           select alike.id, kinds, coalesce(kinds <@ ${KNOWN_KINDS('me.applicant_id', 'alike.applicant_id')}, false) as settled
           from alike cross join me)
       insert into application_matches (application_id, other_id, kinds, found_at, settled)
       select each.application_id, each.other_id, found.kinds, $2, found.settled
       from found cross join lateral (values ($1::uuid, found.id), (found.id, $1::uuid)) each(application_id, other_id)
       order by 1, 2
       on conflict (application_id, other_id) do update
         set kinds = excluded.kinds, settled = excluded.settled, found_at = excluded.found_at
         where application_matches.kinds <> excluded.kinds`,
      [applicationId, ctx.clock.now()],
    );
  }

  /** Submitted applications of which nothing was kept to compare them by, in the order of their ids. */
  async unlikened(ctx: Ctx, after: string, limit: number): Promise<Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select a.id from applications a where a.number is not null and ($1 = '' or a.id > nullif($1, '')::uuid)
         and not exists (select from application_likenesses l where l.application_id = a.id)
       order by a.id limit $2`,
      [after, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Applications of which something was kept to compare them by. */
  async likened(ctx: Ctx): Promise<Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      'select distinct application_id as id from application_likenesses order by id',
    );
    return rows.map(({ id }) => id);
  }

  /** What is like an application, as far as the actor may see both. */
  async matches(ctx: Ctx, applicationId: Id): Promise<readonly Match[]> {
    const rows = await ctx.tx.query<Match[]>(
      `select other_id as "otherId", kinds, settled from application_matches where application_id = $1
       order by settled, found_at desc, other_id limit ${MOST_MATCHES}`,
      [applicationId],
    );
    return rows.map((row) => ({ ...row, kinds: strongestFirst(row.kinds) }));
  }

  /** Everything that makes applications of two persons alike, as far as the actor may see it. */
  async kindsBetween(ctx: Ctx, one: Id, other: Id): Promise<readonly LikenessKind[]> {
    const [row] = await ctx.tx.query<{ kinds: LikenessKind[] | null }[]>(
      `select array_agg(distinct kind) as kinds from application_matches m
         join applications a on a.id = m.application_id and a.applicant_id = $1
         join applications o on o.id = m.other_id and o.applicant_id = $2
         cross join unnest(m.kinds) kind`,
      [one, other],
    );
    return strongestFirst(row?.kinds ?? []);
  }

  /** The latest word on a person and each other one, by the other's id, as far as the actor may know both. */
  async verdictsOn(ctx: Ctx, personId: Id): Promise<ReadonlyMap<Id, VerdictRow>> {
    const rows = await ctx.tx.query<VerdictRow[]>(
      `select distinct on (v.first_id, v.second_id) ${VERDICT} from duplicate_verdicts v
       where v.first_id = $1 or v.second_id = $1 order by v.first_id, v.second_id, v.settled_at desc, v.id desc`,
      [personId],
    );
    return new Map(rows.map((row) => [row.firstId === personId ? row.secondId : row.firstId, row]));
  }

  /** Against a second word on the same two at the same moment. */
  async lockPair(ctx: Ctx, one: Id, other: Id): Promise<void> {
    await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `duplicate ${[one, other].toSorted().join(' ')}`,
    ]);
  }

  async addVerdict(ctx: Ctx, verdict: VerdictRow): Promise<void> {
    await ctx.tx.query(
      `insert into duplicate_verdicts (id, first_id, second_id, verdict, kinds, reason, first_application_id,
         second_application_id, settled_by, settled_for, settled_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        verdict.id,
        verdict.firstId,
        verdict.secondId,
        verdict.verdict,
        verdict.kinds,
        verdict.reason,
        verdict.firstApplicationId,
        verdict.secondApplicationId,
        verdict.settledBy,
        verdict.settledFor,
        verdict.settledAt,
      ],
    );
  }

  /** Of all that is alike between two persons: settled is what a word knew of, also where its giver does not see it. */
  async settle(ctx: Ctx, { firstId, secondId, kinds }: VerdictRow): Promise<void> {
    await withSystemRights(ctx, () =>
      ctx.tx.query(
        `update application_matches m set settled = m.kinds <@ $3::text[] from applications a, applications o
         where a.id = m.application_id and o.id = m.other_id
           and ((a.applicant_id = $1 and o.applicant_id = $2) or (a.applicant_id = $2 and o.applicant_id = $1))`,
        [firstId, secondId, kinds],
      ),
    );
  }

  /** Other applications of these persons, in any of these states, for a stay in the time of this application's. */
  async atTheSameTime(
    ctx: Ctx,
    applicationId: Id,
    persons: readonly Id[],
    states: readonly ApplicationState[],
  ): Promise<Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select o.id from applications a join calls c on c.id = a.call_id
         join applications o on o.applicant_id = any ($2) and o.id <> a.id
         join calls oc on oc.id = o.call_id
       where a.id = $1 and a.state = any ($3) and o.state = any ($3)
         and daterange(c.stay_from, c.stay_until, '[]') && daterange(oc.stay_from, oc.stay_until, '[]')
       order by o.submitted_at desc, o.id limit ${MOST_MATCHES}`,
      [applicationId, persons, states],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Whether somebody worked on a file of another person's as an official, in a panel, or on an appeal of theirs. Needs the
   * rights of the system.
   */
  async hadAHand(ctx: Ctx, personId: Id, applicantId: Id): Promise<boolean> {
    const [row] = await ctx.tx.query<{ had: boolean }[]>(
      `select exists (select from applications a
         left join nominations n on n.application_id = a.id
         left join decisions d on d.subject_kind = 'application' and d.subject_id = a.id
         left join decision_sides s on s.decision_id = d.id
       where (a.applicant_id = $2 or $2 = any (a.co_applicants)) and ($1 = any (a.prepared_by) or $1 = any (coalesce(d.preparers, '{}'))
         or $1 in (n.proposed_by, n.proposed_for, n.answered_by, n.answered_for, s.decided_by)
         or exists (select from review_assignments r where r.application_id = a.id and r.reviewer_id = $1)
         or exists (select from review_discussion_entries r where r.application_id = a.id and r.author_id = $1)
         or exists (select from review_summaries r where r.application_id = a.id and r.author_id = $1)
         or exists (select from interviews i join interview_notes r on r.interview_id = i.id
           where i.application_id = a.id and r.author_id = $1)
         or exists (select from appeals p left join appeal_members r on r.appeal_id = p.id and r.person_id = $1
           where p.application_id = a.id and (r.declared_at is not null or $1 in (p.admitted_by, p.decided_by)))
         -- Whatever else was done to it in an office; what those do who apply together stands beside it.
         or exists (select from audit_entries e where e.subject_kind = 'application' and e.subject_id = a.id::text
           and e.actor_id = $1 and e.actor_id <> a.applicant_id and e.action not like 'co_applicant.%'))) as had`,
      [personId, applicantId],
    );
    return row?.had ?? false;
  }

  /**
   * Two accounts became one: the applications of the one are the other's, and between them there is nothing to settle any
   * more. What makes them like those of others is settled by what was said of the account that they are of now. Needs the
   * rights of the system.
   */
  async moveAccount(ctx: Ctx, keptId: Id, joinedId: Id): Promise<void> {
    await ctx.tx.query(
      `update applications set applicant_id = $1, moved_from = coalesce(moved_from, $2), version = version + 1
       where applicant_id = $2`,
      [keptId, joinedId],
    );
    await ctx.tx.query('update nominations set person_id = $1 where person_id = $2', [keptId, joinedId]);
    await ctx.tx.query('update thread_reads set person_id = $1 where person_id = $2', [keptId, joinedId]);
    await ctx.tx.query(
      `delete from application_matches m using applications a, applications o
       where a.id = m.application_id and o.id = m.other_id and a.applicant_id = $1 and o.applicant_id = $1`,
      [keptId],
    );
    await ctx.tx.query(
      `update application_matches m
       set settled = coalesce(m.kinds <@ ${KNOWN_KINDS('a.applicant_id', 'o.applicant_id')}, false)
       from applications a, applications o
       where a.id = m.application_id and o.id = m.other_id and $1 in (a.applicant_id, o.applicant_id)`,
      [keptId],
    );
  }

  /** Of these persons every application that the actor may see, the youngest first. */
  async applicationsOf(ctx: Ctx, persons: readonly Id[]): Promise<Id[]> {
    if (persons.length === 0) return [];
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from applications where applicant_id = any ($1) and number is not null
       order by submitted_at desc, id limit ${MOST_MATCHES}`,
      [persons],
    );
    return rows.map(({ id }) => id);
  }
}

function strongestFirst(kinds: readonly LikenessKind[]): readonly LikenessKind[] {
  return LIKENESS_KINDS.filter((kind) => kinds.includes(kind));
}
