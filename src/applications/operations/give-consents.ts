import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import { Consents } from '../../privacy/public.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { EditApplication } from './edit-application.js';

/** Gives the consents that were ticked and takes back those that were not: each a receipt of its own. */
@Injectable()
export class GiveConsents {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  run(
    request: RequestContext,
    applicationId: string,
    sectionId: string,
    purposes: readonly string[],
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const { application, form } = await this.edit.begin(ctx, applicationId);
      const section = form.sections.find((candidate) => candidate.id === sectionId);
      if (section?.kind !== 'consents') throw new DomainError('not_found');
      const subject = { kind: 'application', id: application.id };
      for (const { purpose, version, text } of section.consents) {
        if (purposes.includes(purpose)) {
          const wording = this.translator.localized(ctx.language, text);
          await this.consents.give(ctx, { purpose, subject, textVersion: version, text: wording });
        } else if (application.state === 'draft') {
          await this.consents.withdraw(ctx, subject, purpose);
        }
      }
      await this.edit.touch(ctx, application, sectionId);
    });
  }
}
