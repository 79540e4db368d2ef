import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = "current_setting('most.actor_kind', true) = 'system'";
const own = (table: string) => `(${SYSTEM} or application_is_of_actor(${table}.application_id))`;

/**
 * Whoever only looks changes nothing: support and reviewers read rows that the wall does not let them write. For whom a
 * deputy nominated or answered is kept, because both of them prepared what is decided.
 */
export class FieldsAndUnits1795400000014 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table nominations
        add column proposed_for uuid references persons,
        add column answered_for uuid references persons,
        add check (proposed_for <> proposed_by),
        add check (answered_for <> answered_by);
      create index nominations_by_proposers_principal on nominations (proposed_for) where proposed_for is not null;
      create index nominations_by_answerers_principal on nominations (answered_for) where answered_for is not null;
    `);

    // The parties of a file write it, and not those who only look.
    await db.query(`
      create policy no_reader_inserts on applications as restrictive for insert with check (is_party_to(applications));
      create policy no_reader_updates on applications as restrictive for update
        using (is_party_to(applications)) with check (is_party_to(applications));
      create policy no_reader_deletes on applications as restrictive for delete using (is_party_to(applications));
    `);

    // What the applicant says nobody says for them.
    await db.query(`
      create function application_is_of_actor(application uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and a.applicant_id = actor_person());
      end $$;
    `);
    for (const table of ['application_sections', 'application_choices', 'application_submissions']) {
      await db.query(`
        create policy own_insert on ${table} as restrictive for insert with check (${own(table)});
        create policy own_update on ${table} as restrictive for update using (${own(table)}) with check (${own(table)});
        create policy own_delete on ${table} as restrictive for delete using (${own(table)});
      `);
    }
    await db.query(`
      create policy own_insert on uploads as restrictive for insert
        with check (${SYSTEM} or owner_id = (select actor_person()));
      create policy own_update on uploads as restrictive for update
        using (${SYSTEM} or owner_id = (select actor_person()))
        with check (${SYSTEM} or owner_id = (select actor_person()));
      create policy own_delete on uploads as restrictive for delete
        using (${SYSTEM} or owner_id = (select actor_person()));
    `);

    // An auditor reads who decided what. The sides are written by their ministries, and by whoever opens or answers.
    await db.query(`
      create function writes_decision(d decisions) returns boolean language plpgsql stable as $$
      begin
        return actor_is_system() or subject_is_visible(d.subject_kind, d.subject_id)
          or (d.subject_kind <> 'application' and (
            d.home_country = any (actor_officer_of()) or d.host_country = any (actor_officer_of())
            or 'programme_administrator' = any (actor_programme_roles())));
      end $$;
    `);
    for (const [table, writes] of [
      ['decisions', 'writes_decision(decisions)'],
      [
        'decision_sides',
        'exists (select from decisions d where d.id = decision_sides.decision_id and writes_decision(d))',
      ],
    ] as const) {
      await db.query(`
        create policy no_reader_inserts on ${table} as restrictive for insert with check (${writes});
        create policy no_reader_updates on ${table} as restrictive for update using (${writes}) with check (${writes});
        create policy no_reader_deletes on ${table} as restrictive for delete using (${SYSTEM});
      `);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of [
      'uploads',
      'application_sections',
      'application_choices',
      'application_submissions',
    ]) {
      await db.query(`
        drop policy own_insert on ${table};
        drop policy own_update on ${table};
        drop policy own_delete on ${table};
      `);
    }
    for (const table of ['applications', 'decisions', 'decision_sides']) {
      await db.query(`
        drop policy no_reader_inserts on ${table};
        drop policy no_reader_updates on ${table};
        drop policy no_reader_deletes on ${table};
      `);
    }
    await db.query(`
      drop function application_is_of_actor;
      drop function writes_decision;
      alter table nominations drop column proposed_for, drop column answered_for;
    `);
  }
}
