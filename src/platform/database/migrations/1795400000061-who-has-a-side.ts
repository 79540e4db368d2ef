import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';

/**
 * Who has a side of a decision: whoever began its review, whoever was named to decide in the place of those who are bound,
 * and who is bound to it. And what the clock told of it.
 */
export class WhoHasASide1795400000061 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table decision_sides
        add column held_by uuid references persons,
        add column delegate_id uuid references persons,
        -- Who declared themselves bound; why stands in decision_recusals.
        add column recused uuid[] not null default '{}',
        -- By the clock, of this promise.
        add column reminded_at timestamptz,
        add column overdue_at timestamptz,
        -- Since when nobody of the side is left who could decide, as it was told.
        add column blocked_at timestamptz,
        add check (state <> 'pending' or held_by is null),
        add check (delegate_id is null or not delegate_id = any (recused));
      create index decision_sides_by_holder on decision_sides (held_by) where held_by is not null;
      create index decision_sides_by_delegate on decision_sides (delegate_id) where delegate_id is not null;

      create table decision_recusals (
        decision_id uuid not null,
        country text not null references countries,
        person_id uuid not null references persons,
        reason_code text not null check (reason_code in ('family', 'supervision', 'joint_work', 'institution', 'interest', 'other')),
        recused_at timestamptz not null,
        primary key (decision_id, country, person_id),
        foreign key (decision_id, country) references decision_sides
      );
      comment on table decision_recusals is 'personal';
      create index decision_recusals_by_person on decision_recusals (person_id);
      create index decision_recusals_by_country on decision_recusals (country);
      revoke update, delete, truncate on decision_recusals from most_app;
      alter table decision_recusals enable row level security;
      alter table decision_recusals force row level security;
      -- Why somebody is bound is told to their own side and to the commission; that they are stands on the side.
      create policy read on decision_recusals for select using (
        ${SYSTEM} or person_id = ${ME} or country = any ((select actor_officer_of())::text[])
        or exists (select from decisions d where d.id = decision_id and (d.home_country = any ((select actor_commission_of())::text[])
          or d.host_country = any ((select actor_commission_of())::text[]))));
      create policy declare on decision_recusals for insert with check (
        ${SYSTEM} or (person_id = ${ME} and country = any ((select actor_officer_of())::text[])
          and exists (select from decisions d where d.id = decision_id)));

      -- The officers of a side whom nothing keeps from deciding: whom their policy would let, asked of those who are not there.
      create function officers_free_for(decision uuid, of_country text, instant timestamptz) returns setof uuid
        language plpgsql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      begin
        return query select distinct g.person_id from decisions d
          join decision_sides s on s.decision_id = d.id and s.country = of_country
          join role_grants g on g.role = 'ministry_officer' and g.country = of_country
          cross join lateral ties_of_person(g.person_id, instant) t
          cross join lateral (select array_prepend(g.person_id, coalesce((select array_agg(a.acting_for)
            from grants_in_force(g.person_id, instant) a where a.acting_for is not null), '{}')) as people) hands
          where d.id = decision
            and g.id in (select f.id from grants_in_force(g.person_id, instant) f)
            and not d.preparers && hands.people and not s.recused && hands.people
            and not exists (select from decision_sides o where o.decision_id = d.id and o.country <> of_country
              and o.decided_by = any (hands.people))
            and not coalesce(d.about_persons && t.persons, false)
            and not coalesce(d.barred_institutions && t.institutions, false);
      end $$;
      revoke execute on function officers_free_for from public;
      grant execute on function officers_free_for to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function officers_free_for;
      drop table decision_recusals;
      alter table decision_sides drop column held_by, drop column delegate_id, drop column recused,
        drop column reminded_at, drop column overdue_at, drop column blocked_at;
    `);
  }
}
