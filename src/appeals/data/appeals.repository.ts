import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { contentHash } from '../../shared/content-hash.js';
import type { Hashable } from '../../shared/content-hash.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { OPEN_APPEALS } from '../domain/appeal.states.js';
import type { AppealFacts } from '../domain/appeals.policy.js';
import { appealsPolicy } from '../domain/appeals.policy.js';
import type { Candidate } from '../domain/who-may-sit.js';
import { AppealMemberRow } from './appeal-member.entity.js';
import { AppealVoteRow } from './appeal-vote.entity.js';
import { AppealWordsRow } from './appeal-words.entity.js';
import { AppealRow } from './appeal.entity.js';

/** An appeal with what the policy must know of it. */
export interface AppealRecordRow {
  readonly appeal: AppealRow;
  readonly facts: AppealFacts;
}

const FACTS = `select p.state, p.application_id as "applicationId", p.applicant_id as "applicantId", a.co_authors as "coAuthors", p.call_id as "callId", p.home_country as "homeCountry",
  (select coalesce(array_agg(distinct v.country order by v.country), '{}') from call_directions d
    cross join lateral (values (d.home_country), (d.host_country)) v (country) where d.call_id = p.call_id) as countries,
  seats.members, seats.declared, seats."headId",
  (select coalesce(array_agg(v.person_id), '{}') from appeal_votes v where v.appeal_id = p.id) as voted,
  a.home_institution_id as "homeInstitutionId", a.host_institution_id as "hostInstitutionId",
  a.independent_assessment as "independentAssessment"
  from appeals p join applications a on a.id = p.application_id
  cross join lateral (select coalesce(array_agg(m.person_id), '{}') as members,
    coalesce(array_agg(m.person_id) filter (where m.declared_at is not null), '{}') as declared,
    (array_agg(m.person_id) filter (where m.head))[1] as "headId"
    from appeal_members m where m.appeal_id = p.id and m.removed_at is null) seats
  where p.id = $1`;

/**
 * Whoever may sit by their role, with what stands against it. Whoever did anything to the application in an office, had it to
 * assess, spoke of it in its panel or with its applicant for it, made a list of its call or spoke in a decision on either of
 * them took part.
 */
const CANDIDATES = `with roles as (
    select g.person_id as id, min(coalesce(g.country, p.country)) as country
    from role_grants g join persons p on p.id = g.person_id
    where ((g.role = 'commission_member' and g.country = any ($2))
        or (g.role = 'reviewer' and g.call_id = $3 and g.panel_id is null))
      and g.acting_for is null
      and exists (select from grants_in_force(g.person_id, $4) held where held.id = g.id)
    group by g.person_id)
  select r.id as "personId", r.country,
    person_is_bound_to(r.id, a.id, $4) as bound,
    (exists (select from review_assignments v where v.application_id = a.id and v.reviewer_id = r.id
        and v.state not in ('declined', 'replaced'))
      or exists (select from review_discussion_entries v where v.application_id = a.id and v.author_id = r.id)
      or exists (select from review_summaries v where v.application_id = a.id and v.author_id = r.id)
      or exists (select from review_summary_answers v where v.application_id = a.id and v.member_id = r.id)
      or exists (select from interviews v where v.application_id = a.id and (
        exists (select from interview_notes n where n.interview_id = v.id and n.author_id = r.id)
        or (v.state = 'held' and exists (select from interview_slot_members n where n.slot_id = v.slot_id
          and n.person_id = r.id and n.active))))
      or exists (select from audit_entries e where e.subject_kind = 'application' and e.subject_id = a.id::text
        and e.actor_id = r.id and e.actor_id <> a.applicant_id)
      or exists (select from nominations n where n.application_id = a.id and r.id = n.proposed_by)
      or exists (select from allocation_lists l where l.call_id = a.call_id and r.id in (l.made_by, l.published_by))
      or exists (select from decision_sides s join decisions d on d.id = s.decision_id
        where s.decided_by = r.id and ((d.subject_kind = 'application' and d.subject_id = a.id)
          or (d.subject_kind = 'selection_list'
            and d.subject_id in (select l.id from allocation_lists l where l.call_id = a.call_id))))) as "tookPart"
  from roles r join applications a on a.id = $1
  order by r.country, r.id`;

@Injectable()
export class AppealsRepository {
  async find(ctx: Ctx, id: string): Promise<AppealRecordRow> {
    const appeal = isId(id) ? await ctx.tx.findOneBy(AppealRow, { id }) : null;
    if (!appeal) throw new DomainError('not_found');
    return { appeal, facts: await this.factsOf(ctx, appeal.id) };
  }

