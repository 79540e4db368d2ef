import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';

/** How long data of one category are kept, by whose law. */
export interface RetentionRule {
  readonly id: Id;
  readonly category: string;
  /** A law asks that they are kept, against an erasure too; or the clock takes them away afterwards. */
  readonly kind: 'at_least' | 'at_most';
  /** Whose law says so; null: for every country that has no rule of its own. */
  readonly country: CountryCode | null;
  readonly days: number;
  /** Translation key `privacy.laws.<law>`. */
  readonly law: string;
  /** YYYY-MM-DD */
  readonly validFrom: string;
}

/** The rules of retention: data, each valid from a day on. */
@Injectable()
export class RetentionRules {
  /** Those that are valid at the instant of the act, one for each category, kind and country. */
  inForce(ctx: Ctx): Promise<RetentionRule[]> {
    return ctx.tx.query<RetentionRule[]>(
      `select distinct on (category, kind, country) id, category, kind, country, days, law, valid_from::text as "validFrom"
       from retention_rules where valid_from <= $1::date
       order by category, kind, country nulls last, valid_from desc`,
      [ctx.clock.now()],
    );
  }

  /** The rule for one category in one country. */
  async of(
    ctx: Ctx,
    category: string,
    kind: RetentionRule['kind'],
    country: CountryCode,
  ): Promise<RetentionRule | null> {
    const rules = (await this.inForce(ctx)).filter(
      (rule) => rule.category === category && rule.kind === kind,
    );
    return (
      rules.find((rule) => rule.country === country) ?? rules.find((rule) => rule.country === null) ?? null
    );
  }
}
