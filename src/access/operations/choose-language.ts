import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import type { Language } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PersonEntity } from '../data/person.entity.js';
import { accountPolicy } from '../domain/account.policy.js';

/** The language in which mails are written to a person, and pages are shown to them in a new browser. */
@Injectable()
export class ChooseLanguage {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
  ) {}

  async choose(request: RequestContext, language: Language): Promise<void> {
    const { actor } = request;
    const personId = actor.personId ?? '';
    await this.database.transaction(request, async (ctx) => {
      authorise(ctx, accountPolicy, 'account.change', { state: 'open', personId }, 'account.read');
      await ctx.tx.update(PersonEntity, { id: personId }, { language });
      await this.audit.record(ctx, {
        action: 'person.language_chosen',
        subject: { kind: 'person', id: personId },
        data: { language },
      });
    });
  }
}
