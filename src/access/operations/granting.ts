import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { Actor, GrantedRole } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { RoleGrants } from '../data/role-grants.js';
import type { GrantRecord } from '../data/role-grants.js';
import { NO_SCOPE, incompatibility, needsConfirmation, scopeFieldsOf } from '../domain/delegation.js';
import type { GrantScope } from '../domain/delegation.js';
import type { GrantState, RoleFacts } from '../domain/roles.policy.js';

export const REASON_MAX = 1000;
const DAY_MS = 86_400_000;

/** A role that somebody is to have: where, why and for how long. */
export interface WantedRole {
  readonly role: GrantedRole;
  readonly scope: Partial<GrantScope>;
  /** Told to the person, and kept. */
  readonly reason: string;
  /** Absent: at once. */
  readonly validFrom?: Date | null | undefined;
  /** Absent: until it is revoked. */
  readonly validUntil?: Date | null | undefined;
}

/** The same, checked and complete. */
export interface CheckedRole {
  readonly role: GrantedRole;
  readonly scope: GrantScope;
  readonly reason: string;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
}

export interface Granted {
  readonly id: Id;
  readonly state: GrantState;
}

/** Whose word a grant stands on. */
interface Grounds {
  readonly personId: Id;
  readonly grantedBy: Id;
  /** The grant that is lent to a deputy. */
  readonly origin: GrantRecord | null;
}

const SCOPE_FIELDS = Object.keys(NO_SCOPE) as (keyof GrantScope)[];

