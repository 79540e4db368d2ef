import { Injectable } from '@nestjs/common';
import type { ExchangeSide, GrantedRole } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import { decodeCursor, instantIn, pageOf } from '../../shared/cursor.js';
import type { Page } from '../../shared/cursor.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { Decision } from '../../shared/policy.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { invitationsPolicy, peoplePolicy, rolesPolicy } from '../domain/roles.policy.js';
import type { GrantState, InvitationState } from '../domain/roles.policy.js';
import {
  RoleGrants,
  GRANT_COLUMNS,
  GRANTS,
  INVITATION_COLUMNS,
  INVITATIONS,
  PROPOSAL_COLUMNS,
  PROPOSALS,
} from './role-grants.js';
import type { GrantRecord, InvitationRecord, ProposalRecord } from './role-grants.js';

/** What is called how in a scope; the institution's name is its register's matter (`AccessPorts.places`). */
interface ScopeNames {
  readonly unitName: LocalizedText | null;
  readonly callTitle: LocalizedText | null;
  readonly panelName: LocalizedText | null;
}

/** A grant as it is read, with everybody who had a hand in it and what the reader may do with it. */
export interface GrantView extends GrantRecord, ScopeNames {
  readonly personName: string;
  readonly personEmail: string;
  /** Null where the operator's command line gave it. */
  readonly grantedByName: string | null;
  readonly confirmedByName: string | null;
  readonly revokedByName: string | null;
  readonly actingForName: string | null;
  readonly may: { readonly confirm: Decision; readonly revoke: Decision; readonly deputise: Decision };
}

export interface InvitationView extends InvitationRecord, ScopeNames {
  readonly invitedByName: string;
  readonly acceptedByName: string | null;
  /** Of an invitation to be a deputy: for whom. */
  readonly actingForName: string | null;
  readonly may: { readonly withdraw: Decision };
}

export interface ProposalView extends ProposalRecord {
  readonly personName: string;
  readonly personEmail: string;
  readonly may: { readonly settle: Decision };
}

export interface PersonInScope {
  readonly id: Id;
  readonly name: string;
  readonly email: string;
  /** Those that the reader may see, ended ones too. */
  readonly grants: readonly GrantView[];
}

export interface GrantQuery {
  readonly personId?: Id | undefined;
  readonly institutionId?: Id | undefined;
  readonly country?: CountryCode | undefined;
  readonly callId?: Id | undefined;
  readonly role?: GrantedRole | undefined;
  readonly side?: ExchangeSide | undefined;
  readonly states?: readonly GrantState[] | undefined;
  /** A part of the bearer's name, or their whole address. */
  readonly q?: string | undefined;
  /** Those alone that have an end, and have it before this instant. */
  readonly endingBefore?: Date | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** Of whom or what the history is: a person's roles, or those of a place. */
export type HistoryOf =
  { readonly personId: Id } | { readonly institutionId: Id } | { readonly country: CountryCode };

const SCOPE_NAMES = `(select u.name from institution_units u where u.id = r.unit_id) as "unitName",
  (select c.title from calls c where c.id = r.call_id) as "callTitle",
  (select p.name from review_panels p where p.id = r.panel_id) as "panelName"`;

/** Whether a part of the name of a person `p` is `q`, or their whole address. */
const CALLED = (p: string, q: string) => `(lower(${p}.email) = lower(${q})
  or strpos(lower(${p}.native_family || ' ' || ${p}.native_given), lower(${q})) > 0
  or strpos(lower(${p}.native_given || ' ' || ${p}.native_family), lower(${q})) > 0
  or strpos(lower(coalesce(${p}.latin_given || ' ' || ${p}.latin_family, '')), lower(${q})) > 0)`;

type Bare<View, Names extends string> = Omit<View, Names | 'may'>;
type BareGrant = Bare<
  GrantView,
  'personName' | 'personEmail' | 'grantedByName' | 'confirmedByName' | 'revokedByName' | 'actingForName'
>;
type BareInvitation = Bare<InvitationView, 'invitedByName' | 'acceptedByName' | 'actingForName'>;

interface Known {
  readonly name: string;
  readonly email: string;
}

/** Roles, invitations and proposals in the reader's sight; what has ended stays readable. */
@Injectable()
export class RoleDirectory {
  constructor(private readonly records: RoleGrants) {}

