import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { readPrepared } from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { ConsentReceipt } from '../consent-keepers.js';

export interface ConsentSubject {
  readonly kind: string;
  readonly id: Id;
}

/** A receipt: who agreed to what, in which words and language, when, and whether it still holds. */
export interface ConsentGiven {
  readonly id: Id;
  readonly purpose: string;
  readonly textVersion: string;
  readonly language: string;
  readonly givenAt: Date;
  readonly withdrawnAt: Date | null;
}

const COLUMNS = `id, purpose, text_version as "textVersion", language, given_at as "givenAt", withdrawn_at as "withdrawnAt"`;

/** Consents as dated, versioned, revocable receipts, one per purpose, each a document of its own (152-FZ art. 9; ZZPL art. 15). */
@Injectable()
export class Consents {
  constructor(@Inject(AuditTrail) private readonly audit: AuditTrail) {}

  /**
   * Records that the person who acts agreed to exactly this text. The same text again gives the receipt that is there;
   * a new version takes the place of the old one, which stays on record as withdrawn.
   */
  async give(
    ctx: Ctx,
    consent: {
      readonly purpose: string;
      readonly subject: ConsentSubject;
      readonly textVersion: string;
      /** The wording that was on the page, in its language. */
      readonly text: string;
    },
  ): Promise<Id> {
    const personId = ctx.actor.personId;
    if (!personId) throw new DomainError('not_signed_in');
    const now = ctx.clock.now();
    const inForce = (await this.of(ctx, consent.subject)).find((each) => each.purpose === consent.purpose);
    if (inForce?.textVersion === consent.textVersion) return inForce.id;
    if (inForce) await this.withdraw(ctx, consent.subject, consent.purpose);
    const id = newId(now);
    await ctx.tx.query(
      `insert into consents (id, person_id, purpose, subject_kind, subject_id, text_version, text_hash, language, given_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        personId,
        consent.purpose,
        consent.subject.kind,
        consent.subject.id,
        consent.textVersion,
        createHash('sha256').update(consent.text).digest('hex'),
        ctx.language,
        now,
      ],
    );
    await this.audit.record(ctx, {
      action: 'consent.given',
      subject: consent.subject,
      data: { purpose: consent.purpose, textVersion: consent.textVersion, language: ctx.language },
    });
    return id;
  }

  /** Takes a consent back. What follows from it is the matter of the module whose record it concerns. */
  async withdraw(ctx: Ctx, subject: ConsentSubject, purpose: string): Promise<boolean> {
    const withdrawn = await ctx.tx.query<[unknown[], number]>(
      `update consents set withdrawn_at = $4 where person_id = $1 and purpose = $2 and subject_kind = $3
         and subject_id = $5 and withdrawn_at is null`,
      [ctx.actor.personId, purpose, subject.kind, ctx.clock.now(), subject.id],
    );
    if (withdrawn[1] === 0) return false;
    await this.audit.record(ctx, { action: 'consent.withdrawn', subject, data: { purpose } });
    return true;
  }

  /** Of these records those for which a consent to the purpose is in force. */
  async agreed(ctx: Ctx, kind: string, ids: readonly Id[], purpose: string): Promise<ReadonlySet<Id>> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select distinct subject_id as id from consents
       where subject_kind = $1 and subject_id = any ($2) and purpose = $3 and withdrawn_at is null`,
      [kind, ids, purpose],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** The receipts in force for one record. */
  of(ctx: Ctx, subject: ConsentSubject): Promise<ConsentGiven[]> {
    return readPrepared<ConsentGiven>(
      ctx,
      `select ${COLUMNS} from consents where subject_kind = $1 and subject_id = $2 and withdrawn_at is null
       order by given_at, purpose`,
      [subject.kind, subject.id],
      ['givenAt', 'withdrawnAt'],
    );
  }

  /** Every receipt of the person who asks, those taken back too. */
  mine(ctx: Ctx): Promise<ConsentGiven[]> {
    return ctx.tx.query<ConsentGiven[]>(
      `select ${COLUMNS} from consents where person_id = $1 order by given_at desc, purpose`,
      [ctx.actor.personId],
    );
  }

  /** One receipt with all that it says, of whoever the actor's transaction may see. */
  async receipt(ctx: Ctx, id: Id, lock: '' | ' for update' = ''): Promise<ConsentReceipt | null> {
    const [receipt] = await ctx.tx.query<ConsentReceipt[]>(
      `select ${COLUMNS}, person_id as "personId", subject_kind as "subjectKind", subject_id as "subjectId",
         text_hash as "textHash" from consents where id = $1${lock}`,
      [id],
    );
    return receipt ?? null;
  }
}