  /** Locked until the transaction ends, whoever may look. */
  async lock(ctx: Ctx, id: string): Promise<AppealRecordRow> {
    if (isId(id)) {
      await withSystemRights(ctx, () => ctx.tx.query('select from appeals where id = $1 for update', [id]));
    }
    return this.find(ctx, id);
  }

  /** What the policy compares is the truth of the table, and not what the actor sees of it. */
  async factsOf(ctx: Ctx, id: Id): Promise<AppealFacts> {
    const [facts] = await withSystemRights(ctx, () => ctx.tx.query<AppealFacts[]>(FACTS, [id]));
    if (!facts) throw new DomainError('not_found');
    return facts;
  }

  /** Of an application, the newest first, as far as the actor sees them. */
  ofApplication(ctx: Ctx, applicationId: Id): Promise<AppealRow[]> {
    return ctx.tx.find(AppealRow, { where: { applicationId }, order: { createdAt: 'DESC', id: 'DESC' } });
  }

  /** All that the actor may read but what they are writing themselves: what is open first, the soonest due before. */
  list(ctx: Ctx, limit: number): Promise<AppealRow[]> {
    return ctx.tx
      .createQueryBuilder(AppealRow, 'p')
      .where(appealsPolicy.filter(ctx.actor, 'appeal.read', 'p'))
      .andWhere("p.state <> 'draft'")
      .orderBy("case when p.state in ('lodged', 'panel') then 0 else 1 end", 'ASC')
      .addOrderBy("case p.state when 'lodged' then p.admit_until else p.decide_until end", 'ASC')
      .addOrderBy('p.id', 'ASC')
      .limit(limit)
      .getMany();
  }

  /** How many wait for the actor to do something, counted no further than `limit`. */
  async countWaiting(ctx: Ctx, limit: number): Promise<number> {
    const acts = ['appeal.admit', 'appeal.declare', 'appeal.vote', 'appeal.decide'];
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from (select from appeals p
         where p.applicant_id is distinct from $1 and (${acts
           .map((action) => appealsPolicy.filter(ctx.actor, action, 'p'))
           .join(' or ')}) limit $2) found`,
      [ctx.actor.personId, limit],
    );
    return row?.count ?? 0;
  }

  /** Of a call, those of which something is still to be said. Needs the rights of the system. */
  open(ctx: Ctx, callId: Id): Promise<AppealRow[]> {
    return ctx.tx.find(AppealRow, { where: { callId, state: In(OPEN_APPEALS) } });
  }

  /** Everybody whose role lets them sit. Needs the rights of the system. */
  candidates(ctx: Ctx, { applicationId, callId }: AppealRow, countries: readonly CountryCode[]) {
    return ctx.tx.query<Candidate[]>(CANDIDATES, [applicationId, countries, callId, ctx.clock.now()]);
  }

  members(ctx: Ctx, appealId: Id): Promise<AppealMemberRow[]> {
    return ctx.tx.find(AppealMemberRow, {
      where: { appealId, removedAt: IsNull() },
      order: { head: 'DESC', seatedAt: 'ASC', personId: 'ASC' },
    });
  }

  votes(ctx: Ctx, appealId: Id): Promise<AppealVoteRow[]> {
    return ctx.tx.find(AppealVoteRow, { where: { appealId }, order: { givenAt: 'ASC', personId: 'ASC' } });
  }

  async words(ctx: Ctx, appealId: Id): Promise<ReadonlyMap<AppealWordsRow['kind'], AppealWordsRow>> {
    const rows = await ctx.tx.findBy(AppealWordsRow, { appealId });
    return new Map(rows.map((row) => [row.kind, row]));
  }

  async say(ctx: Ctx, words: AppealWordsRow): Promise<void> {
    await ctx.tx.save(AppealWordsRow, words);
  }

  async save(ctx: Ctx, appeal: AppealRow, change: Partial<AppealRow>): Promise<void> {
    await ctx.tx.update(AppealRow, { id: appeal.id }, change);
    Object.assign(appeal, change);
  }

  /** What stands now, before it is taken back. Needs the rights of the system. */
  async keepSnapshot(ctx: Ctx, appealId: Id, content: Hashable): Promise<string> {
    const hash = contentHash(content);
    await ctx.tx.query(
      'insert into appeal_snapshots (appeal_id, content, content_hash, taken_at) values ($1, $2, $3, $4)',
      [appealId, JSON.stringify(content), hash, ctx.clock.now()],
    );
    return hash;
  }
}
