import { Injectable } from '@nestjs/common';
import { withSystemRights } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { CALL_CATEGORIES } from '../domain/call.js';

/** More than these nobody chooses from; the API takes any. */
const LISTED = 200;

/** What the rooms of gates asks of calls: of which a country may say a rule. */
@Injectable()
export class CallsForGateRules {
  readonly categories = CALL_CATEGORIES.map((code) => ({
    code,
    name: { key: `calls.categories.${code}` },
  }));

  constructor(private readonly translator: Translator) {}

  /** Calls that are public, what closes last on top. A draft is its writers' own. */
  async calls(ctx: Ctx): Promise<readonly { readonly id: Id; readonly name: string }[]> {
    const rows = await ctx.tx.query<{ id: Id; title: LocalizedText }[]>(
      `select id, title from calls where state not in ('draft', 'standby', 'cancelled')
       order by closes_at desc, id limit ${LISTED}`,
    );
    return rows.map(({ id, title }) => ({ id, name: this.translator.localized(ctx.language, title) }));
  }

  /** A rule may be said of a call before it is published. */
  async exists(ctx: Ctx, callId: string): Promise<boolean> {
    if (!isId(callId)) return false;
    const rows = await withSystemRights(ctx, () =>
      ctx.tx.query<unknown[]>('select 1 from calls where id = $1', [callId]),
    );
    return rows.length > 0;
  }
}
