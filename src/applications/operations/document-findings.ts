import { Inject, Injectable } from '@nestjs/common';
import { documentDueAt, sensitivityOf } from '../../calls/public.js';
import type { CallView, DocumentRequirement, FormDefinition } from '../../calls/public.js';
import { Uploads } from '../../documents/public.js';
import type { UploadVersion } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationDocumentRow } from '../data/application-document.entity.js';
import type { ApplicationSupplementRow } from '../data/application-supplement.entity.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { DocumentsRepository } from '../data/documents.repository.js';
import { isHomeSide } from '../domain/applications.policy.js';
import { documentStates } from '../domain/document-item.states.js';
import type { DocumentAct, DocumentState } from '../domain/document-item.states.js';
import { askedDocuments, documentState } from '../domain/document-items.js';
import type { SubmittedContent } from '../domain/submitted-content.js';
import { ApplicationRecord } from './application-record.js';
import { fileNameFor } from './field-sight.js';
import type { FieldSight, Withheld } from './field-sight.js';

/** One file that was given for a document. */
export interface DocumentVersion extends UploadVersion {
  /** Whether it is part of what was submitted last. */
  readonly submitted: boolean;
  /** That it came after the submission; null where it did not. */
  readonly supplement: Pick<
    ApplicationSupplementRow,
    'id' | 'askedBecause' | 'givenAt' | 'acceptedAt' | 'replacesId'
  > | null;
}

/** One document that the form asks for, as it stands on an application. */
export interface DocumentItem {
  readonly requirement: DocumentRequirement;
  readonly section: string;
  readonly state: DocumentState;
  /** Since it was looked at; null where it was not. */
  readonly since: Date | null;
  readonly reason: string | null;
  readonly dueAt: Date | null;
  /** The newest first. */
  readonly versions: readonly DocumentVersion[];
}

/** What is kept of documents, as it is read. */
export interface KeptDocuments {
  /** By requirement. */
  readonly found: ReadonlyMap<string, ApplicationDocumentRow>;
  /** By upload. */
  readonly supplements: ReadonlyMap<Id, ApplicationSupplementRow>;
  /** Of every requirement, the newest of each first. */
  readonly versions: readonly UploadVersion[];
}

/** Reads and keeps what is found of the documents of an application. */
@Injectable()
export class DocumentFindings {
  constructor(
    @Inject(DocumentsRepository) private readonly documents: DocumentsRepository,
    @Inject(Uploads) private readonly uploads: Uploads,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
  ) {}

  /** What is kept of the documents of an application, whatever its form asks for. */
  async kept(ctx: Ctx, applicationId: Id): Promise<KeptDocuments> {
    const [found, supplements, versions] = await Promise.all([
      this.documents.found(ctx, applicationId),
      this.documents.supplements(ctx, applicationId),
      this.uploads.versions(ctx, { kind: 'application', id: applicationId }),
    ]);
    return { found, supplements: new Map(supplements.map((each) => [each.uploadId, each])), versions };
  }

  /** Every document that the form asks for, with all its versions. */
  itemsOf(
    { found, supplements, versions }: KeptDocuments,
    call: CallView,
    form: FormDefinition,
    content: SubmittedContent | null,
  ): readonly DocumentItem[] {
    const submitted = new Set(content?.documents.map(({ uploadId }) => uploadId));
    return askedDocuments(form).map(({ section, requirement }) => {
      const finding = found.get(requirement.id);
      const own = versions.filter((version) => version.requirement === requirement.id);
      const state = documentState(
        finding,
        own.some(({ current }) => current),
      );
      return {
        requirement,
        section,
        state,
        since: finding?.stateSince ?? null,
        reason: finding?.reason ?? null,
        // What comes later follows its call, whose deadline may have been moved.
        dueAt: state === 'missing' ? documentDueAt(call, requirement) : (finding?.dueAt ?? null),
        versions: own.map((version) => ({
          ...version,
          submitted: submitted.has(version.id),
          supplement: supplements.get(version.id) ?? null,
        })),
      };
    });
  }

  /** One document with the row that holds what was found of it, to be changed under the application's lock. */
  async one(
    ctx: Ctx,
    application: ApplicationRow,
    call: CallView,
    form: FormDefinition,
    requirementId: string,
    sight: FieldSight,
  ): Promise<{ readonly requirement: DocumentRequirement; readonly row: ApplicationDocumentRow }> {
    const asked = askedDocuments(form).find(({ requirement }) => requirement.id === requirementId);
    if (!asked) throw new DomainError('not_found');
    const kind = sensitivityOf(asked.requirement);
    if (kind !== 'open' && !sight.sees(kind)) {
      throw new DomainError('forbidden', {
        reason: `withheld_${kind}`,
        action: `application.read_${kind}`,
      });
    }
    const found = await this.documents.found(ctx, application.id);
    const row = found.get(requirementId);
    const later = documentDueAt(call, asked.requirement);
    if (row) {
      const dueAt = row.state === 'missing' ? later : row.dueAt;
      return { requirement: asked.requirement, row: Object.assign(row, { dueAt }) };
    }
    const current = await this.currentOf(ctx, application.id, requirementId);
    return {
      requirement: asked.requirement,
      row: {
        applicationId: application.id,
        requirement: requirementId,
        state: documentState(undefined, current !== null),
        stateSince: ctx.clock.now(),
        uploadId: null,
        reason: null,
        dueAt: current ? null : later,
        decidedBy: null,
        decidedFor: null,
        remindedAt: null,
        overdueToldAt: null,
      },
    };
  }

