import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { CertificateRule } from '../domain/certificate-clock.js';
import type { DayKind } from '../domain/stay.js';

const BATCH = 200;

/** When certificates that hosts owe are asked for: data, by the country of the host. */
@Injectable()
export class CertificateRules {
  /** Of the host's country, or the one for every country, in force on the planned day. */
  async of(ctx: Ctx, kind: DayKind, country: CountryCode, day: string): Promise<CertificateRule> {
    const [rule] = await ctx.tx.query<CertificateRule[]>(
      `select reminds_after as "remindsAfter", escalates_after as "escalatesAfter" from certificate_rules
       where kind = $1 and (country = $2 or country is null) and valid_from <= $3
       order by country nulls last, valid_from desc limit 1`,
      [kind, country, day],
    );
    if (!rule) throw new Error(`no rule says when a certificate of ${kind} is owed in ${country}`);
    return rule;
  }

  /**
   * Stays of which something may be told today, in the order of their ids. By the earliest rule of any country and a day more:
   * which is the one, and what day it is there, is asked of each.
   */
  async due(ctx: Ctx, after: Id | null): Promise<readonly Id[]> {
    const soonest = (kind: DayKind, column: string) =>
      `(select min(r.${column}) from certificate_rules r where r.kind = '${kind}')`;
    const late = (kind: DayKind, state: string, planned: string) => `(m.state = '${state}'
        and m.${kind}_escalated_at is null and m.${planned} <= $1::timestamptz::date + 1 - ${soonest(kind, 'reminds_after')}
        and (m.${kind}_reminded_at is null or m.${planned} <= $1::timestamptz::date + 1 - ${soonest(kind, 'escalates_after')}))`;
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select m.id from mobilities m
       where (${late('arrival', 'planned', 'planned_from')} or ${late('departure', 'ongoing', 'planned_until')})
         and ($2::uuid is null or m.id > $2)
       order by m.id limit ${BATCH}`,
      [ctx.clock.now(), after],
    );
    return rows.map(({ id }) => id);
  }
}
