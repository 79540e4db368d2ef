import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { AuditTrail } from '../../audit/public.js';
import { Uploads } from '../../documents/public.js';
import type { ReceivedFile } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { AgreementAnnex, VersionView } from '../domain/agreement.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { BINDING_LANGUAGES, LONGEST_TITLE, MOST_ANNEXES, WRITTEN_LANGUAGES } from '../domain/draft.js';
import { AgreementRecords, factsOf, preparing, requireOpen } from './agreement-record.js';

/**
 * Files that belong to a version: put there and taken away while it is a draft. Their hashes are part of what is approved, so
 * that nobody approves a file that is exchanged afterwards. A file that was taken away stays in the history of its version.
 */
@Injectable()
export class KeepAnnexes {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly uploads: Uploads,
    private readonly audit: AuditTrail,
  ) {}

  /** Checks a file and puts it into the store; no transaction is open meanwhile. @throws DomainError `invalid` at `file` */
  receive(path: string, fileName: string): Promise<ReceivedFile> {
    return this.uploads.receive(path, fileName, 'file');
  }

  /** @throws DomainError `invalid` at its title, or where there are too many */
  async addAnnex(
    request: RequestContext,
    agreementId: Id,
    title: LocalizedText,
    file: ReceivedFile,
  ): Promise<void> {
    const fields = titleProblems(title);
    if (fields.length > 0) throw new DomainError('invalid', { fields });
    await this.change(request, agreementId, 'annex_added', async (ctx, version, annexes) => {
      if (annexes.length >= MOST_ANNEXES) {
        const values = { max: MOST_ANNEXES };
        throw new DomainError('invalid', { fields: [{ field: 'file', problem: 'too_many', values }] });
      }
      if (annexes.some(({ sha256 }) => sha256 === file.sha256)) {
        throw new DomainError('invalid', { fields: [{ field: 'file', problem: 'annex_twice' }] });
      }
      return [...annexes, await this.attach(ctx, version.id, title, file)];
    });
  }

  /** @throws DomainError `not_found` where there is no such annex any more */
  async removeAnnex(request: RequestContext, agreementId: Id, key: string): Promise<void> {
    await this.change(request, agreementId, 'annex_removed', (_, __, annexes) => {
      const others = annexes.filter((annex) => annex.key !== key);
      if (others.length === annexes.length) throw new DomainError('not_found');
      return Promise.resolve(others);
    });
  }

  /** Attaches a file to a draft inside the caller's act, who has authorised it. */
  async attach(ctx: Ctx, versionId: Id, title: LocalizedText, file: ReceivedFile): Promise<AgreementAnnex> {
    const key = `annex-${newId(ctx.clock.now())}`;
    await this.uploads.attach(ctx, subjectOf(versionId), key, file, { ofOffices: true });
    const { fileName, sizeBytes, pages, sha256 } = file;
    return { key, title, fileName, sizeBytes, pages, sha256 };
  }

  /** The annexes of one version belong to the next one too, which begins as its copy. */
  async carry(ctx: Ctx, from: VersionView, to: Id): Promise<void> {
    const keys = (from.content.annexes ?? []).map(({ key }) => key);
    if (keys.length > 0) await this.uploads.copy(ctx, subjectOf(from.id), subjectOf(to), keys);
  }

  /** The file of an annex of a version. @throws DomainError `not_found` for one that the version does not say */
  async open(
    ctx: Ctx,
    version: VersionView,
    key: string,
  ): Promise<{ readonly annex: AgreementAnnex; readonly content: () => Promise<Readable> }> {
    const annex = version.content.annexes?.find((each) => each.key === key);
    const files = annex ? await this.uploads.current(ctx, subjectOf(version.id)) : [];
    const file = files.find(({ requirement, sha256 }) => requirement === key && sha256 === annex?.sha256);
    if (!annex || !file) throw new DomainError('not_found');
    const { content } = await this.uploads.open(ctx, subjectOf(version.id), file.id);
    return { annex, content };
  }

  private async change(
    request: RequestContext,
    agreementId: Id,
    what: 'annex_added' | 'annex_removed',
    next: (
      ctx: Ctx,
      version: VersionView,
      annexes: readonly AgreementAnnex[],
    ) => Promise<readonly AgreementAnnex[]>,
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const found = await this.records.lock(ctx, agreementId);
      authorise(ctx, agreementsPolicy, 'agreement.edit', factsOf(found, 'version'), 'agreement.read');
      const record = requireOpen(found);
      const { content, edit, preparers, number } = record.open;
      const annexes = await next(ctx, record.open, content.annexes ?? []);
      const { annexes: _, ...others } = content;
      const changed = annexes.length > 0 ? { ...others, annexes } : others;
      await this.records.keepDraft(ctx, record, edit, changed, preparing(ctx, preparers));
      await this.audit.record(ctx, {
        action: `agreement.${what}`,
        subject: { kind: 'agreement', id: agreementId },
        data: { version: number, annexes: annexes.length },
      });
    });
  }
}

/** What is wrong with the title of an annex: both languages that bind have to name it. */
export function titleProblems(title: LocalizedText): readonly FieldProblem[] {
  return WRITTEN_LANGUAGES.flatMap((language): FieldProblem[] => {
    const field = `annexTitle.${language}`;
    if (title[language].length > LONGEST_TITLE) {
      return [{ field, problem: 'too_long', values: { max: LONGEST_TITLE } }];
    }
    const binds = BINDING_LANGUAGES.some((each) => each === language);
    return binds && title[language].trim() === '' ? [{ field, problem: 'required' }] : [];
  });
}

function subjectOf(versionId: Id) {
  return { kind: 'agreement_version', id: versionId };
}