  /** Grants, the youngest first. */
  async grants(ctx: Ctx, query: GrantQuery): Promise<Page<GrantView>> {
    const [at, id] = query.after ? decodeCursor(query.after, 2) : [];
    const rows = await ctx.tx.query<BareGrant[]>(
      `select ${GRANT_COLUMNS}, ${SCOPE_NAMES} from ${GRANTS('$1::timestamptz')} r
       where ${rolesPolicy.filter(ctx.actor, 'role.list', 'r')}
         and ($2::uuid is null or r.person_id = $2) and ($3::uuid is null or r.institution_id = $3)
         and ($4::text is null or r.country = $4) and ($5::uuid is null or r.call_id = $5)
         and ($6::text is null or r.role = $6) and ($7::text is null or r.side is null or r.side = $7)
         and ($8::text[] is null or r.state = any ($8))
         and ($9::timestamptz is null or (date_trunc('milliseconds', r.created_at), r.id) < ($9, $10::uuid))
         and ($12::text = '' or exists (select from persons p where p.id = r.person_id and ${CALLED('p', '$12')}))
         and ($13::timestamptz is null or r.valid_until < $13)
       order by date_trunc('milliseconds', r.created_at) desc, r.id desc limit $11`,
      [
        ctx.clock.now(),
        idOrNobody(query.personId),
        idOrNobody(query.institutionId),
        query.country ?? null,
        idOrNobody(query.callId),
        query.role ?? null,
        query.side ?? null,
        query.states ?? null,
        at === undefined ? null : instantIn(at),
        id === undefined ? null : cursorId(id),
        query.limit + 1,
        query.q?.trim() ?? '',
        query.endingBefore ?? null,
      ],
    );
    const views = await this.grantViews(ctx, rows);
    return pageOf(
      views,
      query.limit,
      (view) => [view.createdAt.toISOString(), view.id],
      (view) => view,
    );
  }

  /** Deputies that a person appointed and whose time has not passed, the youngest first. */
  async lentBy(ctx: Ctx, personId: Id): Promise<readonly GrantView[]> {
    const rows = await ctx.tx.query<BareGrant[]>(
      `select ${GRANT_COLUMNS}, ${SCOPE_NAMES} from ${GRANTS('$1::timestamptz')} r
       where r.acting_for = $2 and r.state <> 'ended' and ${rolesPolicy.filter(ctx.actor, 'role.list', 'r')}
       order by r.created_at desc, r.id desc`,
      [ctx.clock.now(), personId],
    );
    return this.grantViews(ctx, rows);
  }

  /** @throws DomainError `not_found` */
  async grant(ctx: Ctx, id: Id): Promise<GrantView> {
    if (!isId(id)) throw new DomainError('not_found');
    const rows = await ctx.tx.query<BareGrant[]>(
      `select ${GRANT_COLUMNS}, ${SCOPE_NAMES} from ${GRANTS('$1::timestamptz')} r
       where r.id = $2 and ${rolesPolicy.filter(ctx.actor, 'role.read', 'r')}`,
      [ctx.clock.now(), id],
    );
    const [view] = await this.grantViews(ctx, rows);
    if (!view) throw new DomainError('not_found');
    return view;
  }

  /** What waits for the reader as the second administrator, the oldest first. */
  async toConfirm(ctx: Ctx): Promise<readonly GrantView[]> {
    const rows = await ctx.tx.query<BareGrant[]>(
      `select ${GRANT_COLUMNS}, ${SCOPE_NAMES} from ${GRANTS('$1::timestamptz')} r
       where ${rolesPolicy.filter(ctx.actor, 'role.confirm', 'r')} order by r.created_at, r.id`,
      [ctx.clock.now()],
    );
    return this.grantViews(ctx, rows);
  }

