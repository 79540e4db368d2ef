import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { ForgetFiles } from '../../documents/public.js';
import { ERASED, RetentionRules, forgetValues } from '../../privacy/public.js';
import type { ErasedPart, ErasureHold, ErasureSource, KeptRecord } from '../../privacy/public.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { COMMISSION_ITEM } from './attach-to-item.js';

const DAY_MS = 86_400_000;
const ABOUT = `from commission_items i join decisions d on d.id = i.decision_id where d.about_persons && $1::uuid[]`;

/**
 * What the commission said of an erased person: the notes go, by whomever they were written, and the words with which a
 * vote was broken off; what two countries decided and signed, and the files on which they did, is kept for as long as their
 * archives keep it.
 */
@Injectable()
export class EraseFromCommission implements ErasureSource {
  readonly part = 'commission';

  constructor(
    private readonly rules: RetentionRules,
    private readonly files: ForgetFiles,
  ) {}

  /** What is before the commission is an application that runs, which holds its person itself. */
  holds(): Promise<readonly ErasureHold[]> {
    return Promise.resolve([]);
  }

  async erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart> {
    const given = await this.given(ctx, persons);
    return {
      erased: {
        uploads: await this.files.these(ctx, COMMISSION_ITEM, given.over),
        commission_notes: await this.forgotten(ctx, 'commission_notes', 'words', persons),
        commission_votes: await this.forgotten(ctx, 'commission_votes', 'broken_off_words', persons),
      },
      kept: [...(await this.signed(ctx, persons)), ...given.kept],
    };
  }

  /** Words in the languages in which they were written. */
  private async forgotten(ctx: Ctx, table: string, column: string, persons: readonly Id[]): Promise<number> {
    const written = await ctx.tx.query<{ languages: string[]; ids: Id[] }[]>(
      `select array(select jsonb_object_keys(w.${column}) order by 1) as languages, array_agg(w.id) as ids
       from ${table} w where w.${column} is not null and w.item_id in (select i.id ${ABOUT}) group by 1`,
      [persons],
    );
    let count = 0;
    for (const { languages, ids } of written) {
      const words = Object.fromEntries(languages.map((language) => [language, ERASED]));
      count += await forgetValues(ctx, { table, by: 'id', column }, ids, JSON.stringify(words));
    }
    return count;
  }

  async keeps(ctx: Ctx, persons: readonly Id[]): Promise<readonly KeptRecord[]> {
    return [...(await this.signed(ctx, persons)), ...(await this.given(ctx, persons)).kept];
  }

  /** What a secretary attached to matters of two countries stays as long as the archives of either keep it. */
  private async given(
    ctx: Ctx,
    persons: readonly Id[],
  ): Promise<{ readonly over: readonly Id[]; readonly kept: readonly KeptRecord[] }> {
    const files = await ctx.tx.query<{ id: Id; countries: CountryCode[]; uploadedAt: Date }[]>(
      `select u.id, array[i.country_a, i.country_b] as countries, u.uploaded_at as "uploadedAt"
       from uploads u join commission_items i on i.id = u.subject_id
       where u.subject_kind = $2 and u.owner_id = any ($1::uuid[]) order by u.uploaded_at, u.id`,
      [persons, COMMISSION_ITEM],
    );
    const over: Id[] = [];
    const kept: KeptRecord[] = [];
    for (const { id, countries, uploadedAt } of files) {
      const ends: KeptRecord[] = [];
      for (const country of countries) {
        const rule = await this.rules.of(ctx, 'commission_files', 'at_least', country);
        if (!rule) continue;
        const until = new Date(uploadedAt.getTime() + rule.days * DAY_MS);
        ends.push({ category: rule.category, count: 1, until, law: rule.law });
      }
      const [last] = ends.sort((one, other) => other.until.getTime() - one.until.getTime());
      if (last && last.until > ctx.clock.now()) kept.push(last);
      else over.push(id);
    }
    return { over, kept };
  }

  private async signed(ctx: Ctx, persons: readonly Id[]): Promise<readonly KeptRecord[]> {
    const protocols = await ctx.tx.query<{ country: CountryCode; signedAt: Date }[]>(
      `select d.home_country as country, p.signed_at as "signedAt"
       from commission_protocol_sections s join commission_protocols p on p.id = s.protocol_id
       join commission_items i on i.id = s.item_id join decisions d on d.id = i.decision_id
       where d.about_persons && $1::uuid[] and p.signed_at is not null order by p.signed_at`,
      [persons],
    );
    const kept: KeptRecord[] = [];
    for (const { country, signedAt } of protocols) {
      const rule = await this.rules.of(ctx, 'commission_protocols', 'at_least', country);
      if (!rule) continue;
      const until = new Date(signedAt.getTime() + rule.days * DAY_MS);
      kept.push({ category: rule.category, count: 1, until, law: rule.law });
    }
    return kept;
  }
}
