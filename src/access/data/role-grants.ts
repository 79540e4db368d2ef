import { Injectable } from '@nestjs/common';
import type { Grant, GrantedRole } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { AskedGrant, GrantScope } from '../domain/delegation.js';
import type { InvitationFacts, PersonFacts, RoleFacts } from '../domain/roles.policy.js';
import { RoleGrantEntity } from './role-grant.entity.js';
import type { RoleInvitationEntity } from './role-invitation.entity.js';

/** A grant with what the policy asks of it. */
export interface GrantRecord extends RoleFacts, GrantScope {
  readonly id: Id;
  readonly role: GrantedRole;
  readonly personId: Id;
  readonly reason: string;
  readonly createdAt: Date;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
  readonly needsConfirmation: boolean;
  readonly confirmedBy: Id | null;
  readonly confirmedAt: Date | null;
  readonly revokedBy: Id | null;
  readonly revokedAt: Date | null;
  readonly revokeReason: string | null;
  readonly deputyOf: Id | null;
}

export interface InvitationRecord
  extends
    InvitationFacts,
    GrantScope,
    Pick<
      RoleInvitationEntity,
      | 'id'
      | 'email'
      | 'language'
      | 'deputyOf'
      | 'reason'
      | 'validFrom'
      | 'validUntil'
      | 'createdAt'
      | 'expiresAt'
      | 'acceptedAt'
      | 'acceptedBy'
      | 'withdrawnAt'
      | 'grantId'
    > {
  readonly role: GrantedRole;
}

export interface ProposalRecord extends RoleFacts {
  readonly id: Id;
  readonly role: GrantedRole;
  readonly personId: Id;
  readonly institutionId: Id;
  readonly providerKey: string;
  readonly claim: string;
  readonly proposedAt: Date;
}

const CALL_COUNTRIES = (alias: string) => `coalesce((
  select array_agg(distinct c.code) from call_directions d
  cross join lateral (values (d.home_country), (d.host_country)) as c (code) where d.call_id = ${alias}.call_id), '{}')`;

/**
 * Grants as a table of a query, with the state that they have at `instant` (a parameter of the query) and what relations
 * ask for. A deputy's ends with the grant that was lent.
 */
export const GRANTS = (instant: string) => `(
  select g.*, i.country as institution_country, ${CALL_COUNTRIES('g')} as call_countries,
    case
      when g.revoked_at is not null or g.valid_until <= ${instant} then 'ended'
      when g.deputy_of is not null and not exists (
        select from grants_in_force(g.acting_for, ${instant}) origin where origin.id = g.deputy_of) then 'ended'
      when g.needs_confirmation and g.confirmed_at is null then 'pending'
      when g.valid_from > ${instant} then 'upcoming'
      else 'in_force'
    end as state
  from role_grants g left join institutions i on i.id = g.institution_id)`;

export const INVITATIONS = (instant: string) => `(
  select v.*, i.country as institution_country, ${CALL_COUNTRIES('v')} as call_countries,
    case
      when v.withdrawn_at is not null then 'withdrawn'
      when v.accepted_at is not null then 'accepted'
      when v.expires_at <= ${instant} then 'expired'
      else 'open'
    end as state
  from role_invitations v left join institutions i on i.id = v.institution_id)`;

/** With the columns that a grant has, because the same relations are asked of both. */
export const PROPOSALS = `(
  select p.*, i.country as institution_country, null::text as country, null::uuid as call_id, null::uuid as acting_for,
    null::uuid as granted_by, case when p.settled_at is null then 'pending' else 'ended' end as state
  from role_proposals p join institutions i on i.id = p.institution_id)`;

const SCOPE = `r.role, r.institution_id as "institutionId", r.institution_country as "institutionCountry",
  r.unit_id as "unitId", r.side, r.country, r.call_id as "callId", r.call_countries as "callCountries",
  r.panel_id as "panelId"`;
