import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { IdentityEntity } from '../data/identity.entity.js';
import { People } from '../data/people.js';
import { PersonEntity } from '../data/person.entity.js';
import { RoleGrants } from '../data/role-grants.js';
import { NO_SCOPE, incompatibility } from '../domain/delegation.js';
import { IdentityProviders } from './identity-providers.js';

export interface AdministratorToBe {
  readonly email: string;
  readonly given: string;
  readonly family: string;
  readonly country: CountryCode;
  /** Key of an identity provider and its id of the person; null for somebody who has signed in before. */
  readonly identity: { readonly provider: string; readonly subject: string } | null;
  readonly reason: string;
}

/** How many administrators do without the command line: one who grants, and one who confirms. */
const ENOUGH = 2;

/** The first administrators: nobody is there yet who could grant them the role, so the operator's command line does. */
@Injectable()
export class AppointAdministrator {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly people: People,
    private readonly providers: IdentityProviders,
    private readonly grants: RoleGrants,
  ) {}

  /**
   * @throws DomainError `not_found` (`country_unknown`, `provider_unknown`, `person_unknown`) or `conflict`
   * (`person_ambiguous`, `provider_of_another_country`,
   * `administrators_appoint_each_other`, or why the role does not go with those that the person holds)
   */
  run(
    request: RequestContext,
    wanted: AdministratorToBe,
  ): Promise<{ readonly personId: Id; readonly outcome: 'appointed' | 'already' }> {
    return this.database.transaction(request, async (ctx) => {
      await ctx.tx.query("select pg_advisory_xact_lock(hashtext('appoint-administrator'))");
      const [country] = await ctx.tx.query<object[]>('select from countries where code = $1', [
        wanted.country,
      ]);
      if (!country) throw new DomainError('not_found', { reason: 'country_unknown' });
      const personId = wanted.identity
        ? await this.byIdentity(ctx, wanted, wanted.identity)
        : await this.byAddress(ctx, wanted);
      const person = await this.people.withGrants(ctx, personId);
      if (person?.grants.some(({ role }) => role === 'programme_administrator')) {
        return { personId, outcome: 'already' as const };
      }
      await this.requireTooFewForFourEyes(ctx);
      const reason = incompatibility(await this.grants.heldBy(ctx, personId), {
        role: 'programme_administrator',
        country: null,
      });
      if (reason) throw new DomainError('conflict', { reason });
      const id = newId(ctx.clock.now());
      await this.grants.insert(ctx, {
        id,
        personId,
        role: 'programme_administrator',
        ...NO_SCOPE,
        reason: wanted.reason,
        grantedBy: null,
        createdAt: ctx.clock.now(),
        validFrom: ctx.clock.now(),
        validUntil: null,
        deputyOf: null,
        actingFor: null,
        needsConfirmation: false,
        confirmedBy: null,
        confirmedAt: null,
        revokedBy: null,
        revokedAt: null,
        revokeReason: null,
      });
      await this.audit.record(ctx, {
        action: 'role.granted',
        subject: { kind: 'person', id: personId },
        data: { grant: id, role: 'programme_administrator' },
      });
      return { personId, outcome: 'appointed' as const };
    });
  }

  /** Two administrators can appoint the third, and everybody after: then nobody is appointed without being seen by two. */
  private async requireTooFewForFourEyes(ctx: Ctx): Promise<void> {
    const administrators = await this.people.peopleWithRole(ctx, 'programme_administrator');
    if (administrators.length >= ENOUGH) {
      throw new DomainError('conflict', { reason: 'administrators_appoint_each_other' });
    }
  }

  private async byAddress(ctx: Ctx, { email, country }: AdministratorToBe): Promise<Id> {
    const found = await ctx.tx.query<{ id: Id }[]>(
      'select id from persons where lower(email) = lower($1) and country = $2 limit 2',
      [email, country],
    );
    const [person, another] = found;
    if (!person) throw new DomainError('not_found', { reason: 'person_unknown' });
    if (another) throw new DomainError('conflict', { reason: 'person_ambiguous' });
    return person.id;
  }

  private async byIdentity(
    ctx: Ctx,
    wanted: AdministratorToBe,
    identity: { readonly provider: string; readonly subject: string },
  ): Promise<Id> {
    const provider = this.providers.all().find(({ key }) => key === identity.provider);
    if (!provider) throw new DomainError('not_found', { reason: 'provider_unknown' });
    if (provider.country !== wanted.country) {
      throw new DomainError('conflict', { reason: 'provider_of_another_country' });
    }
    const known = await this.people.idByIdentity(ctx, provider.issuer, identity.subject);
    if (known) return known;
    const now = ctx.clock.now();
    const id = newId(now);
    const [country] = await ctx.tx.query<{ language: PersonEntity['language'] }[]>(
      'select language from countries where code = $1',
      [wanted.country],
    );
    const language = country?.language ?? ctx.language;
    await ctx.tx.insert(PersonEntity, {
      id,
      country: wanted.country,
      nativeFamily: wanted.family,
      nativeGiven: wanted.given,
      nativeLanguage: language,
      email: wanted.email,
      language,
      createdAt: now,
    });
    await ctx.tx.insert(IdentityEntity, {
      issuer: provider.issuer,
      subject: identity.subject,
      personId: id,
      providerKey: provider.key,
      email: wanted.email,
      createdAt: now,
      lastSignInAt: now,
    });
    await this.audit.record(ctx, {
      action: 'person.created',
      subject: { kind: 'person', id },
      data: { provider: provider.key, country: wanted.country },
    });
    return id;
  }
}
