import { Injectable } from '@nestjs/common';
import { buffer } from 'node:stream/consumers';
import { People } from '../../access/public.js';
import { ApplicationFiles, ApplicationsRepository } from '../../applications/public.js';
import type { SubmittedContent } from '../../applications/public.js';
import { sensitivityOf } from '../../calls/public.js';
import type { DocumentRequirement, FormQuestion, SelectionRules } from '../../calls/public.js';
import { PlainPdf, Uploads } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { Institutions } from '../../universities/public.js';
import { anonymousContent, withoutNames } from '../domain/anonymous-file.js';
import type { AnonymousContent, Hidden } from '../domain/anonymous-file.js';

type Asked = [string, FormQuestion | DocumentRequirement];
type Rules = Pick<SelectionRules, 'review'>;

/** A file as whoever assesses it may read it, for callers that have asked a policy. */
@Injectable()
export class AssessedFiles {
  constructor(
    private readonly applications: ApplicationsRepository,
    private readonly files: ApplicationFiles,
    private readonly people: People,
    private readonly institutions: Institutions,
    private readonly uploads: Uploads,
    private readonly plain: PlainPdf,
  ) {}

  /** What was submitted: open answers alone, and without what the call keeps back. */
  content(ctx: Ctx, applicationId: Id, rules: Rules, pseudonym: number | null): Promise<AnonymousContent> {
    return withSystemRights(ctx, async () => {
      const { application, content } = await this.submitted(ctx, applicationId);
      const { wholeForm } = await this.files.of(ctx, application);
      const asked = new Map<string, FormQuestion | DocumentRequirement>(
        wholeForm.sections.flatMap((section) => [
          ...section.questions.map((question): Asked => [`${section.id}.${question.id}`, question]),
          ...section.documents.map((document): Asked => [`documents.${document.id}`, document]),
        ]),
      );
      return anonymousContent(
        content,
        (key) => {
          const question = asked.get(key);
          return question !== undefined && sensitivityOf(question) === 'open' && !isPerson(question);
        },
        (key) => {
          const question = asked.get(key);
          return question !== undefined && 'type' in question && question.type === 'institution';
        },
        await this.hidden(ctx, applicationId, rules),
        pseudonym ?? 0,
      );
    });
  }

  /** Something that the applicant wrote besides, without what the call keeps back. */
  async words(ctx: Ctx, applicationId: Id, rules: Rules, text: string): Promise<string> {
    if (rules.review.anonymous.length === 0) return text;
    const { words } = await withSystemRights(ctx, () => this.hidden(ctx, applicationId, rules));
    return withoutNames(text, words);
  }

  /** A document of it, under a name that is nobody's and without what says who made it. */
  async document(
    ctx: Ctx,
    applicationId: Id,
    { documents }: Pick<AnonymousContent, 'documents'>,
    requirement: string,
  ): Promise<{ readonly fileName: string; readonly content: Buffer; readonly mediaType: string }> {
    const document = documents.find((each) => each.requirement === requirement);
    if (!document) throw new DomainError('not_found');
    const file = await withSystemRights(ctx, () =>
      this.uploads.open(ctx, { kind: 'application', id: applicationId }, document.uploadId),
    );
    return this.plainly(document.fileName, file);
  }

  /** A file without what it says of who made it. */
  async plainly(
    fileName: string,
    file: Pick<Awaited<ReturnType<Uploads['open']>>, 'mediaType' | 'content'>,
  ): Promise<{ readonly fileName: string; readonly content: Buffer; readonly mediaType: string }> {
    // Of pictures nothing is known that would take out of them what they say of who made them.
    if (file.mediaType !== 'application/pdf') {
      throw new DomainError('unavailable', { reason: 'file_not_made_plain' });
    }
    const bytes = await buffer(await file.content());
    return { fileName, mediaType: file.mediaType, content: await this.plain.of(bytes) };
  }

  private async submitted(ctx: Ctx, applicationId: Id) {
    const application = await this.applications.find(ctx, applicationId);
    const submission = await this.applications.latestSubmission(ctx, application.id);
    if (!submission) throw new DomainError('not_found');
    return { application, content: submission.content };
  }

  private async hidden(ctx: Ctx, applicationId: Id, rules: Rules): Promise<Hidden> {
    const { application, content } = await this.submitted(ctx, applicationId);
    const authors = [];
    for (const id of [application.applicantId, ...application.coAuthors]) {
      authors.push(await this.people.personById(ctx, id));
    }
    const parts = rules.review.anonymous;
    const hosts = parts.includes('institutions')
      ? content.choices.map(({ institutionId }) => institutionId)
      : [];
    const institutions = await this.institutions.byIds(
      ctx,
      [application.homeInstitutionId, application.hostInstitutionId, ...hosts].filter(
        (id) => id !== null && parts.includes('institutions'),
      ) as Id[],
    );
    return {
      parts,
      words: [
        ...authors.flatMap((person) => [
          person?.nativeFamily,
          person?.nativeGiven,
          person?.latinFamily,
          person?.latinGiven,
          person?.passportFamily,
          person?.passportGiven,
        ]),
        ...namesWritten(content.sections),
        ...[...institutions.values()].flatMap(ownWords),
      ].filter((word): word is string => typeof word === 'string' && word !== ''),
    };
  }
}

/** Somebody else whom the applicant names: a mentor, a colleague. */
function isPerson(question: object): boolean {
  return 'type' in question && question.type === 'person';
}

/** As the applicant wrote their own name in the form. */
function namesWritten(sections: SubmittedContent['sections']) {
  return sections.flatMap(({ answers }) =>
    answers.filter(({ question }) => /_(family|given)$/.test(question)).map(({ shown }) => shown),
  );
}

/** Words of the name of an institution that tell it from others: its own, and those of its city. */
function ownWords(institution: object): readonly string[] {
  return Object.entries(institution)
    .filter(([key]) => /name|city|abbreviation|domain|slug/i.test(key))
    .flatMap(([, value]) => textsIn(value))
    .flatMap((text) => text.split(/[^\p{L}\p{N}.]+/u))
    .filter((word) => word.length > 2 && !COMMON.test(word));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsIn);
}

/** Words that any institution may have in its name. */
const COMMON =
  /^(универзитет\p{L}*|университет\p{L}*|univer\p{L}*|институт\p{L}*|institut\p{L}*|факултет\p{L}*|факультет\p{L}*|државн\p{L}*|государствен\p{L}*|state|national|национальн\p{L}*|научн\p{L}*|академи\p{L}*|academ\p{L}*|имени|the|and|for|физик\p{L}*|physics|наук\p{L}*|science\p{L}*|технолог\p{L}*|technolog\p{L}*|техничк\p{L}*|техническ\p{L}*|technical)$/iu;
