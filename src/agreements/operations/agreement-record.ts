import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { AgreementQuotaEntity } from '../data/agreement-quota.entity.js';
import { AgreementVersionEntity } from '../data/agreement-version.entity.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { AgreementEntity } from '../data/agreement.entity.js';
import { Agreements } from '../data/agreements.js';
import { agreementContent } from '../domain/agreement.js';
import type { AgreementContent, AgreementTerms, AgreementView, VersionView } from '../domain/agreement.js';
import { agreementStates, versionStates } from '../domain/agreement.states.js';
import type { AgreementFacts } from '../domain/agreements.policy.js';
import { carryOver, overdrawn, quotaKey } from '../domain/quota.js';

/** An agreement with a version that is being prepared or decided. */
export type OpenRecord = AgreementRecord & { readonly open: VersionView };

/** An agreement with the version that is being prepared or decided, if there is one. */
export interface AgreementRecord {
  readonly agreement: AgreementView;
  readonly open: VersionView | null;
}

/** @throws DomainError `wrong_state` where nothing is being prepared or decided */
export function requireOpen(record: AgreementRecord): OpenRecord {
  const { agreement, open } = record;
  if (!open) throw new DomainError('wrong_state');
  return { agreement, open };
}

/** Reads an agreement for an act and keeps its row and its versions in step. */
@Injectable()
export class AgreementRecords {
  constructor(
    private readonly agreements: Agreements,
    private readonly versions: AgreementVersions,
  ) {}

  /** Locked until the transaction ends: two acts on one agreement come one after the other. */
  async lock(ctx: Ctx, agreementId: Id): Promise<AgreementRecord> {
    const row = await ctx.tx
      .getRepository(AgreementEntity)
      .findOne({ where: { id: agreementId }, lock: { mode: 'pessimistic_write' } });
    const agreement = row && (await this.agreements.byId(ctx, agreementId));
    if (!agreement) throw new DomainError('not_found');
    return { agreement, open: await this.versions.open(ctx, agreementId) };
  }

  /**
   * What a draft says. Before anything was in force the agreement itself, and its quotas, say the same.
   * @throws DomainError `stale` where somebody changed it since
   */
  async keepDraft(
    ctx: Ctx,
    { agreement, open }: OpenRecord,
    edit: number,
    content: AgreementContent,
    preparers: readonly Id[],
  ): Promise<number> {
    if (open.edit !== edit) throw new DomainError('stale');
    const hash = contentHash(agreementContent(content, open.number));
    await ctx.tx.update(
      AgreementVersionEntity,
      { id: open.id },
      { content, contentHash: hash, edit: edit + 1, preparers: [...preparers] },
    );
    if (agreement.inForceFrom === null) await this.say(ctx, agreement, open.number, content, hash);
    return edit + 1;
  }