  /** Everything there ever was, the youngest first: who granted, confirmed, revoked, when and why. */
  async history(ctx: Ctx, of: HistoryOf): Promise<readonly GrantView[]> {
    const all: GrantView[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page: Page<GrantView> = await this.grants(ctx, { ...of, limit: 200, after });
      all.push(...page.items);
      after = page.next;
    }
    return all;
  }

  /** People with a role in the reader's sight, in the order of their names; `q` is a part of a name or a whole address. */
  async people(
    ctx: Ctx,
    query: { readonly q?: string | undefined; readonly limit: number; readonly after?: string | undefined },
  ): Promise<Page<PersonInScope>> {
    const [name, id] = query.after ? decodeCursor(query.after, 2) : [];
    const q = query.q?.trim() ?? '';
    const rows = await ctx.tx.query<{ id: Id; name: string; email: string; key: string }[]>(
      `select p.id, p.native_given || ' ' || p.native_family as name, p.email, k.key from persons p
       cross join lateral (select p.native_family || ' ' || p.native_given as key) k
       where ${peoplePolicy.filter(ctx.actor, 'person.read_roles', 'p')}
         and exists (select from role_grants g where g.person_id = p.id and ${rolesPolicy.filter(ctx.actor, 'role.list', 'g')})
         and ($1 = '' or ${CALLED('p', '$1')})
         and ($2::text is null or (k.key, p.id) > ($2, $3::uuid))
       order by k.key, p.id limit $4`,
      [q, name ?? null, id === undefined ? null : cursorId(id), query.limit + 1],
    );
    const page = pageOf(
      rows,
      query.limit,
      (row) => [row.key, row.id],
      (row) => row,
    );
    const grants = await ctx.tx.query<BareGrant[]>(
      `select ${GRANT_COLUMNS}, ${SCOPE_NAMES} from ${GRANTS('$1::timestamptz')} r
       where r.person_id = any ($2) and ${rolesPolicy.filter(ctx.actor, 'role.list', 'r')}
       order by r.created_at desc, r.id desc`,
      [ctx.clock.now(), page.items.map((person) => person.id)],
    );
    const views = await this.grantViews(ctx, grants);
    return {
      next: page.next,
      items: page.items.map((person) => ({
        id: person.id,
        name: person.name,
        email: person.email,
        grants: views.filter(({ personId }) => personId === person.id),
      })),
    };
  }

