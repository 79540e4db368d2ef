import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Knows the truth of the tables: nobody is known to act yet. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";

const KNOWN = 'table (id uuid, name text, language text, grants json, ties json)';

/**
 * Who asks is looked for before any act begins, with each request: by one function, in one statement, whose plan each
 * connection keeps.
 */
export class KnownPeople1795400000058 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- A person with every role that is in force and what binds them. Whoever holds no role judges nothing, so that nothing
      -- is looked for that might sway them.
      create function known_person(of_person uuid, instant timestamptz) returns ${KNOWN} language plpgsql ${BEHIND} as $$
      declare
        held json;
      begin
        select json_agg(json_build_object('id', g.id, 'role', g.role, 'institutionId', g.institution_id,
            'country', g.country, 'unitId', g.unit_id, 'side', g.side, 'callId', g.call_id, 'panelId', g.panel_id,
            'actingFor', g.acting_for) order by g.valid_from, g.id)
          into held from grants_in_force(of_person, instant) g;
        return query select p.id, p.native_given || ' ' || p.native_family, p.language, coalesce(held, '[]'),
          case when held is null then '{"persons": [], "institutions": [], "applications": []}'::json else (
            select json_build_object('persons', coalesce(t.persons, '{}'), 'institutions', coalesce(t.institutions, '{}'),
              'applications', coalesce(t.applications, '{}'))
            from ties_of_person(of_person, instant) t) end
          from persons p where p.id = of_person;
      end $$;
      create function known_by_identity(of_issuer text, of_subject text, instant timestamptz) returns ${KNOWN}
        language plpgsql ${BEHIND} as $$
      declare
        found_person uuid;
      begin
        select i.person_id into found_person from identities i where i.issuer = of_issuer and i.subject = of_subject;
        return query select * from known_person(found_person, instant);
      end $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop function known_by_identity, known_person');
  }
}