  /** What keeps a version from being in force because calls have been promised more. Locks the quotas. */
  async overdrawn(ctx: Ctx, { agreement, open }: OpenRecord) {
    const quotas = await ctx.tx.find(AgreementQuotaEntity, {
      where: { agreementId: agreement.id },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    return overdrawn(quotas, open.content.quotas);
  }

  /**
   * Puts a version in force in the place of the one before, which is superseded in the same act: what is promised goes over
   * to the new quotas, and never exceeds them.
   * @throws DomainError `blocked`, with the numbers, where the new quotas are less than what is promised
   */
  async bringIntoForce(
    ctx: Ctx,
    record: OpenRecord,
    term: { readonly signedOn: string; readonly inForceFrom: string; readonly inForceUntil: string | null },
    today: string,
  ): Promise<void> {
    const { agreement, open } = record;
    const blockers = await this.overdrawn(ctx, record);
    if (blockers.length > 0) throw new DomainError('blocked', { blockers });
    const act = agreement.state === 'expired' ? 'renew' : 'bring_into_force';
    // A later version of what is in force: the agreement stays as it is.
    const state = agreement.state === 'in_force' ? 'in_force' : agreementStates.move(agreement.state, act);
    const former = await ctx.tx.findOneBy(AgreementVersionEntity, {
      agreementId: agreement.id,
      state: 'in_force',
    });
    // The agreement keeps the first day that was agreed; a text that changes it binds from the day on which all agreed.
    const from = former && term.inForceFrom < today ? today : term.inForceFrom;
    if (former) {
      await ctx.tx.update(
        AgreementVersionEntity,
        { id: former.id },
        {
          state: versionStates.move(former.state, 'supersede'),
          endedOn: lastDayBefore(from, today),
        },
      );
    }
    await ctx.tx.update(
      AgreementVersionEntity,
      { id: open.id },
      { state: versionStates.move(open.state, 'bring_into_force'), ...term, inForceFrom: from },
    );
    await this.say(ctx, agreement, open.number, open.content, open.contentHash);
    await ctx.tx.update(AgreementEntity, agreement.id, {
      state,
      ...term,
      terminatesOn: null,
      termination: null,
    });
  }

  /** The row of the agreement and its quotas say what a version says; what is promised stays promised. */
  private async say(
    ctx: Ctx,
    agreement: Pick<AgreementView, 'id'>,
    version: number,
    content: AgreementContent,
    textHash: string,
  ): Promise<void> {
    await ctx.tx.update(AgreementEntity, agreement.id, {
      kind: content.kind,
      reference: content.reference,
      title: content.title,
      parties: [...content.parties],
      themes: [...content.themes],
      text: content.text,
      terms: termsOf(content),
      version,
      textHash,
    });
    const rows = await ctx.tx.findBy(AgreementQuotaEntity, { agreementId: agreement.id });
    const carried = carryOver(rows, content.quotas);
    if (!carried) throw new DomainError('blocked', { blockers: overdrawn(rows, content.quotas) });
    const known = new Map(rows.map((row) => [quotaKey(row), row]));
    for (const quota of carried) {
      const { persons, months, days = 0 } = quota;
      const row = known.get(quotaKey(quota));
      known.delete(quotaKey(quota));
      if (row) await ctx.tx.update(AgreementQuotaEntity, { id: row.id }, { persons, months, days });
      else await insertQuota(ctx, agreement.id, quota);
    }
    for (const { id } of known.values()) await ctx.tx.delete(AgreementQuotaEntity, { id });
  }
}

/** Begins a version as a draft that says this, written by whoever acts. */
export async function beginVersion(
  ctx: Ctx,
  agreementId: Id,
  number: number,
  content: AgreementContent,
): Promise<Id> {
  const now = ctx.clock.now();
  const id = newId(now);
  await ctx.tx.insert(AgreementVersionEntity, {
    id,
    agreementId,
    number,
    state: versionStates.initial,
    content,
    contentHash: contentHash(agreementContent(content, number)),
    edit: 1,
    preparers: [...preparing(ctx, [])],
    createdAt: now,
  });
  return id;
}

export async function insertQuota(
  ctx: Ctx,
  agreementId: Id,
  { days = 0, ...quota }: AgreementContent['quotas'][number],
): Promise<void> {
  const { homeCountry, hostCountry, category, academicYear, persons, months } = quota;
  await ctx.tx.insert(AgreementQuotaEntity, {
    id: newId(ctx.clock.now()),
    agreementId,
    homeCountry,
    hostCountry,
    category,
    academicYear,
    persons,
    months,
    days,
    committed: 0,
    committedDays: 0,
  });
}

export function termsOf(content: AgreementTerms): AgreementTerms {
  const { validFrom, validUntil, noticeDays, under, exchange } = content;
  return {
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(noticeDays === undefined ? {} : { noticeDays }),
    ...(under === undefined ? {} : { under }),
    ...(exchange === undefined ? {} : { exchange }),
  };
}

/** The facts of an act upon the version that is open, else upon the agreement. */
export function factsOf({ agreement, open }: AgreementRecord, upon: 'version' | 'agreement'): AgreementFacts {
  const version = upon === 'version' && (open?.state === 'draft' || open?.state === 'proposed') ? open : null;
  return {
    ...partiesOf(agreement),
    state: version ? (version.state === 'draft' ? 'draft' : 'proposed') : agreement.state,
    preparers: version?.preparers ?? [],
  };
}

export function partiesOf({ parties }: Pick<AgreementContent, 'parties'>) {
  return {
    countries: [...new Set(parties.map(({ country }) => country))],
    institutions: parties.flatMap(({ institutionId }) => (institutionId ? [institutionId] : [])),
  };
}

/** Whoever acts, and whom they act for. */
export function preparing(ctx: Ctx, before: readonly Id[]): readonly Id[] {
  const ids = [...before, ctx.actor.personId, ctx.authority?.actingFor ?? null];
  return [...new Set(ids.filter((id) => id !== null))];
}

/** A version binds until the day before the next one does, and today's at least until today. */
function lastDayBefore(from: string, today: string): string {
  const before = new Date(Date.parse(from) - 86_400_000).toISOString().slice(0, 10);
  return before > today ? today : before;
}
