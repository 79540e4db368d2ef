import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { GRANTS } from './role-grants.js';

type Row = Readonly<Record<string, string | boolean | null | Date>>;

/** Whatever this room holds about one person, for that person: their name in all forms, their ways in, their roles. No secret is in it. */
export interface OwnRecordView {
  readonly person: Row;
  readonly identities: readonly Row[];
  readonly passkeys: readonly Row[];
  readonly roles: readonly Row[];
  readonly proposedRoles: readonly Row[];
  readonly conflicts: readonly Row[];
}

@Injectable()
export class OwnRecord {
  async of({ tx, clock }: Ctx, personId: Id): Promise<OwnRecordView> {
    const rows = (sql: string, values: readonly unknown[] = [personId]) => tx.query<Row[]>(sql, [...values]);
    const [person] = await rows(
      `select id, country, native_given as "nativeGiven", native_family as "nativeFamily",
         native_language as "nativeLanguage", latin_given as "latinGiven", latin_family as "latinFamily",
         passport_given as "passportGiven", passport_family as "passportFamily", email, language,
         home_institution_id as "homeInstitutionId", created_at as "createdAt"
       from persons where id = $1`,
    );
    return {
      person: person ?? {},
      identities: await rows(
        `select provider_key as provider, issuer, subject, email, created_at as "createdAt",
           last_sign_in_at as "lastSignInAt" from identities where person_id = $1 order by created_at, issuer, subject`,
      ),
      passkeys: await rows(
        `select label, synced, created_at as "createdAt", last_used_at as "lastUsedAt", removed_at as "removedAt",
           remove_reason as "removeReason" from passkeys where person_id = $1 order by created_at, id`,
      ),
      // Of whoever gave or ended a role the office stands on the pages; who it was is another person's matter.
      roles: await rows(
        `select r.id, r.role, r.state, r.institution_id as "institutionId", r.country, r.side, r.unit_id as "unitId",
           r.call_id as "callId", r.reason, r.acting_for is not null as deputy, r.created_at as "createdAt",
           r.valid_from as "validFrom", r.valid_until as "validUntil", r.confirmed_at as "confirmedAt",
           r.revoked_at as "revokedAt", r.revoke_reason as "revokeReason"
         from ${GRANTS('$2::timestamptz')} r where r.person_id = $1 order by r.created_at, r.id`,
        [personId, clock.now()],
      ),
      proposedRoles: await rows(
        `select id, role, institution_id as "institutionId", provider_key as provider, claim, proposed_at as "proposedAt",
           settled_at as "settledAt" from role_proposals where person_id = $1 order by proposed_at, id`,
      ),
      // That there is one, and not with whom: the other is somebody else.
      conflicts: await rows(
        `select id, kind, application_id as "applicationId", declared_at as "declaredAt", lifted_at as "liftedAt",
           lift_reason as "liftReason" from conflict_declarations where person_id = $1 order by declared_at, id`,
      ),
    };
  }
}