export const GRANT_COLUMNS = `r.id, r.person_id as "personId", ${SCOPE}, r.state, r.reason, r.created_at as "createdAt",
  r.valid_from as "validFrom", r.valid_until as "validUntil", r.granted_by as "grantedBy",
  r.needs_confirmation as "needsConfirmation", r.confirmed_by as "confirmedBy", r.confirmed_at as "confirmedAt",
  r.revoked_by as "revokedBy", r.revoked_at as "revokedAt", r.revoke_reason as "revokeReason",
  r.deputy_of as "deputyOf", r.acting_for as "actingFor"`;
export const INVITATION_COLUMNS = `r.id, r.email, r.language, ${SCOPE}, r.state, r.deputy_of as "deputyOf", r.reason,
  r.valid_from as "validFrom", r.valid_until as "validUntil", r.invited_by as "invitedBy", r.created_at as "createdAt",
  r.expires_at as "expiresAt", r.accepted_at as "acceptedAt", r.accepted_by as "acceptedBy",
  r.withdrawn_at as "withdrawnAt", r.grant_id as "grantId"`;
export const PROPOSAL_COLUMNS = `r.id, r.person_id as "personId", r.role, r.institution_id as "institutionId",
  r.institution_country as "institutionCountry", null as country, '{}'::text[] as "callCountries", r.state,
  null as "grantedBy", null as "actingFor", r.provider_key as "providerKey", r.claim, r.proposed_at as "proposedAt"`;

/** What is known of a scope before anything is granted in it. */
interface KnownScope {
  readonly institutionCountry: CountryCode | null;
  readonly callCountries: readonly CountryCode[];
  /** The first field that names nothing that is there. */
  readonly unknown: keyof GrantScope | null;
}

/** The rows of grants, invitations and proposals, as the actor may see them. */
@Injectable()
export class RoleGrants {
  /** @throws DomainError `not_found` */
  async grant(ctx: Ctx, id: Id, lock = false): Promise<GrantRecord> {
    if (!isId(id)) throw new DomainError('not_found');
    if (lock) await ctx.tx.query('select from role_grants where id = $1 for update', [id]);
    const [grant] = await ctx.tx.query<GrantRecord[]>(
      `select ${GRANT_COLUMNS} from ${GRANTS('$2::timestamptz')} r where r.id = $1`,
      [id, ctx.clock.now()],
    );
    if (!grant) throw new DomainError('not_found');
    return grant;
  }

  /** @throws DomainError `not_found` */
  async invitation(ctx: Ctx, id: Id, lock = false): Promise<InvitationRecord> {
    if (!isId(id)) throw new DomainError('not_found');
    if (lock) await ctx.tx.query('select from role_invitations where id = $1 for update', [id]);
    const [invitation] = await ctx.tx.query<InvitationRecord[]>(
      `select ${INVITATION_COLUMNS} from ${INVITATIONS('$2::timestamptz')} r where r.id = $1`,
      [id, ctx.clock.now()],
    );
    if (!invitation) throw new DomainError('not_found');
    return invitation;
  }

  /** @throws DomainError `not_found` */
  async proposal(ctx: Ctx, id: Id): Promise<ProposalRecord> {
    if (!isId(id)) throw new DomainError('not_found');
    await ctx.tx.query('select from role_proposals where id = $1 for update', [id]);
    const [proposal] = await ctx.tx.query<ProposalRecord[]>(
      `select ${PROPOSAL_COLUMNS} from ${PROPOSALS} r where r.id = $1`,
      [id],
    );
    if (!proposal) throw new DomainError('not_found');
    return proposal;
  }

