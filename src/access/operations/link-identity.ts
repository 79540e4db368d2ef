import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { authorise } from '../../platform/database/authorise.js';
import { HttpLog } from '../../platform/http/http-log.js';
import { Sessions } from '../../platform/http/sessions.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { standardClaims } from '../../shared/identity-provider.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { IdentityEntity } from '../data/identity.entity.js';
import { accountPolicy } from '../domain/account.policy.js';
import { hasIdleOffice } from '../domain/passkey-rules.js';
import { MOST_IDENTITIES } from '../domain/identities.js';
import { JoinAccounts } from './join-accounts.js';
import type { VouchedIdentity } from './provider-answer.js';

/** One way in which a person signs in. */
export interface LinkedIdentity {
  /** Names the identity without telling as whom the provider knows the person. */
  readonly handle: string;
  readonly providerKey: string;
  readonly email: string | null;
  readonly since: Date;
  readonly lastSignInAt: Date;
  /** Whether the session that asks began with it. */
  readonly current: boolean;
}

/** By which identity the session that asks was signed in. */
interface SignedInBy {
  readonly provider: string;
  readonly subject: string;
}

/**
 * Several ways for one person to sign in. They are joined only by the person, who signs in at both; an equal address
 * joins nobody. Joining raises no right: a second factor counts for the sign-in in which it was shown.
 */
@Injectable()
export class LinkIdentity {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
    private readonly sessions: Sessions,
    private readonly log: HttpLog,
    private readonly joins: JoinAccounts,
  ) {}

  /** The identities of whoever acts, the oldest first. */
  async own(ctx: Ctx, signedIn: SignedInBy): Promise<readonly LinkedIdentity[]> {
    const identities = await this.of(ctx, ownPerson(ctx, 'account.read'));
    return identities.map((identity) => ({
      handle: handleOf(identity),
      providerKey: identity.providerKey,
      email: identity.email,
      since: identity.createdAt,
      lastSignInAt: identity.lastSignInAt,
      current: isCurrent(identity, signedIn),
    }));
  }

  /**
   * Joins an identity to the person who acts. Answers whether it is new; where it is of another account that they were asked
   * to join, which that is: they have proved now that it is theirs. Throws `conflict`: `identity_of_another` when it is
   * somebody else's, `too_many_identities`.
   */
  link(
    request: RequestContext,
    provider: IdentityProviderEntry,
    identity: VouchedIdentity,
  ): Promise<'linked' | 'known' | { readonly otherAccount: Id }> {
    const { issuer, subject } = identity;
    return this.database.transaction(request, async (ctx) => {
      const personId = ownPerson(ctx, 'account.change');
      // Against a first sign-in with it at the same moment, and against a second link of the same person.
      for (const key of [JSON.stringify([issuer, subject]), `identities ${personId}`]) {
        await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [key]);
      }
      const owner = await withSystemRights(ctx, () => ctx.tx.findOneBy(IdentityEntity, { issuer, subject }));
      if (owner?.personId === personId) return 'known';
      if (owner && (await this.joins.askedOf(ctx, owner.personId))) return { otherAccount: owner.personId };
      if (owner) throw new DomainError('conflict', { reason: 'identity_of_another' });
      if ((await this.of(ctx, personId)).length >= MOST_IDENTITIES) {
        throw new DomainError('conflict', {
          reason: 'too_many_identities',
          values: { max: MOST_IDENTITIES },
        });
      }
      const now = ctx.clock.now();
      const { email, email_verified: verified } = standardClaims(provider, identity.claims);
      const usable = provider.requireVerifiedEmail !== true || verified === true || verified === 'true';
      await ctx.tx.insert(IdentityEntity, {
        issuer,
        subject,
        personId,
        providerKey: provider.key,
        email: usable && typeof email === 'string' ? email.trim() || null : null,
        createdAt: now,
        lastSignInAt: now,
      });
      await this.note(ctx, 'identity.linked', personId, provider.key);
      await this.tell(ctx, 'identity.linked', personId, provider.key);
      return 'linked';
    });
  }

  /** Notes that somebody wanted to join an identity and it was not done. */
  async refused(request: RequestContext, provider: string, reason: string): Promise<void> {
    const { requestId } = request;
    this.log.logger.warn({ provider, fault: reason, requestId }, 'a further sign-in refused');
    const { personId } = request.actor;
    if (personId === null) return;
    await this.database.transaction(request, (ctx) =>
      this.note(ctx, 'identity.link_refused', personId, provider, reason),
    );
  }

  /**
   * Takes an identity away, and ends the sessions that began with it. Throws `not_found`; `conflict`: `last_identity`,
   * because nobody could sign in any more, `identity_in_use` when the session that asks began with it.
   */
  async unlink(request: RequestContext, handle: string, signedIn: SignedInBy): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const personId = ownPerson(ctx, 'account.change');
      await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`identities ${personId}`]);
      const identities = await this.of(ctx, personId);
      const identity = identities.find((candidate) => handleOf(candidate) === handle);
      if (!identity) throw new DomainError('not_found');
      if (identities.length === 1) throw new DomainError('conflict', { reason: 'last_identity' });
      if (isCurrent(identity, signedIn)) throw new DomainError('conflict', { reason: 'identity_in_use' });
      const { issuer, subject, providerKey } = identity;
      await ctx.tx.delete(IdentityEntity, { issuer, subject });
      await withSystemRights(ctx, () =>
        this.sessions.endAtProvider(ctx, providerKey, { subject, session: null }),
      );
      await this.note(ctx, 'identity.unlinked', personId, providerKey);
      await this.tell(ctx, 'identity.unlinked', personId, providerKey);
    });
  }

  private of(ctx: Ctx, personId: Id): Promise<IdentityEntity[]> {
    return ctx.tx.find(IdentityEntity, { where: { personId }, order: { createdAt: 'asc', subject: 'asc' } });
  }

  /** By mail too: perhaps it was not them. */
  private async tell(ctx: Ctx, type: string, personId: Id, provider: string): Promise<void> {
    await this.outbox.emit(ctx, { type, subject: { kind: 'person', id: personId }, payload: { provider } });
  }

  private note(ctx: Ctx, action: string, personId: Id, provider: string, reason?: string): Promise<void> {
    return this.audit.record(ctx, {
      action,
      subject: { kind: 'person', id: personId },
      data: reason === undefined ? { provider } : { provider, reason },
    });
  }
}

function ownPerson(ctx: Ctx, action: 'account.read' | 'account.change'): Id {
  const { personId } = ctx.actor;
  if (personId === null) throw new DomainError('not_signed_in');
  // Whoever got hold of one factor of an official must not give themselves a way in that stays.
  if (action === 'account.change' && hasIdleOffice(ctx.actor)) {
    throw new DomainError('forbidden', { reason: 'second_factor_needed' });
  }
  authorise(ctx, accountPolicy, action, { state: 'open', personId }, 'account.read');
  return personId;
}

function isCurrent(identity: IdentityEntity, signedIn: SignedInBy): boolean {
  return identity.providerKey === signedIn.provider && identity.subject === signedIn.subject;
}

function handleOf({ issuer, subject }: IdentityEntity): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex');
}
