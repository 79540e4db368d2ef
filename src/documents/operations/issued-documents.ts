import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { Worker } from '../../platform/outbox/worker.js';
import { FileStore } from '../../platform/storage/file-store.js';
import { systemClock } from '../../shared/clock.js';
import { contentHash } from '../../shared/content-hash.js';
import type { Hashable } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { newCheckCode, readCheckCode } from '../domain/check-code.js';
import { SERIES } from '../domain/document-kinds.js';
import type { DocumentKind, Verifications } from '../domain/document-kinds.js';
import { readDocumentNumber, showDocumentNumber } from '../domain/document-number.js';
import type { CertificateFacts, SignatureAct, SignatureView } from '../domain/signatures.js';
import type { DocumentTemplates } from '../rendering/document-data.js';
import { checkSignatures } from '../rendering/pdf-signature-check.js';
import { PdfRenderer } from '../rendering/pdf-renderer.js';
import { DocumentSeal } from './document-seal.js';
import type { UploadSubject } from './uploads.js';

const TEMPLATES = {
  award_letter: 'award-letter',
  decision_record: 'official-record',
  protocol: 'official-record',
  agreement: 'official-record',
} as const satisfies Record<DocumentKind, keyof DocumentTemplates>;

/** What a document of a kind is written from. */
export type DocumentContent<Kind extends DocumentKind> = DocumentTemplates[(typeof TEMPLATES)[Kind]];

/** A document to be issued. */
export interface DocumentOrder<Kind extends DocumentKind> {
  readonly kind: Kind;
  readonly subject: UploadSubject;
  /** Whose it is; null where it is of no person and read by the offices of both countries. */
  readonly holderId: Kind extends 'award_letter' ? Id : null;
  /** Also says whose number it bears: the home country's. */
  readonly verification: Verifications[Kind];
  /**
   * Who puts their names to it, in this order: how many, and those who have acted already; the others by `sign`. Absent: it is
   * sealed for the programme alone.
   */
  readonly signatures?: { readonly wanted: number; readonly given: readonly SignatureAct[] };
  /** The document that this one takes the place of. */
  readonly supersedes?: Id;
  /** Writes its text once number and check code are known. */
  readonly compose: (number: string, checkCode: string) => Promise<DocumentContent<Kind>>;
}

/** A document as those see it who may read it. */
export interface IssuedDocument {
  readonly id: Id;
  readonly number: string;
  readonly checkCode: string;
  readonly issuedAt: Date;
  readonly revokedAt: Date | null;
  /** Whether its file can be downloaded. */
  readonly ready: boolean;
  readonly sha256: string | null;
  readonly signaturesWanted: number;
  readonly signatures: readonly SignatureView[];
}

/** What the public page knows of a document, by its kind. */
export type VerifiedDocument = {
  [Kind in DocumentKind]: VerifiedFacts & {
    readonly kind: Kind;
    readonly verification: Verifications[Kind];
  };
}[DocumentKind];

interface VerifiedFacts {
  readonly number: string;
  readonly issuedAt: Date;
  readonly revokedAt: Date | null;
  /** The number of the one that took its place. */
  readonly supersededBy: string | null;
  /** SHA-256 of the file, so that a copy can be compared; null while it is being prepared. */
  readonly sha256: string | null;
  /** By which the programme sealed it, where nobody signs it by name. */
  readonly certificate: CertificateFacts | null;
  readonly signaturesWanted: number;
  /** Each with the hash that the file had once it was written into it: a copy of then is genuine too. */
  readonly signatures: readonly (SignatureView & { readonly sha256: string | null })[];
}

/** A document as the worker finds it. */
interface Unsealed {
  readonly kind: DocumentKind;
  readonly number: string;
  readonly content: DocumentContent<DocumentKind>;
  readonly storageKey: string | null;
  readonly sha256: string | null;
  readonly signaturesWanted: number;
  /** Given, and not in the file yet. */
  readonly waiting: readonly (SignatureAct & { readonly position: number })[];
}

/** What a copy is, beside the document that it is said to be. */
export interface CopyVerdict {
  /**
   * The file as it is now; as it was before a later signature; one that bears signatures and was changed after them; or
   * nothing that was ever issued under this number.
   */
  readonly is: 'current' | 'earlier' | 'changed' | 'other';
  /** Of each signature in the copy, in their order, whether what it covers is still what was signed. */
  readonly intact: readonly boolean[];
}

