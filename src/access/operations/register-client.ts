import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { sqlState } from '../../platform/database/sql-state.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { scopesForClients } from '../domain/api-scopes.js';
import { clientsPolicy } from '../domain/clients.policy.js';
import { PolicyRegistry } from '../domain/policy-registry.js';
import { BearerTokens } from './bearer-tokens.js';

/** At most so long: whoever still needs it then says so again. */
const LONGEST_YEARS = 2;
const UNIQUE_VIOLATION = '23505';

export interface ClientToBe {
  readonly institutionId: Id;
  readonly name: string;
  /** One of the issuers whose tokens the API takes. */
  readonly issuer: string;
  /** Under which id that issuer knows the system: `client_id`, and `sub` of the tokens that it gets for itself. */
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly validUntil: Date;
  readonly reason: string;
}

/** Lets another system of an institution act for it, within scopes and for a time. */
@Injectable()
export class RegisterClient {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly policies: PolicyRegistry,
    private readonly tokens: BearerTokens,
  ) {}

  /**
   * @throws DomainError `not_found` or `forbidden` for an institution that is not the actor's to open, `invalid` with the
   * fields that are wrong, `conflict` (`client_registered`) where the system is let in already, by whomever
   */
  async run(request: RequestContext, wanted: ClientToBe): Promise<Id> {
    try {
      return await this.database.transaction(request, (ctx) => this.register(ctx, wanted));
    } catch (error) {
      if (sqlState(error) === UNIQUE_VIOLATION)
        throw new DomainError('conflict', { reason: 'client_registered' });
      throw error;
    }
  }

  private async register(ctx: Ctx, wanted: ClientToBe): Promise<Id> {
    const { institutionId } = wanted;
    const country = await countryOf(ctx, institutionId);
    authorise(
      ctx,
      clientsPolicy,
      'client.register',
      { state: 'in_force', institutionId, country },
      'client.read',
    );
    const fields = this.problemsOf(wanted, ctx.clock.now());
    if (fields.length > 0) throw new DomainError('invalid', { fields });
    const now = ctx.clock.now();
    // One whose time ran out stands in nobody's way, whoever had registered it.
    await withSystemRights(ctx, () =>
      ctx.tx.query(
        `update integration_clients set revoked_at = $3
         where issuer = $1 and subject = $2 and revoked_at is null and valid_until <= $3`,
        [wanted.issuer, wanted.subject, now],
      ),
    );
    const id = newId(now);
    await ctx.tx.query(
      `insert into integration_clients (id, institution_id, name, issuer, subject, scopes, reason, granted_by, created_at,
         valid_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        id,
        institutionId,
        wanted.name,
        wanted.issuer,
        wanted.subject,
        [...new Set(wanted.scopes)].sort(),
        wanted.reason,
        ctx.actor.personId,
        now,
        wanted.validUntil,
      ],
    );
    await this.audit.record(ctx, {
      action: 'client.registered',
      subject: { kind: 'client', id },
      data: {
        institution: institutionId,
        scopes: [...wanted.scopes],
        until: wanted.validUntil.toISOString(),
      },
    });
    return id;
  }

  private problemsOf(wanted: ClientToBe, now: Date): readonly FieldProblem[] {
    const offered = scopesForClients(this.policies).map(({ scope }) => scope);
    const latest = new Date(now);
    latest.setUTCFullYear(latest.getUTCFullYear() + LONGEST_YEARS);
    const problems: FieldProblem[] = [];
    const refuse = (field: keyof ClientToBe, problem: string, values?: FieldProblem['values']) =>
      problems.push({ field, problem, ...(values ? { values } : {}) });
    for (const [field, max] of [
      ['name', 120],
      ['subject', 200],
      ['reason', 1000],
    ] as const) {
      if (wanted[field].trim() === '') refuse(field, 'required');
      else if (wanted[field].length > max) refuse(field, 'too_long', { max });
    }
    if (!this.tokens.issuers().includes(wanted.issuer)) refuse('issuer', 'not_in_list');
    if (wanted.scopes.length === 0) refuse('scopes', 'required_choice');
    else if (wanted.scopes.some((scope) => !offered.includes(scope))) refuse('scopes', 'not_in_list');
    if (wanted.validUntil <= now) refuse('validUntil', 'date_in_past');
    else if (wanted.validUntil > latest) refuse('validUntil', 'at_most_years', { years: LONGEST_YEARS });
    return problems;
  }
}

async function countryOf(ctx: Ctx, institutionId: Id): Promise<CountryCode> {
  if (!isId(institutionId)) throw new DomainError('not_found');
  const [institution] = await ctx.tx.query<{ country: CountryCode }[]>(
    'select country from institutions where id = $1',
    [institutionId],
  );
  if (!institution) throw new DomainError('not_found');
  return institution.country;
}
