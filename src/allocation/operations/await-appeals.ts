import { Injectable } from '@nestjs/common';
import type { CallView } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Blocker } from '../../shared/domain-error.js';
import { SelectionPorts } from '../selection-ports.js';

/** Final lists wait for open appeals. */
@Injectable()
export class AwaitAppeals {
  constructor(
    private readonly ports: SelectionPorts,
    private readonly translator: Translator,
  ) {}

  /** How many are open, and until when they are to be decided. */
  async blockers(ctx: Ctx, { id, timeZone }: Pick<CallView, 'id' | 'timeZone'>): Promise<readonly Blocker[]> {
    const open = await withSystemRights(ctx, () => this.ports.appeals.open(ctx, id));
    if (!open) return [];
    const until = this.translator.dateInSentence(ctx.language, open.until, timeZone);
    return [
      {
        code: 'appeals_are_open',
        section: 'selection',
        field: 'appeals',
        values: { count: open.count, until },
      },
    ];
  }

  /** @throws DomainError `blocked` */
  async require(ctx: Ctx, call: Pick<CallView, 'id' | 'timeZone'>): Promise<void> {
    const blockers = await this.blockers(ctx, call);
    if (blockers.length > 0) throw new DomainError('blocked', { reason: 'list_not_settled', blockers });
  }
}