  async currentOf(ctx: Ctx, applicationId: Id, requirement: string): Promise<UploadVersion | null> {
    const versions = await this.uploads.versions(ctx, { kind: 'application', id: applicationId });
    return versions.find((each) => each.current && each.requirement === requirement) ?? null;
  }

  /** Moves it by the table; what the new state does not imply is empty. */
  async move(
    ctx: Ctx,
    row: ApplicationDocumentRow,
    act: DocumentAct,
    change: Partial<ApplicationDocumentRow> = {},
  ): Promise<void> {
    const { applicationId, requirement } = row;
    await this.documents.save(ctx, {
      applicationId,
      requirement,
      state: documentStates.move(row.state, act),
      stateSince: ctx.clock.now(),
      uploadId: null,
      reason: null,
      dueAt: null,
      decidedBy: null,
      decidedFor: null,
      remindedAt: null,
      overdueToldAt: null,
      ...change,
    });
  }

  /** With the submission: required documents that may come later are awaited from now on, by the clock. */
  async awaitLater(
    ctx: Ctx,
    application: ApplicationRow,
    call: CallView,
    items: readonly DocumentItem[],
  ): Promise<void> {
    for (const { requirement, state, since } of items) {
      const dueAt = documentDueAt(call, requirement);
      if (!requirement.required || dueAt === null || state !== 'missing' || since !== null) continue;
      await this.documents.save(ctx, {
        applicationId: application.id,
        requirement: requirement.id,
        state,
        stateSince: ctx.clock.now(),
        uploadId: null,
        reason: null,
        dueAt,
        decidedBy: null,
        decidedFor: null,
        remindedAt: null,
        overdueToldAt: null,
      });
    }
  }

  /** A document was given or taken away while the form is open: what was found of it before holds no more. */
  async changed(ctx: Ctx, applicationId: Id, requirement: string, act: 'upload' | 'remove'): Promise<void> {
    const row = (await this.documents.found(ctx, applicationId)).get(requirement);
    if (row && documentStates.allows(row.state, act)) await this.move(ctx, row, act);
  }

  /** Puts a file on record that came after the submission. */
  async supplement(
    ctx: Ctx,
    application: ApplicationRow,
    row: ApplicationDocumentRow,
    given: Pick<ApplicationSupplementRow, 'id' | 'uploadId' | 'replacesId' | 'sha256' | 'givenBy'>,
  ): Promise<void> {
    await this.documents.addSupplement(ctx, {
      ...given,
      applicationId: application.id,
      requirement: row.requirement,
      askedBecause: row.reason,
      givenAt: ctx.clock.now(),
      acceptedAt: null,
      acceptedBy: null,
    });
    await this.move(ctx, row, 'upload');
    await this.record.note(ctx, application, 'application.document_supplemented', {
      requirement: row.requirement,
      upload: given.uploadId,
      replaces: given.replacesId,
      sha256: given.sha256,
    });
  }

  /** Answers whether the file came after the submission and was accepted only now. */
  acceptSupplement(ctx: Ctx, uploadId: Id, by: Id): Promise<boolean> {
    return this.documents.acceptSupplement(ctx, uploadId, by);
  }

  found(ctx: Ctx, applicationId: Id): Promise<ReadonlyMap<string, ApplicationDocumentRow>> {
    return this.documents.found(ctx, applicationId);
  }
}

/**
 * The documents as an office may see them: of versions what was submitted and what came after it; the host and whoever
 * assesses see of the latter what was accepted, and of the checking nothing.
 */
export function itemsForOffice(
  ctx: Ctx,
  application: ApplicationRow,
  items: readonly DocumentItem[],
  withheld: Withheld,
  sight: FieldSight,
): DocumentItem[] {
  const home = isHomeSide(ctx.actor, application);
  return items.map((item) => {
    const hidden = withheld.has(`documents.${item.requirement.id}`);
    const versions = hidden
      ? []
      : item.versions
          .filter(
            ({ submitted, supplement }) =>
              submitted || (supplement !== null && (home || supplement.acceptedAt !== null)),
          )
          .map((version) => ({
            ...version,
            fileName: fileNameFor(version, sight),
            supplement:
              version.supplement &&
              (home && sight.sees('notes')
                ? version.supplement
                : { ...version.supplement, askedBecause: null }),
          }));
    if (!home) {
      return {
        ...item,
        state: documentState(undefined, versions.length > 0),
        since: null,
        reason: null,
        dueAt: null,
        versions,
      };
    }
    return { ...item, reason: sight.sees('notes') ? item.reason : null, versions };
  });
}