  /** Looks a scope up: its country or countries, and whether everything that it names is there. */
  async scope(
    ctx: Ctx,
    { institutionId, unitId, country, callId, panelId }: GrantScope,
  ): Promise<KnownScope> {
    const [row] = await ctx.tx.query<
      {
        institutionCountry: CountryCode | null;
        callCountries: CountryCode[];
        unit: boolean;
        country: boolean;
        call: boolean;
        panel: boolean;
      }[]
    >(
      `select (select country from institutions where id = $1) as "institutionCountry",
         exists (select from institution_units where id = $2 and institution_id = $1 and closed_at is null) as unit,
         exists (select from countries where code = $3) as country,
         exists (select from calls where id = $4) as call,
         exists (select from review_panels where id = $5 and call_id = $4) as panel,
         ${CALL_COUNTRIES('asked')} as "callCountries"
       from (select $4::uuid as call_id) asked`,
      [institutionId, unitId, country, callId, panelId],
    );
    const missing: readonly (readonly [keyof GrantScope, boolean])[] = [
      ['institutionId', institutionId !== null && !row?.institutionCountry],
      ['unitId', unitId !== null && !row?.unit],
      ['country', country !== null && !row?.country],
      ['callId', callId !== null && !row?.call],
      ['panelId', panelId !== null && !row?.panel],
    ];
    return {
      institutionCountry: row?.institutionCountry ?? null,
      callCountries: row?.callCountries ?? [],
      unknown: missing.find(([, isMissing]) => isMissing)?.[0] ?? null,
    };
  }

  /**
   * Every role of a person that has not ended, also those that the actor does not see: whether two go together is asked of
   * all of them. One act at a time asks, until it has committed.
   */
  async heldBy(ctx: Ctx, personId: Id): Promise<readonly GrantRecord[]> {
    await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`roles of ${personId}`]);
    return withSystemRights(ctx, () =>
      ctx.tx.query<GrantRecord[]>(
        `select ${GRANT_COLUMNS} from ${GRANTS('$2::timestamptz')} r where r.person_id = $1 and r.state <> 'ended'`,
        [personId, ctx.clock.now()],
      ),
    );
  }

  /** Grants in force of somebody else than the actor: whether they still may do what they began. */
  async inForce(ctx: Ctx, personId: Id): Promise<readonly Grant[]> {
    return ctx.tx.query<Grant[]>(
      `select id, role, institution_id as "institutionId", country, unit_id as "unitId", side, call_id as "callId",
         panel_id as "panelId", acting_for as "actingFor" from grants_in_force($1, $2)`,
      [personId, ctx.clock.now()],
    );
  }

  /** The one person with exactly this address among those whom the actor may see; nobody where it is not one. */
  async personByAddress(ctx: Ctx, email: string): Promise<Id | null> {
    const found = await ctx.tx.query<{ id: Id }[]>(
      'select id from persons where lower(email) = lower($1) limit 2',
      [email],
    );
    return found.length === 1 ? (found[0]?.id ?? null) : null;
  }

  /** Whether the actor sees such a person at all. */
  async isSeen(ctx: Ctx, personId: Id): Promise<boolean> {
    if (!isId(personId)) return false;
    const rows = await ctx.tx.query<unknown[]>('select from persons where id = $1', [personId]);
    return rows.length > 0;
  }

  async insert(ctx: Ctx, grant: RoleGrantEntity): Promise<void> {
    await ctx.tx.insert(RoleGrantEntity, grant);
  }

  /** What the policy asks of a person, of all their grants, whoever asks. */
  async personFacts(ctx: Ctx, personId: Id): Promise<PersonFacts> {
    const rows = await withSystemRights(ctx, () =>
      ctx.tx.query<(AskedGrant & { readonly office: boolean })[]>(
        `select r.role, r.institution_id as "institutionId", r.institution_country as "institutionCountry", r.country,
           r.call_countries as "callCountries", exists (select from offices_of($1) o where o.id = r.id) as office
         from ${GRANTS('$2::timestamptz')} r where r.person_id = $1`,
        [personId, ctx.clock.now()],
      ),
    );
    return { state: 'known', personId, grants: rows, offices: rows.filter(({ office }) => office) };
  }
}
