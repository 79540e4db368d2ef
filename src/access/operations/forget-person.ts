import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Sessions } from '../../platform/http/sessions.js';
import type { Id } from '../../shared/ids.js';

/** Addresses that nobody has (RFC 2606), one for each that is gone. */
const NOWHERE = '@erased.invalid';

/** Whether the address is what an erasure left: nothing is sent there. */
export function isErased(email: string): boolean {
  return email.endsWith(NOWHERE);
}

/** Accounts lose their names, addresses and ways in. What a person did stays on record, as done by an id. */
@Injectable()
export class ForgetPerson {
  constructor(private readonly sessions: Sessions) {}

  /** Every account that was theirs: the one, and those that were joined to it, at however many removes. */
  async accountsOf(ctx: Ctx, personId: Id): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `with recursive accounts as (
         select id from persons where id = $1
         union select p.id from persons p join accounts a on p.joined_into = a.id)
       select id from accounts`,
      [personId],
    );
    return rows.map(({ id }) => id);
  }

  /** Whether an office is in force, or will be: it is given up first. */
  async holdsOffice(ctx: Ctx, persons: readonly Id[]): Promise<boolean> {
    const [row] = await ctx.tx.query<{ held: boolean }[]>(
      `select exists (select from role_grants where (person_id = any ($1) or acting_for = any ($1)) and revoked_at is null
         and (valid_until is null or valid_until > $2)) as held`,
      [persons, ctx.clock.now()],
    );
    return row?.held ?? false;
  }

  /**
   * Takes away whatever this room may change by itself. Answers how many rows by their table.
   * @param mark what stands where a name stood
   */
  async run(ctx: Ctx, persons: readonly Id[], mark: string): Promise<Readonly<Record<string, number>>> {
    const count = async (sql: string, values: readonly unknown[]) => {
      const [, rows] = await ctx.tx.query<[unknown[], number]>(sql, [...values]);
      return rows;
    };
    for (const id of persons) await this.sessions.endAllOf(ctx, id);
    return {
      identities: await count('delete from identities where person_id = any ($1)', [persons]),
      passkeys: await count('delete from passkeys where person_id = any ($1)', [persons]),
      passkey_challenges: await count('delete from passkey_challenges where person_id = any ($1)', [persons]),
      persons: await count(
        `update persons set native_family = $2, native_given = $2, native_language = 'und', latin_family = null,
           latin_given = null, passport_family = null, passport_given = null, email = id || '${NOWHERE}',
           home_institution_id = null, erased_at = $3 where id = any ($1)`,
        [persons, mark, ctx.clock.now()],
      ),
    };
  }

  /** Invitations to a role that went to one of these addresses, or that they took up. */
  async invitationsOf(ctx: Ctx, persons: readonly Id[]): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from role_invitations where accepted_by = any ($1)
         or lower(email) in (select lower(email) from persons where id = any ($1))`,
      [persons],
    );
    return rows.map(({ id }) => id);
  }
}
