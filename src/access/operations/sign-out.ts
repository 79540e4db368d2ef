import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Database } from '../../platform/database/database.js';
import type { RequestContext } from '../../shared/request-context.js';

/** Notes that somebody signed out, or ended sessions of theirs elsewhere. */
@Injectable()
export class SignOut {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
  ) {}

  async record(request: RequestContext, sessions: 'this' | 'another' | 'all_others'): Promise<void> {
    const { personId } = request.actor;
    if (personId === null) return;
    await this.database.transaction(request, (ctx) =>
      this.audit.record(ctx, {
        action: 'person.signed_out',
        subject: { kind: 'person', id: personId },
        data: { sessions },
      }),
    );
  }
}
