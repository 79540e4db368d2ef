import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { Worker } from '../../platform/outbox/worker.js';
import { FileStore } from '../../platform/storage/file-store.js';
import { systemClock } from '../../shared/clock.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { newCheckCode, readCheckCode } from '../domain/check-code.js';
import { readLetterNumber, showLetterNumber } from '../domain/letter-number.js';
import type { AwardLetterData } from '../rendering/document-data.js';
import { PdfRenderer } from '../rendering/pdf-renderer.js';
import { LetterSeal } from './letter-seal.js';
import type { UploadSubject } from './uploads.js';

/** What the public verification page tells: that the letter is genuine, for whom by initials, for what; never more. */
export interface LetterVerification {
  /** "Ј. П." */
  readonly holderInitials: string;
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  /** Null: of a freemover, for whom their ministry acted at home. */
  readonly homeInstitutionId: Id | null;
  readonly hostInstitutionId: Id;
  /** First and last day of the stay, YYYY-MM-DD. */
  readonly stayFrom: string;
  readonly stayUntil: string;
}

export interface VerifiedLetter extends LetterVerification {
  readonly number: string;
  readonly issuedAt: Date;
  readonly revokedAt: Date | null;
  /** SHA-256 of the letter's file, so that a copy can be compared; null while it is being prepared. */
  readonly sha256: string | null;
}

/** A letter as its holder and the two sides see it. */
export interface IssuedLetter {
  readonly id: Id;
  readonly number: string;
  readonly checkCode: string;
  readonly issuedAt: Date;
  readonly revokedAt: Date | null;
  /** Whether its file can be downloaded. */
  readonly ready: boolean;
}

const RENDER = 'render_letter';

/** Letters of the programme: numbered in the act that grants them, rendered and signed by the worker, verified by anyone. */
@Injectable()
export class IssuedLetters implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Worker) private readonly worker: Worker,
    @Inject(FileStore) private readonly store: FileStore,
    @Inject(PdfRenderer) private readonly renderer: PdfRenderer,
    @Inject(LetterSeal) private readonly seal: LetterSeal,
  ) {}

  onModuleInit(): void {
    this.worker.define(RENDER, ({ letterId }) => this.render(String(letterId)));
  }

  /** Issues the award letter of a subject inside the caller's act. `compose` writes its text once the number is known. */
  async issueAward(
    ctx: Ctx,
    subject: UploadSubject,
    holderId: Id,
    verification: LetterVerification,
    compose: (number: string, checkCode: string) => Promise<AwardLetterData>,
  ): Promise<Id> {
    const now = ctx.clock.now();
    const year = now.getUTCFullYear();
    const [row] = await ctx.tx.query<{ running: string }[]>(
      "select next_number('award', $1, $2)::text as running",
      [verification.homeCountry, year],
    );
    const number = showLetterNumber({
      homeCountry: verification.homeCountry,
      year,
      running: Number(row?.running),
    });
    const checkCode = newCheckCode();
    const content = await compose(number, checkCode);
    const id = newId(now);
    await ctx.tx.query(
      `insert into issued_documents (id, kind, number, check_code, subject_kind, subject_id, holder_id, verification, content,
         issued_at) values ($1, 'award_letter', $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        number,
        checkCode,
        subject.kind,
        subject.id,
        holderId,
        JSON.stringify(verification),
        JSON.stringify(content),
        now,
      ],
    );
    await this.audit.record(ctx, { action: 'letter.issued', subject, data: { letter: id, number } });
    await this.outbox.enqueue(ctx, RENDER, { letterId: id }, `${RENDER}:${id}`);
    return id;
  }

  /** The letter of a subject, if one was issued. */
  async of(ctx: Ctx, subject: UploadSubject): Promise<IssuedLetter | null> {
    const [row] = await ctx.tx.query<IssuedLetter[]>(
      `select id, number, check_code as "checkCode", issued_at as "issuedAt", revoked_at as "revokedAt",
         storage_key is not null as ready
       from issued_documents where subject_kind = $1 and subject_id = $2 and kind = 'award_letter'`,
      [subject.kind, subject.id],
    );
    return row ?? null;
  }

  /** The file of a subject's letter. Throws `unavailable` with `file_not_ready` while the worker prepares it. */
  async open(
    ctx: Ctx,
    subject: UploadSubject,
  ): Promise<{
    readonly number: string;
    readonly sha256: string;
    readonly content: () => Promise<Readable>;
  }> {
    const [row] = await ctx.tx.query<{ number: string; storageKey: string | null; sha256: string | null }[]>(
      `select number, storage_key as "storageKey", sha256 from issued_documents
       where subject_kind = $1 and subject_id = $2 and kind = 'award_letter' and revoked_at is null`,
      [subject.kind, subject.id],
    );
    if (!row) throw new DomainError('not_found');
    const { storageKey, sha256 } = row;
    if (!storageKey || !sha256) throw new DomainError('unavailable', { reason: 'file_not_ready' });
    return { number: row.number, sha256, content: () => this.store.get(storageKey, sha256) };
  }

  async revoke(ctx: Ctx, subject: UploadSubject): Promise<void> {
    const [, revoked] = await ctx.tx.query<[unknown[], number]>(
      `update issued_documents set revoked_at = $3 where subject_kind = $1 and subject_id = $2 and revoked_at is null`,
      [subject.kind, subject.id, ctx.clock.now()],
    );
    if (revoked > 0) await this.audit.record(ctx, { action: 'letter.revoked', subject });
  }

  /** What may be told to whoever holds both number and check code; null for any pair that is not one letter's. */
  async verify(ctx: Ctx, typedNumber: string, typedCode: string): Promise<VerifiedLetter | null> {
    const number = readLetterNumber(typedNumber);
    const code = readCheckCode(typedCode);
    if (!number || !code) return null;
    const [row] = await ctx.tx.query<
      {
        number: string;
        verification: LetterVerification;
        issued_at: Date;
        revoked_at: Date | null;
        sha256: string | null;
      }[]
    >('select * from verify_letter($1, $2)', [showLetterNumber(number), code]);
    return (
      (row && {
        ...row.verification,
        number: row.number,
        issuedAt: row.issued_at,
        revokedAt: row.revoked_at,
        sha256: row.sha256,
      }) ??
      null
    );
  }

  /** Renders, signs and stores a letter once; a second run of the job finds it done. */
  private async render(letterId: Id): Promise<void> {
    const request = systemContext(systemClock);
    const [letter] = await this.database.read(request, (ctx) =>
      ctx.tx.query<{ content: AwardLetterData }[]>(
        `select content from issued_documents where id = $1 and storage_key is null and content <> '{}'`,
        [letterId],
      ),
    );
    if (!letter) return;
    const signed = await this.seal.sign(
      await this.renderer.render('award-letter', letter.content),
      systemClock.now(),
    );
    const stored = await this.store.put(signed);
    await this.database.transaction(request, async (ctx) => {
      await ctx.tx.query(
        'update issued_documents set storage_key = $2, sha256 = $3 where id = $1 and storage_key is null',
        [letterId, stored.key, stored.sha256],
      );
      await this.audit.record(ctx, {
        action: 'letter.signed',
        subject: { kind: 'letter', id: letterId },
        data: { sha256: stored.sha256 },
      });
    });
  }
}
