import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Settings } from '../../platform/config/settings.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { entryProblems, issuerKey, takenBy } from '../../shared/identity-provider.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ProviderVersions } from '../data/provider-versions.js';
import type { ProviderVersion } from '../data/provider-versions.js';
import { providersPolicy } from '../domain/providers.policy.js';
import { ProviderRegistry } from './provider-registry.js';

/** Characters of a reason, of any act on the register. */
export const LONGEST_REASON = 1000;

export interface ProviderProposal {
  /** As somebody typed or sent it; what is wrong with it is told by field. */
  readonly entry: unknown;
  /** Without a secret of its own the proposal takes over the one in force. */
  readonly keepSecret: boolean;
  readonly reason: string;
}

/** Proposes a provider, or another version of one; a second administrator brings it into force. */
@Injectable()
export class ProposeProvider {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly versions: ProviderVersions,
    private readonly registry: ProviderRegistry,
    private readonly settings: Settings,
  ) {}

  /**
   * @returns the id of the version
   * @throws DomainError `invalid` with the fields that are wrong, `conflict` (`proposal_waiting`) while another version of
   * the same provider waits
   */
  run(request: RequestContext, { entry, keepSecret, reason }: ProviderProposal): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      authorise(
        ctx,
        providersPolicy,
        'provider.propose',
        { state: 'proposed', proposedBy: null },
        'provider.read',
      );
      const open = await this.versions.lockOpen(ctx);
      const fields = [...entryProblems(entry, this.settings), ...reasonProblems(reason)];
      if (fields.length > 0) throw new DomainError('invalid', { fields });
      return this.propose(ctx, entry as IdentityProviderEntry, { open, keepSecret, reason: reason.trim() });
    });
  }

  private async propose(
    ctx: Ctx,
    candidate: IdentityProviderEntry,
    how: { readonly open: readonly ProviderVersion[]; readonly keepSecret: boolean; readonly reason: string },
  ): Promise<Id> {
    const { clientSecret, ...entry } = candidate;
    const earlier = (await this.versions.of(ctx, entry.key)).filter(({ confirmed }) => confirmed !== null);
    const before = earlier.find(({ state }) => state === 'in_force');
    const problems = await this.problemsInPlace(ctx, candidate, how.open, earlier);
    const id = newId(ctx.clock.now());
    const kept = clientSecret === undefined && how.keepSecret && before?.hasSecret === true;
    const secret = kept ? await this.secretOf(ctx, before.id) : (clientSecret ?? null);
    if (kept && secret === null) problems.push({ field: 'clientSecret', problem: 'provider_secret_again' });
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
    if (how.open.some(({ key, state }) => key === entry.key && state === 'proposed')) {
      throw new DomainError('conflict', { reason: 'proposal_waiting' });
    }
    await ctx.tx.query(
      `insert into identity_providers (id, key, country, entry, client_secret, reason, proposed_by, proposed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        id,
        entry.key,
        entry.country,
        JSON.stringify(entry),
        secret === null ? null : this.registry.seal(id, secret),
        how.reason,
        ctx.actor.personId,
        ctx.clock.now(),
      ],
    );
    await this.audit.record(ctx, {
      action: 'provider.proposed',
      subject: { kind: 'identity_provider', id: entry.key },
      data: {
        version: id,
        country: entry.country,
        issuer: entry.issuer,
        replaces: before?.id ?? null,
        secret: kept ? 'kept' : secret === null ? 'none' : 'new',
      },
    });
    return id;
  }

  /** What is wrong beside the other entries, and beside the versions that this provider had. */
  private async problemsInPlace(
    ctx: Ctx,
    entry: IdentityProviderEntry,
    open: readonly ProviderVersion[],
    earlier: readonly ProviderVersion[],
  ): Promise<FieldProblem[]> {
    const others = [
      ...this.registry.fromFile,
      ...open.filter(({ key }) => key !== entry.key).map((version) => version.entry),
    ];
    const problems: FieldProblem[] = [...takenBy(entry, others)];
    const [country] = await ctx.tx.query<object[]>('select from countries where code = $1', [entry.country]);
    if (!country) problems.push({ field: 'country', problem: 'provider_country' });
    // People are known by issuer and subject, and a kept secret must never be shown to another issuer.
    if (earlier.some((version) => issuerKey(version.entry.issuer) !== issuerKey(entry.issuer))) {
      problems.push({ field: 'issuer', problem: 'provider_issuer_fixed' });
    }
    return problems;
  }

  private async secretOf(ctx: Ctx, version: Id): Promise<string | null> {
    const sealed = await this.versions.sealedSecret(ctx, version);
    return sealed && this.registry.open(version, sealed);
  }
}

/** What is wrong with the reason that somebody gives for an act on the register. */
export function reasonProblems(reason: string): readonly FieldProblem[] {
  if (reason.trim() === '') return [{ field: 'reason', problem: 'required' }];
  return reason.length > LONGEST_REASON
    ? [{ field: 'reason', problem: 'too_long', values: { max: LONGEST_REASON } }]
    : [];
}
