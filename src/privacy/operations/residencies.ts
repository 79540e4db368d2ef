import { Inject, Injectable } from '@nestjs/common';
import { AccessPorts, People, ownAccount } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { COUNTRY_CODES } from '../../shared/countries-of-the-world.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ownerOf } from '../domain/residency.js';
import type { RecordOwner, ResidencyFacts, ResidencyRule } from '../domain/residency.js';

/** What a person said of where they belong, and who owns their record by it. */
export interface Residency extends RecordOwner {
  readonly citizenship: CountryCode | null;
  readonly residence: CountryCode | null;
  readonly statedAt: Date;
  readonly endedAt: Date | null;
}

export interface OwnResidency {
  readonly owner: RecordOwner;
  /** The statement in force; null where the person was never asked, or said nothing. */
  readonly current: Residency | null;
  /** What was said before, the youngest first. */
  readonly earlier: readonly Residency[];
  readonly programme: readonly CountryCode[];
}

/** Where the record of a person resides by law: which side owns it, by which of their facts. A new word ends the one before. */
@Injectable()
export class Residencies {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(AccessPorts) private readonly ports: AccessPorts,
    @Inject(People) private readonly people: People,
  ) {}

  async own(ctx: Ctx): Promise<OwnResidency> {
    const personId = ownAccount(ctx, 'account.read');
    const all = await ctx.tx.query<Residency[]>(
      `select citizenship, residence, country, fact, law, stated_at as "statedAt", ended_at as "endedAt"
       from residencies where person_id = $1 order by stated_at desc, id desc limit 50`,
      [personId],
    );
    const current = all.find(({ endedAt }) => endedAt === null) ?? null;
    return {
      owner: current ?? (await this.decide(ctx, { citizenship: null, residence: null })),
      current,
      earlier: all.filter((each) => each !== current),
      programme: await this.ports.places.countries(ctx),
    };
  }

  /** Whether the person has yet to say it, and agreed already to something that may take their data across the border. */
  async isAwaited(ctx: Ctx): Promise<boolean> {
    const [row] = await ctx.tx.query<{ awaited: boolean }[]>(
      `select exists (select from consents where person_id = $1)
         and not exists (select from residencies where person_id = $1 and ended_at is null) as awaited`,
      [ctx.actor.personId],
    );
    return row?.awaited === true;
  }

  async state(
    request: RequestContext,
    said: { readonly citizenship: string; readonly residence: string },
  ): Promise<RecordOwner> {
    return this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      const fields = (['citizenship', 'residence'] as const)
        .filter((field) => !COUNTRY_CODES.includes(said[field]))
        .map((field) => ({ field, problem: 'required_choice' }));
      if (fields.length > 0) throw new DomainError('invalid', { fields });
      // Two windows of one person: who comes second ends what the first said.
      await ctx.tx.query("select pg_advisory_xact_lock(hashtextextended('residency ' || $1, 0))", [personId]);
      const owner = await this.decide(ctx, said);
      const before = await ctx.tx.query<Pick<Residency, 'citizenship' | 'residence' | 'country' | 'law'>[]>(
        'select citizenship, residence, country, law from residencies where person_id = $1 and ended_at is null',
        [personId],
      );
      const [last] = before;
      const same =
        last?.citizenship === said.citizenship &&
        last.residence === said.residence &&
        last.country === owner.country &&
        last.law === owner.law;
      if (same) return owner;
      const now = ctx.clock.now();
      await ctx.tx.query('update residencies set ended_at = $2 where person_id = $1 and ended_at is null', [
        personId,
        now,
      ]);
      await ctx.tx.query(
        `insert into residencies (id, person_id, citizenship, residence, country, fact, law, stated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [newId(now), personId, said.citizenship, said.residence, owner.country, owner.fact, owner.law, now],
      );
      await this.audit.record(ctx, {
        action: 'residency.stated',
        subject: { kind: 'person', id: personId },
        // Where somebody lives and whose citizen they are is their own; the record needs to know which side answers for them.
        data: { owner: owner.country, before: last?.country ?? null, by: owner.fact, law: owner.law },
      });
      return owner;
    });
  }

  private async decide(
    ctx: Ctx,
    said: { readonly citizenship: string | null; readonly residence: string | null },
  ): Promise<RecordOwner> {
    const person = await this.people.personById(ctx, ctx.actor.personId ?? '');
    if (!person) throw new DomainError('not_found');
    const facts: ResidencyFacts = { ...said, provider: person.country };
    // Of one place in the order the rule that is the youngest of those in force.
    const rules = await ctx.tx.query<ResidencyRule[]>(
      `select distinct on (ordinal) fact, country, law from residency_rules
       where valid_from <= $1::timestamptz::date order by ordinal, valid_from desc`,
      [ctx.clock.now()],
    );
    return (
      ownerOf(rules, facts, await this.ports.places.countries(ctx)) ?? {
        country: person.country,
        fact: 'provider',
        law: 'vouched',
      }
    );
  }
}
