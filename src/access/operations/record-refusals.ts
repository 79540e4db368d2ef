import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Database } from '../../platform/database/database.js';
import { HttpLog } from '../../platform/http/http-log.js';
import type { PolicyRefusal, RefusalRecord } from '../../platform/http/http-ports.js';
import { RateLimits } from '../../platform/http/rate-limits.js';
import type { RequestContext } from '../../shared/request-context.js';

/**
 * Puts into the record of acts what a policy refused to somebody who is known: a person, another system, the holder of a
 * link. An entry lies with whoever was refused and names the record by its id, so that no file's history tells its
 * applicant who knocked, and no one else's what they may not know of.
 *
 * Nobody can flood the record: the same refusal is kept once a minute, and of one actor at most sixty an hour.
 */
@Injectable()
export class RecordRefusals implements RefusalRecord, BeforeApplicationShutdown {
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly limits: RateLimits,
    private readonly log: HttpLog,
  ) {}

  note(request: RequestContext, refusal: PolicyRefusal): void {
    const { actor, requestId } = request;
    const actorId = actor.personId ?? actor.agentId ?? null;
    if (actorId === null) return;
    const done = this.record(request, actorId, refusal).catch((error: unknown) => {
      this.log.logger.error({ err: error, requestId }, 'a refusal was not recorded');
    });
    this.running.add(done);
    void done.finally(() => this.running.delete(done));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running);
  }

  private async record(request: RequestContext, actorId: string, refusal: PolicyRefusal): Promise<void> {
    const { action, reason, route, recordId } = refusal;
    const again = await this.limits.consume('refusal', `${actorId} ${action} ${recordId ?? ''}`);
    if (!again.allowed) return;
    const many = await this.limits.consume('refusals', actorId);
    if (!many.allowed) return;
    const { actor, language, clock, requestId } = request;
    await this.database.transaction({ actor, language, clock, requestId }, (ctx) =>
      this.audit.record(ctx, {
        action: 'access.refused',
        subject: { kind: actor.kind, id: actorId },
        data: { action, reason, route, record: recordId },
      }),
    );
  }
}
