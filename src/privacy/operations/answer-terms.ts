import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { LocalizedText } from '../../shared/language.js';

/** How long a country has to answer somebody who asks about their data. */
export interface AnswerTerm {
  /** From the request on. */
  readonly answerDays: number;
  /** By how much more, once and with a reason; 0: by nothing. */
  readonly extensionDays: number;
  /** For how long after the request nothing is carried out, so that it can be taken back. */
  readonly withdrawDays: number;
  /** Translation key `privacy.answer_laws.<law>`. */
  readonly law: string;
}

/** To whom one complains of an answer. */
export interface Authority {
  readonly name: LocalizedText;
  readonly url: string;
}

/** Times and authorities by country: data, each term valid from a day on. */
@Injectable()
export class AnswerTerms {
  /** The term of the country, or the one for every country, that is valid at the instant of the act. */
  async of(ctx: Ctx, matter: 'erasure' | 'correction', country: CountryCode): Promise<AnswerTerm> {
    const [term] = await ctx.tx.query<AnswerTerm[]>(
      `select answer_days as "answerDays", extension_days as "extensionDays", withdraw_days as "withdrawDays", law
       from answer_terms where matter = $1 and (country = $2 or country is null) and valid_from <= $3::timestamptz::date
       order by country nulls last, valid_from desc limit 1`,
      [matter, country, ctx.clock.now()],
    );
    if (!term) throw new Error(`no term says when a request of ${matter} is answered in ${country}`);
    return term;
  }

  async authority(ctx: Ctx, country: CountryCode): Promise<Authority | null> {
    const [authority] = await ctx.tx.query<Authority[]>(
      'select name, url from supervisory_authorities where country = $1',
      [country],
    );
    return authority ?? null;
  }
}
