import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { IssuedDocuments, Uploads } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { PersonDataSource, PersonFile, PersonPart, PersonRecord } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { Institutions, institutionName } from '../../universities/public.js';
import { ApplicationSubmissionRow } from '../data/application-submission.entity.js';
import { ApplicationFiles } from './application-file.js';
import type { ApplicationFile } from './application-file.js';
import { ApplicationThread } from './application-thread.js';
import { FreezeContent } from './freeze-content.js';

/** What applications hold about their applicant, as the pages of the applicant show it, with the files they gave and got. */
@Injectable()
export class ApplicationsOfPerson implements PersonDataSource {
  constructor(
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(FreezeContent) private readonly freeze: FreezeContent,
    @Inject(ApplicationThread) private readonly thread: ApplicationThread,
    @Inject(Uploads) private readonly uploads: Uploads,
    @Inject(IssuedDocuments) private readonly issued: IssuedDocuments,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async of(ctx: Ctx, personId: Id): Promise<PersonPart> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      'select id from applications where applicant_id = $1 order by created_at, id',
      [personId],
    );
    const parts = [];
    for (const { id } of rows) parts.push(await this.one(ctx, await this.files.load(ctx, id)));
    return {
      data: {
        applications: parts.map(({ record }) => record),
      },
      files: parts.flatMap((part) => part.files),
    };
  }

  private async one(
    ctx: Ctx,
    file: ApplicationFile,
  ): Promise<{ readonly record: PersonRecord; readonly files: readonly PersonFile[] }> {
    const { application, call } = file;
    const subject = { kind: 'application', id: application.id };
    const folder = `files/${application.number ?? application.id}`;
    // Also what the form no longer asks of this applicant was written down by them.
    const written = await this.freeze.of(ctx, { ...file, form: file.wholeForm });
    const submissions = await ctx.tx.find(ApplicationSubmissionRow, {
      where: { applicationId: application.id },
      order: { ordinal: 'ASC' },
    });
    const messages = await this.thread.of(ctx, application);
    const names = await this.names(ctx, [
      application.homeInstitutionId,
      application.hostInstitutionId,
      ...file.nominations.map(({ hostInstitutionId }) => hostInstitutionId),
      ...messages.map(({ institutionId }) => institutionId),
    ]);
    const nameOf = (id: Id | null) => (id === null ? null : (names.get(id) ?? null));
    const documents = await this.documents(ctx, file, folder);
    const letter = await this.letter(ctx, subject, folder);
    const history = await this.audit.of(ctx, subject);
    return {
      record: {
        id: application.id,
        callTitle: this.translator.localized(ctx.language, call.title),
        number: application.number,
        callId: application.callId,
        state: application.state,
        stateSince: application.stateSince,
        dueAt: application.dueAt,
        result: application.result,
        reserveNumber: application.reserveNumber,
        language: application.language,
        createdAt: application.createdAt,
        submittedAt: application.submittedAt,
        homeInstitution: nameOf(application.homeInstitutionId),
        freemover: application.freemover,
        hostInstitution: nameOf(application.hostInstitutionId),
        returnReason: application.returnReason,
        closingReason: application.closingReason,
        sections: written.sections.map(({ section, title, answers }) => ({
          section,
          title,
          answers: answers.filter(({ value }) => value !== ''),
        })),
        choices: written.choices,
        documents: documents.records,
        submissions: submissions.map(({ id, ordinal, at, language, formVersion, contentHash, content }) => ({
          id,
          ordinal,
          at,
          language,
          formVersion,
          contentHash,
          content,
        })),
        nominations: [...file.nominations].reverse().map((nomination) => ({
          id: nomination.id,
          hostInstitution: nameOf(nomination.hostInstitutionId),
          state: nomination.state,
          stateSince: nomination.stateSince,
          dueAt: nomination.dueAt,
          createdAt: nomination.createdAt,
        })),
        // Officers by their office.
        messages: messages.map((message) => ({
          id: message.id,
          office: message.office,
          institution: nameOf(message.institutionId),
          writtenBy: message.writtenBy,
          writtenAt: message.writtenAt,
          text: message.text,
        })),
        letter: letter.record,
        history: history
          .filter(({ action }) => this.translator.has('en', `applications.dossier.events.${action}`))
          .map(({ at, action, role, actorKind, actorId }) => ({
            at,
            action,
            by: actorId === ctx.actor.personId ? 'you' : (role ?? actorKind),
          })),
      },
      files: [...documents.files, ...letter.files],
    };
  }

  private async documents(
    ctx: Ctx,
    { application, documents }: ApplicationFile,
    folder: string,
  ): Promise<{ readonly records: readonly PersonRecord[]; readonly files: readonly PersonFile[] }> {
    const subject = { kind: 'application', id: application.id };
    const records: PersonRecord[] = [];
    const files: PersonFile[] = [];
    for (const version of await this.uploads.versions(ctx, subject)) {
      const path = `${folder}/${fileNameOf(version.requirement, version.version, version.fileName)}`;
      const { content } = await this.uploads.open(ctx, subject, version.id);
      const item = documents.find(({ requirement }) => requirement.id === version.requirement);
      files.push({ path, content });
      records.push({
        id: version.id,
        name: item ? this.translator.localized(ctx.language, item.requirement.label) : version.requirement,
        requirement: version.requirement,
        version: version.version,
        current: version.current,
        fileName: version.fileName,
        mediaType: version.mediaType,
        sizeBytes: version.sizeBytes,
        sha256: version.sha256,
        uploadedAt: version.uploadedAt,
        file: path,
      });
    }
    return { records, files };
  }

  private async letter(
    ctx: Ctx,
    subject: { readonly kind: string; readonly id: Id },
    folder: string,
  ): Promise<{ readonly record: PersonRecord | null; readonly files: readonly PersonFile[] }> {
    const issued = await this.issued.of(ctx, 'award_letter', subject);
    if (!issued) return { record: null, files: [] };
    const { id, number, checkCode, issuedAt, revokedAt, ready } = issued;
    const record = { id, number, checkCode, issuedAt, revokedAt };
    // One that is revoked is opened to nobody, and one that the worker still prepares has no file.
    if (!ready || revokedAt !== null) return { record, files: [] };
    const { content, sha256 } = await this.issued.open(ctx, 'award_letter', subject);
    const path = `${folder}/${number}.pdf`;
    return { record: { ...record, sha256, file: path }, files: [{ path, content }] };
  }

  private async names(ctx: Ctx, ids: readonly (Id | null)[]): Promise<ReadonlyMap<Id, string>> {
    const found = await this.institutions.byIds(ctx, [...new Set(ids.filter((id) => id !== null))]);
    return new Map([...found].map(([id, view]) => [id, institutionName(ctx.language, view).text]));
  }
}

/** Names of files come from anywhere; none of them leads out of its folder, and no two are alike. */
function fileNameOf(requirement: string, version: number, fileName: string): string {
  const safe = (text: string) => text.replace(/[\p{Cc}\\/:*?"<>|]/gu, '_').replace(/^\.+/, '_');
  return `${safe(requirement)}-${version}-${safe(fileName)}`;
}
