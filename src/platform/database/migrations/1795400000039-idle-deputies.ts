import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Those whose role is awake: an office without its second factor is none. */
const awake = (column: string, condition: string) =>
  `array_agg(g.${column}) filter (where (scopes_of_person.second_factor or not r.second_factor) and (${condition}))`;
const coordinates = (of: 'institution' | 'unit', otherSide: 'home' | 'host') =>
  awake(
    `${of}_id`,
    `g.role = 'coordinator' and g.unit_id is ${of === 'unit' ? 'not null' : 'null'} and g.side is distinct from '${otherSide}'`,
  );

/**
 * A deputy stands for somebody also while their office rests for want of a second factor. Lists let them read, as a reviewer,
 * what the policy refused them as the deputy of its applicant: whoever left the second factor out saw more.
 */
export class IdleDeputies1795400000039 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create or replace function scopes_of_person(of_person uuid, second_factor boolean, instant timestamptz)
        returns actor_scopes language plpgsql stable as $$
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
        from grants_in_force(of_person, instant) g join roles r on r.role = g.role);
      end $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // Whoever stands for an applicant would read as their judge again.
    await db.query('do $$ begin raise exception $m$ separation of duties is not taken down $m$; end $$');
  }
}