  /** Invitations, the youngest first. */
  async invitations(
    ctx: Ctx,
    query: {
      readonly states?: readonly InvitationState[] | undefined;
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<Page<InvitationView>> {
    const [at, id] = query.after ? decodeCursor(query.after, 2) : [];
    const rows = await ctx.tx.query<BareInvitation[]>(
      `select ${INVITATION_COLUMNS}, ${SCOPE_NAMES} from ${INVITATIONS('$1::timestamptz')} r
       where ${invitationsPolicy.filter(ctx.actor, 'role.read_invitation', 'r')}
         and ($2::text[] is null or r.state = any ($2))
         and ($3::timestamptz is null or (r.created_at, r.id) < ($3, $4::uuid))
       order by r.created_at desc, r.id desc limit $5`,
      [
        ctx.clock.now(),
        query.states ?? null,
        at === undefined ? null : instantIn(at),
        id === undefined ? null : cursorId(id),
        query.limit + 1,
      ],
    );
    return pageOf(
      await this.invitationViews(ctx, rows),
      query.limit,
      (view) => [view.createdAt.toISOString(), view.id],
      (view) => view,
    );
  }

  /** @throws DomainError `not_found` */
  async invitation(ctx: Ctx, id: Id): Promise<InvitationView> {
    if (!isId(id)) throw new DomainError('not_found');
    const rows = await ctx.tx.query<BareInvitation[]>(
      `select ${INVITATION_COLUMNS}, ${SCOPE_NAMES} from ${INVITATIONS('$1::timestamptz')} r where r.id = $2`,
      [ctx.clock.now(), id],
    );
    const [view] = await this.invitationViews(ctx, rows);
    if (!view) throw new DomainError('not_found');
    return view;
  }

  /** What providers' claims propose and the reader may settle, the oldest first. */
  async proposals(ctx: Ctx): Promise<readonly ProposalView[]> {
    const rows = await ctx.tx.query<ProposalRecord[]>(
      `select ${PROPOSAL_COLUMNS} from ${PROPOSALS} r
       where ${rolesPolicy.filter(ctx.actor, 'role.settle_proposal', 'r')} order by r.proposed_at, r.id`,
    );
    const people = await this.known(
      ctx,
      rows.map(({ personId }) => personId),
    );
    return rows.map((row) => ({
      ...row,
      personName: people.get(row.personId)?.name ?? '',
      personEmail: people.get(row.personId)?.email ?? '',
      may: { settle: rolesPolicy.decide(ctx.actor, 'role.settle_proposal', row) },
    }));
  }

  /** Whether the reader answers for every office of this person, and so may let them enrol their passkeys anew. */
  async mayResetPasskeys(ctx: Ctx, personId: Id): Promise<Decision> {
    return peoplePolicy.decide(
      ctx.actor,
      'person.reset_passkeys',
      await this.records.personFacts(ctx, personId),
    );
  }

  private async grantViews(ctx: Ctx, rows: readonly BareGrant[]): Promise<GrantView[]> {
    const people = await this.known(
      ctx,
      rows.flatMap((row) => [row.personId, row.grantedBy, row.confirmedBy, row.revokedBy, row.actingFor]),
    );
    const nameOf = (id: Id | null) => (id === null ? null : (people.get(id)?.name ?? null));
    return rows.map((row) => ({
      ...row,
      personName: nameOf(row.personId) ?? '',
      personEmail: people.get(row.personId)?.email ?? '',
      grantedByName: nameOf(row.grantedBy),
      confirmedByName: nameOf(row.confirmedBy),
      revokedByName: nameOf(row.revokedBy),
      actingForName: nameOf(row.actingFor),
      may: {
        confirm: rolesPolicy.decide(ctx.actor, 'role.confirm', row),
        revoke: rolesPolicy.decide(ctx.actor, 'role.revoke', row),
        deputise: rolesPolicy.decide(ctx.actor, 'role.deputise', row),
      },
    }));
  }

  private async invitationViews(ctx: Ctx, rows: readonly BareInvitation[]): Promise<InvitationView[]> {
    const people = await this.known(
      ctx,
      rows.flatMap((row) => [row.invitedBy, row.acceptedBy]),
    );
    return rows.map((row) => ({
      ...row,
      invitedByName: people.get(row.invitedBy)?.name ?? '',
      acceptedByName: row.acceptedBy === null ? null : (people.get(row.acceptedBy)?.name ?? null),
      // Nobody lends a grant but whoever holds it.
      actingForName: row.deputyOf === null ? null : (people.get(row.invitedBy)?.name ?? null),
      may: { withdraw: invitationsPolicy.decide(ctx.actor, 'role.withdraw_invitation', row) },
    }));
  }

  /**
   * Names of those who had a hand in what the reader already reads: an act of an office has a name on it, also where the
   * reader could not look its bearer up.
   */
  private async known(ctx: Ctx, ids: readonly (Id | null)[]): Promise<ReadonlyMap<Id, Known>> {
    const wanted = [...new Set(ids.filter((id) => id !== null))];
    if (wanted.length === 0) return new Map();
    const rows = await withSystemRights(ctx, () =>
      ctx.tx.query<(Known & { readonly id: Id })[]>(
        `select id, native_given || ' ' || native_family as name, email from persons where id = any ($1)`,
        [wanted],
      ),
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}

/** No filter where none is asked for; what is no id is nobody's. */
function idOrNobody(id: Id | undefined): Id | null {
  if (id === undefined) return null;
  if (!isId(id)) throw new DomainError('not_found');
  return id;
}

function cursorId(part: string | number): Id {
  if (isId(part)) return part;
  throw new DomainError('invalid', { fields: [{ field: 'after', problem: 'cursor' }] });
}