const RENDER = 'render_document';
/** Somebody signs while the file is being sealed: it is taken up again, and that is rare. */
const ATTEMPTS = 5;

const COLUMNS = `d.id, d.number, d.check_code as "checkCode", d.issued_at as "issuedAt", d.revoked_at as "revokedAt",
  d.storage_key is not null as ready, d.sha256, d.signatures_wanted as "signaturesWanted"`;

/**
 * Documents of the programme: numbered in the act that issues them, set and sealed by the worker, signed for one side after
 * the other, verified by anyone who holds one.
 */
@Injectable()
export class IssuedDocuments implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Worker) private readonly worker: Worker,
    @Inject(FileStore) private readonly store: FileStore,
    @Inject(PdfRenderer) private readonly renderer: PdfRenderer,
    @Inject(DocumentSeal) private readonly seal: DocumentSeal,
  ) {}

  onModuleInit(): void {
    this.worker.define(RENDER, ({ documentId }) => this.prepare(String(documentId)));
  }

  /** Issues a document inside the caller's act. Its content, and with it the hash on record, is fixed from then on. */
  async issue<Kind extends DocumentKind>(ctx: Ctx, order: DocumentOrder<Kind>): Promise<Id> {
    const { kind, subject, verification, signatures, supersedes } = order;
    const now = ctx.clock.now();
    const year = now.getUTCFullYear();
    const country = verification.homeCountry;
    const [row] = await ctx.tx.query<{ running: string }[]>(
      'select next_number($1, $2, $3)::text as running',
      [SERIES[kind], country, year],
    );
    const number = showDocumentNumber({ kind, country, year, running: Number(row?.running) });
    const checkCode = newCheckCode();
    const content = await order.compose(number, checkCode);
    const id = newId(now);
    if (supersedes !== undefined) {
      await ctx.tx.query(
        'update issued_documents set superseded_by = $2 where id = $1 and superseded_by is null',
        [supersedes, id],
      );
    }
    await ctx.tx.query(
      `insert into issued_documents (id, kind, number, check_code, subject_kind, subject_id, holder_id, verification, content,
         issued_at, signatures_wanted) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        id,
        kind,
        number,
        checkCode,
        subject.kind,
        subject.id,
        order.holderId,
        JSON.stringify(verification),
        JSON.stringify(content),
        now,
        signatures?.wanted ?? 0,
      ],
    );
    await this.audit.record(ctx, {
      action: 'document.issued',
      subject,
      data: {
        document: id,
        kind,
        number,
        contentHash: contentHash(content as unknown as Hashable),
        supersedes: supersedes ?? null,
      },
    });
    for (const act of signatures?.given ?? []) await this.add(ctx, id, act);
    await this.queue(ctx, id);
    return id;
  }

  /**
   * Puts the next name to a document, inside the act by which it is signed. The worker writes it into the file, after those
   * that stand there already, and each of them goes on being valid for what it covers.
   * @throws DomainError `conflict` where all have signed, or this person has
   */
  async sign(ctx: Ctx, documentId: Id, act: SignatureAct): Promise<void> {
    const [document] = await ctx.tx.query<{ wanted: number; given: number; signers: readonly Id[] }[]>(
      `select d.signatures_wanted as wanted, (select count(*)::integer from document_signatures s where s.document_id = d.id)
         as given, array(select s.signer_id from document_signatures s where s.document_id = d.id) as signers
       from issued_documents d where d.id = $1 and d.revoked_at is null and d.superseded_by is null for update of d`,
      [documentId],
    );
    if (!document) throw new DomainError('not_found');
    if (document.given >= document.wanted || document.signers.includes(act.signerId)) {
      throw new DomainError('conflict', { reason: 'already_decided' });
    }
    await this.add(ctx, documentId, act);
    await this.queue(ctx, documentId);
  }

  /** The document of a kind on a subject that stands now, if one was issued. */
  async of(ctx: Ctx, kind: DocumentKind, subject: UploadSubject): Promise<IssuedDocument | null> {
    const [row] = await ctx.tx.query<Omit<IssuedDocument, 'signatures'>[]>(
      `select ${COLUMNS} from issued_documents d
       where d.kind = $1 and d.subject_kind = $2 and d.subject_id = $3 and d.superseded_by is null`,
      [kind, subject.kind, subject.id],
    );
    return row ? { ...row, signatures: await this.signaturesOf(ctx, row.id) } : null;
  }

  /** The file of a subject's document. Throws `unavailable` with `file_not_ready` while the worker prepares it. */
  async open(
    ctx: Ctx,
    kind: DocumentKind,
    subject: UploadSubject,
  ): Promise<{
    readonly number: string;
    readonly sha256: string;
    readonly content: () => Promise<Readable>;
  }> {
    const [row] = await ctx.tx.query<{ number: string; storageKey: string | null; sha256: string | null }[]>(
      `select number, storage_key as "storageKey", sha256 from issued_documents
       where kind = $1 and subject_kind = $2 and subject_id = $3 and revoked_at is null and superseded_by is null`,
      [kind, subject.kind, subject.id],
    );
    if (!row) throw new DomainError('not_found');
    const { storageKey, sha256 } = row;
    if (!storageKey || !sha256) throw new DomainError('unavailable', { reason: 'file_not_ready' });
    return { number: row.number, sha256, content: () => this.store.get(storageKey, sha256) };
  }

  async revoke(ctx: Ctx, kind: DocumentKind, subject: UploadSubject): Promise<void> {
    const [, revoked] = await ctx.tx.query<[unknown[], number]>(
      `update issued_documents set revoked_at = $4
       where kind = $1 and subject_kind = $2 and subject_id = $3 and revoked_at is null`,
      [kind, subject.kind, subject.id, ctx.clock.now()],
    );
    if (revoked > 0) {
      await this.audit.record(ctx, { action: 'document.revoked', subject, data: { kind } });
    }
  }

  /** What may be told to whoever holds both number and check code; null for any pair that is not one document's. */
  async verify(ctx: Ctx, typedNumber: string, typedCode: string): Promise<VerifiedDocument | null> {
    const number = readDocumentNumber(typedNumber);
    const code = readCheckCode(typedCode);
    if (!number || !code) return null;
    const [row] = await ctx.tx.query<
      {
        kind: DocumentKind;
        number: string;
        verification: Verifications[DocumentKind];
        issued_at: Date;
        revoked_at: Date | null;
        superseded_by: string | null;
        sha256: string | null;
        certificate: CertificateFacts | null;
        signatures_wanted: number;
        signatures: (Omit<VerifiedFacts['signatures'][number], 'actedAt' | 'sealedAt'> & {
          actedAt: string;
          sealedAt: string | null;
        })[];
      }[]
    >('select * from verify_document($1, $2)', [showDocumentNumber(number), code]);
    if (!row) return null;
    return {
      kind: row.kind,
      number: row.number,
      verification: row.verification,
      issuedAt: row.issued_at,
      revokedAt: row.revoked_at,
      supersededBy: row.superseded_by,
      sha256: row.sha256,
      certificate: row.certificate,
      signaturesWanted: row.signatures_wanted,
      signatures: row.signatures.map((signature) => ({
        ...signature,
        actedAt: new Date(signature.actedAt),
        sealedAt: signature.sealedAt === null ? null : new Date(signature.sealedAt),
      })),
    } as VerifiedDocument;
  }

  /** Compares a copy with every state that the file of a document ever had. The copy is not kept. */
  compare(document: VerifiedDocument, copy: Buffer): CopyVerdict {
    const hash = createHash('sha256').update(copy).digest('hex');
    const signatures = checkSignatures(copy);
    const intact = signatures.map((signature) => signature.intact);
    if (hash === document.sha256) return { is: 'current', intact };
    if (document.signatures.some(({ sha256 }) => sha256 === hash)) return { is: 'earlier', intact };
    return { is: signatures.length > 0 ? 'changed' : 'other', intact };
  }

  private signaturesOf(ctx: Ctx, documentId: Id): Promise<SignatureView[]> {
    return ctx.tx.query<SignatureView[]>(
      `select position, country, name, office, language, acted_at as "actedAt", sealed_at as "sealedAt", certificate
       from document_signatures where document_id = $1 order by position`,
      [documentId],
    );
  }

  private async add(ctx: Ctx, documentId: Id, act: SignatureAct): Promise<void> {
    const [row] = await ctx.tx.query<{ position: number }[]>(
      `insert into document_signatures (document_id, position, country, signer_id, name, office, language, acted_at)
       select $1, (select count(*) + 1 from document_signatures where document_id = $1), $2, $3, $4, $5, $6, $7
       returning position`,
      [documentId, act.country, act.signerId, act.name, act.office, act.language, act.actedAt],
    );
    await this.audit.record(ctx, {
      action: 'document.signed',
      subject: { kind: 'document', id: documentId },
      data: { signature: row?.position ?? null, country: act.country, signer: act.signerId },
    });
  }

  private queue(ctx: Ctx, documentId: Id): Promise<void> {
    return this.outbox.enqueue(ctx, RENDER, { documentId }, `${RENDER}:${documentId}`, 'mass');
  }

  /** Sets, seals and stores a document as far as it was signed; a second run of the job finds it done. */
  async prepare(documentId: Id): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const document = await this.unsealed(documentId);
      if (!document || (document.storageKey && document.waiting.length === 0)) return;
      if (await this.write(documentId, document)) return;
    }
    throw new Error(`document ${documentId} changed each time that it was sealed`);
  }

  private unsealed(documentId: Id): Promise<Unsealed | undefined> {
    return this.database.read(systemContext(systemClock), async (ctx) => {
      const [document] = await ctx.tx.query<Omit<Unsealed, 'waiting'>[]>(
        `select kind, number, content, storage_key as "storageKey", sha256, signatures_wanted as "signaturesWanted"
         from issued_documents where id = $1 and content <> '{}'`,
        [documentId],
      );
      const waiting = await ctx.tx.query<Unsealed['waiting']>(
        `select position, country, signer_id as "signerId", name, office, language, acted_at as "actedAt"
         from document_signatures where document_id = $1 and sealed_at is null order by position`,
        [documentId],
      );
      return document && { ...document, waiting };
    });
  }

  /** False where somebody else wrote it in the meantime. */
  private async write(documentId: Id, document: Unsealed): Promise<boolean> {
    const { kind, number, storageKey, sha256, waiting } = document;
    const now = systemClock.now();
    let pdf =
      storageKey && sha256
        ? await buffer(await this.store.get(storageKey, sha256))
        : await this.renderer.render(TEMPLATES[kind], document.content);
    let seal: CertificateFacts | null = null;
    if (document.signaturesWanted === 0) {
      ({ pdf, certificate: seal } = await this.seal.ofProgramme(pdf, kind, number, now));
    }
    let stored = await this.store.put(pdf);
    const sealed: { position: number; sha256: string; certificate: CertificateFacts }[] = [];
    for (const act of waiting) {
      const signed = await this.seal.ofSide(pdf, number, act, now);
      pdf = signed.pdf;
      stored = await this.store.put(pdf);
      sealed.push({ position: act.position, sha256: stored.sha256, certificate: signed.certificate });
    }
    return this.database.transaction(systemContext(systemClock), async (ctx) => {
      const [, written] = await ctx.tx.query<[unknown[], number]>(
        `update issued_documents set storage_key = $2, sha256 = $3, certificate = coalesce($5, certificate)
         where id = $1 and storage_key is not distinct from $4`,
        [documentId, stored.key, stored.sha256, storageKey, seal && JSON.stringify(seal)],
      );
      if (written === 0) return false;
      for (const { position, sha256: hash, certificate } of sealed) {
        await ctx.tx.query(
          `update document_signatures set sealed_at = $3, sha256 = $4, certificate = $5
           where document_id = $1 and position = $2`,
          [documentId, position, now, hash, JSON.stringify(certificate)],
        );
      }
      for (const { position, sha256: hash, certificate } of sealed.length > 0
        ? sealed
        : [{ position: null, sha256: stored.sha256, certificate: seal }]) {
        await this.audit.record(ctx, {
          action: 'document.sealed',
          subject: { kind: 'document', id: documentId },
          data: { number, sha256: hash, signature: position, certificate: certificate?.fingerprint ?? null },
        });
      }
      return true;
    });
  }
}
