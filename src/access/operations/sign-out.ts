import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Database } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import { Sessions } from '../../platform/http/sessions.js';
import { SYSTEM } from '../../shared/actor.js';
import type { RequestContext } from '../../shared/request-context.js';

/** Which sessions ended: the one that asked, another one, all but it, all of them, or what their provider ended. */
type Ended = 'this' | 'another' | 'all_others' | 'all' | 'by_provider';

/** Ends sessions, with a note of it in the same act. */
@Injectable()
export class SignOut {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly sessions: Sessions,
  ) {}

  /** Notes that somebody signs out of the session in which they ask; the HTTP layer ends it. */
  async record(request: RequestContext): Promise<void> {
    const { personId } = request.actor;
    if (personId === null) return;
    await this.database.transaction(request, (ctx) => this.note(ctx, personId, 'this', 1));
  }

  /** Ends one session of whoever acts. Answers whether there was one. */
  end(request: RequestContext, handle: string): Promise<boolean> {
    return this.database.transaction(request, async (ctx) => {
      const ended = await this.sessions.endOwn(ctx, handle);
      if (ended) await this.note(ctx, request.actor.personId, 'another', 1);
      return ended;
    });
  }

  /** Ends every session of whoever acts but the one that is named. Answers how many there were. */
  endOthers(request: RequestContext, currentId: string): Promise<number> {
    return this.endAll(request, currentId, 'all_others');
  }

  /** Ends every session of whoever acts, the one that asks included. */
  endEvery(request: RequestContext): Promise<number> {
    return this.endAll(request, null, 'all');
  }

  /** Ends what a provider says has ended there. */
  async endAtProvider(
    request: RequestContext,
    provider: string,
    of: { readonly subject: string | null; readonly session: string | null },
  ): Promise<void> {
    await this.database.transaction({ ...request, actor: SYSTEM }, async (ctx) => {
      for (const { person, count } of await this.sessions.endAtProvider(ctx, provider, of)) {
        await this.note(ctx, person, 'by_provider', count);
      }
    });
  }

  private endAll(request: RequestContext, butId: string | null, which: Ended): Promise<number> {
    return this.database.transaction(request, async (ctx) => {
      const count = await this.sessions.endAllOwn(ctx, butId);
      await this.note(ctx, request.actor.personId, which, count);
      return count;
    });
  }

  private async note(ctx: Ctx, personId: string | null, sessions: Ended, count: number): Promise<void> {
    if (personId === null) return;
    await this.audit.record(ctx, {
      action: 'person.signed_out',
      subject: { kind: 'person', id: personId },
      data: { sessions, count },
    });
  }
}
