import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Knows the truth of the tables: nobody is known to act yet. */
const BEHIND = "security definer set search_path = public, pg_temp set most.actor_kind = 'system'";
/** As it is asked by whoever has no right to the table; those who have it take the rows into their own statement. */
const GRANTS = '(of_person uuid, instant timestamptz) returns setof role_grants';
const IN_FORCE = `
  select g.* from role_grants g
  where g.person_id = of_person and g.revoked_at is null and g.valid_from <= instant
    and (g.valid_until is null or g.valid_until > instant)
    and (not g.needs_confirmation or g.confirmed_at is not null)
    and (g.deputy_of is null or exists (select from role_grants origin where origin.id = g.deputy_of
      and origin.revoked_at is null and origin.valid_from <= instant
      and (origin.valid_until is null or origin.valid_until > instant)
      and (not origin.needs_confirmation or origin.confirmed_at is not null)))`;

const KNOWN = 'table (id uuid, name text, language text, grants json, ties json)';
const knownPerson = (grants: string) => `
  create or replace function known_person(of_person uuid, instant timestamptz) returns ${KNOWN} language plpgsql stable ${BEHIND} as $$
  declare
    held json;
  begin
    select json_agg(json_build_object('id', g.id, 'role', g.role, 'institutionId', g.institution_id,
        'country', g.country, 'unitId', g.unit_id, 'side', g.side, 'callId', g.call_id, 'panelId', g.panel_id,
        'actingFor', g.acting_for) order by g.valid_from, g.id)
      into held from ${grants}(of_person, instant) g;
    return query select p.id, p.native_given || ' ' || p.native_family, p.language, coalesce(held, '[]'),
      case when held is null then '{"persons": [], "institutions": [], "applications": []}'::json else (
        select json_build_object('persons', coalesce(t.persons, '{}'), 'institutions', coalesce(t.institutions, '{}'),
          'applications', coalesce(t.applications, '{}'))
        from ties_of_person(of_person, instant) t) end
      from persons p where p.id = of_person;
  end $$;
`;

/** Those whose role is awake: an office without its second factor is none. */
const awake = (column: string, condition: string) =>
  `array_agg(g.${column}) filter (where (scopes_of_person.second_factor or not r.second_factor) and (${condition}))`;
const coordinates = (of: 'institution' | 'unit', otherSide: 'home' | 'host') =>
  awake(
    `${of}_id`,
    `g.role = 'coordinator' and g.unit_id is ${of === 'unit' ? 'not null' : 'null'} and g.side is distinct from '${otherSide}'`,
  );
const scopesOfPerson = (grants: string) => `
  create or replace function scopes_of_person(of_person uuid, second_factor boolean, instant timestamptz)
    returns actor_scopes language plpgsql stable ${BEHIND} as $$
  begin
    return (select row(
      ${coordinates('institution', 'host')},
      ${coordinates('institution', 'home')},
      ${coordinates('unit', 'host')},
      ${coordinates('unit', 'home')},
      ${awake('country', "g.role = 'ministry_officer'")},
      ${awake('country', "g.role in ('commission_member', 'commission_secretary')")},
      ${awake('institution_id', "g.role = 'institution_administrator'")},
      ${awake('institution_id', "g.role = 'signatory'")},
      ${awake('call_id', "g.role = 'reviewer' and g.panel_id is null")},
      ${awake('panel_id', "g.role = 'reviewer' and g.panel_id is not null")},
      ${awake('role', "r.scope = 'programme'")},
      array_agg(g.acting_for) filter (where g.acting_for is not null))::actor_scopes
    from ${grants}(of_person, instant) g join roles r on r.role = g.role);
  end $$;
`;

const ofHands = `
    ties.persons := (select array_agg(distinct c.about_id) from conflict_declarations c
      where c.person_id = any (hands) and c.declared_at <= instant and (c.lifted_at is null or c.lifted_at > instant));
    ties.applications := (select array_agg(distinct c.application_id) from review_conflicts c
      where c.reviewer_id = any (hands) and c.binding and c.found_at <= instant
        and (c.ended_at is null or c.ended_at > instant) and (c.dismissed_at is null or c.dismissed_at > instant));
    return ties;`;

/**
 * Who somebody is and what they hold is asked with each request, and once more by the database as the act begins. Their
 * grants were looked for six times by a function within functions, and one of the statements was planned anew each time:
 * half of what the database did before it came to the question itself.
 */
export class GrantsReadOnce1795400000220 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Reads with the rights of its caller, so that it becomes a part of the caller's statement, whose plan is kept.
      create function grants_held_at${GRANTS} language sql stable as $$ ${IN_FORCE} $$;
      create or replace function grants_in_force${GRANTS} language plpgsql stable ${BEHIND} as $$
      begin
        return query select * from grants_held_at(of_person, instant);
      end $$;
      -- What binds a person binds whoever acts for them, which hardly anybody does.
      create or replace function ties_of_person(of_person uuid, instant timestamptz) returns actor_ties language plpgsql stable ${BEHIND} as $$
      declare
        ties actor_ties;
        others uuid[];
        hands uuid[];
      begin
        select array_agg(distinct institution) filter (where institution is not null),
            array_agg(acting_for) filter (where acting_for is not null)
          into ties.institutions, others
          from (select g.institution_id as institution, g.acting_for from grants_held_at(of_person, instant) g
            union all
            select p.home_institution_id, null from persons p where p.id = of_person) own;
        hands := array[of_person] || others;
        if others is not null then
          ties.institutions := (select array_agg(distinct institution) from (
            select unnest(ties.institutions) as institution
            union all
            select p.home_institution_id from persons p where p.id = any (others)
            union all
            select g.institution_id from unnest(others) other cross join lateral grants_held_at(other, instant) g) places
            where institution is not null);
        end if;
        ${ofHands}
      end $$;
    `);
    await db.query(knownPerson('grants_held_at'));
    await db.query(scopesOfPerson('grants_held_at'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(knownPerson('grants_in_force'));
    await db.query(scopesOfPerson('grants_in_force'));
    // Asked by whoever acts, as it was.
    await db.query('alter function scopes_of_person(uuid, boolean, timestamptz) security invoker reset all');
    await db.query(`
      create or replace function ties_of_person(of_person uuid, instant timestamptz) returns actor_ties language plpgsql stable ${BEHIND} as $$
      declare
        hands uuid[] := array[of_person];
        ties actor_ties;
      begin
        hands := hands || coalesce((select array_agg(g.acting_for) from grants_in_force(of_person, instant) g
          where g.acting_for is not null), '{}');
        ties.institutions := (select array_agg(distinct i) from (
          select p.home_institution_id as i from persons p where p.id = any (hands)
          union all
          select g.institution_id from unnest(hands) hand cross join lateral grants_in_force(hand, instant) g) places
          where i is not null);
        ${ofHands}
      end $$;
      create or replace function grants_in_force${GRANTS} language plpgsql stable ${BEHIND} as $$
      begin
        return query ${IN_FORCE};
      end $$;
      drop function grants_held_at(uuid, timestamptz);
    `);
  }
}
