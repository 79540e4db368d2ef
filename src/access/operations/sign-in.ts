import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Database } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import { HttpLog } from '../../platform/http/http-log.js';
import type { SessionLimits, SignedIn } from '../../platform/http/session-data.js';
import { SYSTEM } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import { standardClaims } from '../../shared/identity-provider.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { IdentityEntity } from '../data/identity.entity.js';
import { People } from '../data/people.js';
import { PersonEntity } from '../data/person.entity.js';
import { readClaims } from '../domain/identity-claims.js';
import type { IdentityClaims } from '../domain/identity-claims.js';
import { hasIdleOffice } from '../domain/passkey-rules.js';
import { hadSecondFactor } from '../domain/second-factor.js';
import { sessionLimits } from '../domain/session-limits.js';
import type { VouchedIdentity } from './provider-answer.js';
import { ProposeFromAffiliation } from './propose-from-affiliation.js';
import { VouchedInstitutions } from './vouched-institutions.js';

export interface SignInOutcome {
  readonly signedIn: SignedIn;
  readonly limits: SessionLimits;
  readonly language: Language;
  /** Whether they hold an office that does nothing until a second factor is shown. */
  readonly idleOffice: boolean;
}

/** Knows a person by (issuer, subject), or makes their acquaintance; an equal e-mail address joins nobody. */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly people: People,
    private readonly institutions: VouchedInstitutions,
    private readonly proposals: ProposeFromAffiliation,
    private readonly log: HttpLog,
  ) {}

  /**
   * Throws `forbidden`: `identity_incomplete` when the provider does not say who it is, `email_unverified` when it did not
   * verify the address of somebody new and its entry asks for that, `identity_of_another` when it is not who `expected`
   * names, of whom a further sign-in was asked.
   */
  async withIdentity(
    request: RequestContext,
    provider: IdentityProviderEntry,
    identity: VouchedIdentity,
    expected: Id | null = null,
  ): Promise<SignInOutcome> {
    const said = standardClaims(provider, identity.claims);
    const claims = readClaims(identity.issuer, identity.subject, said);
    if (!claims) throw new DomainError('forbidden', { reason: 'identity_incomplete' });
    const secondFactor = hadSecondFactor(said, provider.secondFactorValues);
    // Nobody has signed in yet: the application itself looks for the person.
    return this.database.transaction({ ...request, actor: SYSTEM }, async (ctx) => {
      // Two first sign-ins at once must not make two people.
      await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        JSON.stringify([claims.issuer, claims.subject]),
      ]);
      const known = await this.recognise(ctx, provider, claims);
      if (expected !== null && known !== expected) {
        throw new DomainError('forbidden', { reason: 'identity_of_another' });
      }
      const personId = known ?? (await this.meet(ctx, provider, claims));
      await this.proposals.run(ctx, { personId, provider, affiliations: claims.affiliations });
      const person = await this.people.withGrants(ctx, personId);
      if (!person) throw new Error('the person who signed in is gone');
      await this.audit.record(ctx, {
        action: 'person.signed_in',
        subject: { kind: 'person', id: personId },
        data: { provider: provider.key, secondFactor },
      });
      const signedIn = {
        personId,
        provider: provider.key,
        subject: identity.subject,
        providerSession: identity.session,
        secondFactor,
        at: ctx.clock.now().getTime(),
        idToken: identity.idToken,
      };
      return {
        signedIn,
        limits: sessionLimits(person.grants),
        language: person.language,
        idleOffice: hasIdleOffice({ grants: person.grants, secondFactor }),
      };
    });
  }

  /** Notes that somebody came back from a provider and was not let in: what is wrong, and nothing that was said. */
  async refused(request: RequestContext, providerKey: string, reason: string): Promise<void> {
    const { requestId } = request;
    this.log.logger.warn({ provider: providerKey, fault: reason, requestId }, 'sign-in refused');
    await this.database.transaction({ ...request, actor: SYSTEM }, (ctx) =>
      this.audit.record(ctx, {
        action: 'person.sign_in_refused',
        subject: { kind: 'identity_provider', id: providerKey },
        data: { reason },
      }),
    );
  }

  private async recognise(
    ctx: Ctx,
    provider: IdentityProviderEntry,
    claims: IdentityClaims,
  ): Promise<Id | null> {
    const { issuer, subject, email } = claims;
    const identity = await ctx.tx.findOneBy(IdentityEntity, { issuer, subject });
    if (!identity) return null;
    const lastSignInAt = ctx.clock.now();
    if (!mayWriteTo(provider, claims)) {
      // The address from before stays: to this one nobody has proved that it is theirs.
      await ctx.tx.update(IdentityEntity, { issuer, subject }, { lastSignInAt });
      return identity.personId;
    }
    // The address that the person never changed here follows the provider's.
    if (identity.email !== null && identity.email !== email)
      await ctx.tx.update(PersonEntity, { id: identity.personId, email: identity.email }, { email });
    await ctx.tx.update(IdentityEntity, { issuer, subject }, { email, lastSignInAt });
    return identity.personId;
  }

  private async meet(ctx: Ctx, provider: IdentityProviderEntry, claims: IdentityClaims): Promise<Id> {
    if (!mayWriteTo(provider, claims)) throw new DomainError('forbidden', { reason: 'email_unverified' });
    const now = ctx.clock.now();
    const id = newId(now);
    const language = claims.language ?? ctx.language;
    await ctx.tx.insert(PersonEntity, {
      id,
      country: provider.country,
      nativeFamily: claims.family,
      nativeGiven: claims.given,
      nativeLanguage: language,
      email: claims.email,
      language,
      homeInstitutionId: claims.homeDomain
        ? await this.institutions.byDomain(ctx, provider, claims.homeDomain)
        : null,
      createdAt: now,
    });
    await ctx.tx.insert(IdentityEntity, {
      issuer: claims.issuer,
      subject: claims.subject,
      personId: id,
      providerKey: provider.key,
      email: claims.email,
      createdAt: now,
      lastSignInAt: now,
    });
    await this.audit.record(ctx, {
      action: 'person.created',
      subject: { kind: 'person', id },
      data: { provider: provider.key, country: provider.country },
    });
    return id;
  }
}

/** Whether mails may go to the address: its owner is known, or the provider's entry does not ask for that. */
function mayWriteTo(provider: IdentityProviderEntry, claims: IdentityClaims): boolean {
  return claims.emailVerified || provider.requireVerifiedEmail !== true;
}