/** What all ways to a grant have in common: granting, taking up an invitation, settling a proposal, appointing a deputy. */
@Injectable()
export class Granting {
  constructor(
    private readonly grants: RoleGrants,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** @throws DomainError `invalid` with every field that is wrong */
  async check(ctx: Ctx, wanted: WantedRole): Promise<{ checked: CheckedRole; facts: RoleFacts }> {
    const scope: GrantScope = { ...NO_SCOPE, ...wanted.scope };
    const { needs, takes } = scopeFieldsOf(wanted.role);
    const problems: FieldProblem[] = [
      ...needs.filter((field) => !scope[field]).map((field) => ({ field, problem: 'required_choice' })),
      ...SCOPE_FIELDS.filter((field) => scope[field] && !needs.includes(field) && !takes.includes(field)).map(
        (field) => ({ field, problem: 'not_in_list' }),
      ),
    ];
    const known = await this.grants.scope(ctx, scope);
    if (known.unknown && problems.length === 0)
      problems.push({ field: known.unknown, problem: 'not_in_list' });
    const { reason, validFrom, validUntil, problems: others } = checkedTerms(ctx, wanted);
    problems.push(...others);
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
    const checked = { role: wanted.role, scope, reason, validFrom, validUntil };
    return { checked, facts: this.facts(ctx.actor, checked, known) };
  }

  /** Enters the grant, tells it, and answers the state that it begins in. The caller has asked the policy. */
  async enter(ctx: Ctx, { role, scope, ...terms }: CheckedRole, grounds: Grounds): Promise<Granted> {
    const { personId, grantedBy, origin } = grounds;
    await this.requireCompatible(ctx, personId, { role, ...scope, actingFor: origin?.personId ?? null });
    const now = ctx.clock.now();
    const id = newId(now);
    const pending = origin === null && needsConfirmation(role);
    await this.grants.insert(ctx, {
      id,
      personId,
      role,
      ...scope,
      ...terms,
      grantedBy,
      createdAt: now,
      deputyOf: origin?.id ?? null,
      actingFor: origin?.personId ?? null,
      needsConfirmation: pending,
      confirmedBy: null,
      confirmedAt: null,
      revokedBy: null,
      revokedAt: null,
      revokeReason: null,
    });
    const upcoming: GrantState = terms.validFrom > now ? 'upcoming' : 'in_force';
    const state: GrantState = pending ? 'pending' : upcoming;
    await this.audit.record(ctx, {
      action: origin ? 'role.deputy_appointed' : 'role.granted',
      subject: { kind: 'person', id: personId },
      data: {
        grant: id,
        role,
        state,
        ...told(scope),
        ...(origin ? { acting_for: origin.personId } : {}),
        // Taken up by the invited: the word is the inviter's.
        ...(grantedBy === ctx.actor.personId ? {} : { granted_by: grantedBy }),
      },
    });
    await this.outbox.emit(ctx, {
      type: pending ? 'role.awaits_confirmation' : 'role.granted',
      subject: { kind: 'person', id: personId },
      payload: { grant: id, role, as: origin ? 'deputy' : 'own' },
    });
    return { id, state };
  }

  /**
   * @throws DomainError `conflict`: `role_already_held`, or why the role does not go with what the person holds
   */
  async requireCompatible(
    ctx: Ctx,
    personId: Id,
    asked: GrantScope & {
      readonly id?: Id;
      readonly role: GrantedRole;
      readonly actingFor: Id | null;
    },
  ): Promise<void> {
    const held = (await this.grants.heldBy(ctx, personId)).filter(({ id }) => id !== asked.id);
    const same = held.some(
      (grant) =>
        grant.role === asked.role &&
        SCOPE_FIELDS.every((field) => grant[field] === asked[field]) &&
        // Whoever has a role of their own is no deputy in it; but one may be a deputy and be given it.
        (grant.actingFor === asked.actingFor || (asked.actingFor !== null && grant.actingFor === null)),
    );
    if (same) throw new DomainError('conflict', { reason: 'role_already_held' });
    const reason = incompatibility(held, asked);
    if (reason) throw new DomainError('conflict', { reason });
  }

  private facts(
    actor: Actor,
    { role, scope }: CheckedRole,
    known: Pick<RoleFacts, 'institutionCountry' | 'callCountries'>,
  ): RoleFacts {
    return {
      state: 'in_force',
      role,
      institutionId: scope.institutionId,
      institutionCountry: known.institutionCountry,
      country: scope.country,
      callCountries: known.callCountries,
      personId: null,
      // Whoever asks would be the one who granted it.
      grantedBy: actor.personId,
      actingFor: null,
    };
  }
}

/** Reason, beginning and end, with all that is wrong with them. */
export function checkedTerms(
  ctx: Ctx,
  wanted: Pick<WantedRole, 'reason' | 'validFrom' | 'validUntil'>,
): Pick<CheckedRole, 'reason' | 'validFrom' | 'validUntil'> & { readonly problems: readonly FieldProblem[] } {
  const now = ctx.clock.now();
  const reason = wanted.reason.trim();
  const validUntil = wanted.validUntil ?? null;
  const problems: FieldProblem[] = [...reasonProblems(reason)];
  const from = wanted.validFrom ?? now;
  // A form asks for a day: the beginning of today, in whichever zone, means now.
  if (from.getTime() < now.getTime() - DAY_MS) problems.push({ field: 'validFrom', problem: 'date_in_past' });
  const validFrom = from < now ? now : from;
  if (validUntil && validUntil <= now) problems.push({ field: 'validUntil', problem: 'date_in_past' });
  else if (validUntil && validUntil <= validFrom) {
    problems.push({ field: 'validUntil', problem: 'end_before_start' });
  }
  return { reason, validFrom, validUntil, problems };
}

export function reasonProblems(reason: string): readonly FieldProblem[] {
  if (!reason.trim()) return [{ field: 'reason', problem: 'required' }];
  if (reason.length > REASON_MAX) {
    return [{ field: 'reason', problem: 'too_long', values: { max: REASON_MAX } }];
  }
  return [];
}

/** @throws DomainError `invalid` */
export function requireReason(reason: string): string {
  const fields = reasonProblems(reason);
  if (fields.length > 0) throw new DomainError('invalid', { fields });
  return reason.trim();
}

/** What of a scope is said, for the record. */
export function told(scope: GrantScope): Readonly<Record<string, string>> {
  return Object.fromEntries(
    SCOPE_FIELDS.flatMap((field) => {
      const value = scope[field];
      return value === null ? [] : [[field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]];
    }),
  );
}
