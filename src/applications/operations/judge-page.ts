import { Inject, Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { readAnswers } from '../domain/answers.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { ApplicationFiles } from './application-file.js';
import type { ApplicationFile } from './application-file.js';

/**
 * What the file would say if a page of it said what somebody is typing: nothing is saved. An entry that cannot be understood
 * yet counts as none.
 */
@Injectable()
export class JudgePage {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
  ) {}

  /** @throws DomainError `not_found` where the actor may not read it, or it has no such page. */
  async run(
    ctx: Ctx,
    applicationId: string,
    sectionId: string,
    typed: Readonly<Record<string, unknown>>,
  ): Promise<ApplicationFile> {
    const application = await this.applications.find(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.edit', application, 'application.read');
    const file = await this.files.of(ctx, application);
    const section = file.wholeForm.sections.find(({ id }) => id === sectionId);
    if (section?.kind === 'questions') {
      const { answers } = readAnswers(section, typed, ctx.clock.now().toISOString().slice(0, 10));
      return this.files.ifSaid(ctx, file, { answers: { ...file.contents.answers, [sectionId]: answers } });
    }
    if (section?.kind === 'choices') {
      const chosen = Array.from({ length: file.call.maxChoices }, (_, index) => typed[`choice_${index + 1}`]);
      const choices = chosen.filter((id): id is string => typeof id === 'string' && id !== '');
      return this.files.ifSaid(ctx, file, { choices: [...new Set(choices)] });
    }
    throw new DomainError('not_found');
  }
}
