import { Inject, Injectable } from '@nestjs/common';
import { IssuedDocuments } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationFiles } from './application-file.js';
import { ComposeAwardLetter } from './compose-award-letter.js';

/** Issues the letter by which both sides award the place, in the act of its acceptance. The worker sets and signs it. */
@Injectable()
export class IssueAwardLetter {
  constructor(
    @Inject(IssuedDocuments) private readonly documents: IssuedDocuments,
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(ComposeAwardLetter) private readonly composer: ComposeAwardLetter,
  ) {}

  async run(ctx: Ctx, application: ApplicationRow): Promise<void> {
    const file = await this.files.of(ctx, application);
    const { homeInstitutionId, hostInstitutionId, homeCountry, hostCountry, freemover } = application;
    if (!file.submission || (!homeInstitutionId && !freemover) || !hostInstitutionId || !hostCountry) {
      throw new DomainError('wrong_state');
    }
    await this.documents.issue(ctx, {
      kind: 'award_letter',
      subject: { kind: 'application', id: application.id },
      holderId: application.applicantId,
      verification: {
        holderInitials: initialsOf(file.contents.answers.person ?? {}),
        homeCountry,
        hostCountry,
        homeInstitutionId,
        hostInstitutionId,
        stayFrom: file.call.stayFrom,
        stayUntil: file.call.stayUntil,
      },
      compose: (number, checkCode) => this.composer.of(ctx, file, number, checkCode),
    });
  }
}

/** "Ј. П.": enough to recognise a letter that one holds, too little to learn a name from it. */
function initialsOf(person: Readonly<Record<string, string>>): string {
  return [person.native_given, person.native_family]
    .map((name) => name?.trim().charAt(0).toUpperCase())
    .filter(Boolean)
    .map((letter) => `${letter}.`)
    .join(' ');
}
