import { Inject, Injectable } from '@nestjs/common';
import { Calls } from '../../calls/public.js';
import type { FormDefinition } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Consents } from '../../privacy/public.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationPorts } from '../application-ports.js';
import { ApplicationSectionRow } from '../data/application-section.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { carriedAnswers } from '../domain/carried-answers.js';
import { homeBy, movedHome } from './home-of-application.js';
import { ApplicationRecord } from './application-record.js';
import { EditApplication } from './edit-application.js';

/**
 * An applicant takes their draft over to the form as it was amended: what still fits is kept, what does not goes, consents to
 * another wording are to be given again. Nobody has to: a draft may be submitted on the form that it began with.
 */
@Injectable()
export class TakeNewForm {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(ApplicationPorts) private readonly ports: ApplicationPorts,
  ) {}

  /** @throws DomainError `conflict` where it stands on the newest form already */
  run(request: RequestContext, applicationId: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const { application, call, form } = await this.edit.begin(ctx, applicationId);
      if (application.state !== 'draft') throw new DomainError('wrong_state');
      if (application.formVersion >= call.formVersion) {
        throw new DomainError('conflict', { reason: 'newest_form_already' });
      }
      const from = application.formVersion;
      const next = await this.edit.form(ctx, { callId: call.id, formVersion: call.formVersion });
      const stored = await this.applications.sections(ctx, application.id);
      const answered = new Map([...stored].map(([id, { answers }]) => [id, answers]));
      const { sections, lost } = carriedAnswers(form, next, answered, today(ctx));
      const now = ctx.clock.now();
      for (const id of new Set([...stored.keys(), ...sections.keys()])) {
        const row = {
          applicationId: application.id,
          section: id,
          answers: sections.get(id) ?? {},
          // A page that is open in another tab is of the form of before.
          revision: (stored.get(id)?.revision ?? 0) + 1,
          savedAt: now,
        };
        if (next.sections.some((section) => section.id === id)) {
          await ctx.tx.upsert(ApplicationSectionRow, row, ['applicationId', 'section']);
        } else {
          await ctx.tx.delete(ApplicationSectionRow, { applicationId: application.id, section: id });
        }
      }
      for (const purpose of reworded(form, next)) {
        await this.consents.withdraw(ctx, { kind: 'application', id: application.id }, purpose);
      }
      application.formVersion = call.formVersion;
      const given = {
        answers: Object.fromEntries(sections),
        choices: await this.applications.choices(ctx, application.id),
      };
      Object.assign(application, movedHome(application, homeBy(next, given, application)));
      await this.applications.save(ctx, application);
      await this.record.note(ctx, application, 'application.form_taken', {
        fromVersion: from,
        toVersion: call.formVersion,
        lost: lost.length,
      });
      await this.ports.coApplicants.changed(ctx, application);
    });
  }
}

function today(ctx: Ctx): string {
  return ctx.clock.now().toISOString().slice(0, 10);
}

/** Purposes to which one agreed in other words, or which the new form does not have. */
function reworded(from: FormDefinition, to: FormDefinition): readonly string[] {
  const versions = new Map(
    to.sections.flatMap(({ consents }) => consents.map(({ purpose, version }) => [purpose, version])),
  );
  return from.sections
    .flatMap(({ consents }) => consents)
    .filter(({ purpose, version }) => versions.get(purpose) !== version)
    .map(({ purpose }) => purpose);
}
