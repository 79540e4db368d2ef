import { Injectable } from '@nestjs/common';
import { SignedLinks } from '../../access/public.js';
import type { OpenLink } from '../../access/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { Uploads } from '../../documents/public.js';
import type { UploadView } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ReferenceLetterRow } from '../data/reference-letter.entity.js';
import type { ReferenceRequestRow } from '../data/reference-request.entity.js';
import { ReferencesRepository } from '../data/references.repository.js';
import {
  KNOWN_FOR,
  LETTER_FILE,
  LETTER_MAX,
  LETTER_PURPOSE,
  REASON_MAX,
  REFERENCE,
  RELATIONS,
} from '../domain/reference.js';
import { isOverdue, letterProblems } from '../domain/reference-rules.js';
import type { ReferenceAct } from '../domain/reference.states.js';
import { REFERENCE_DECLINED, REFERENCE_RECEIVED } from '../domain/references.events.js';
import { referencesPolicy } from '../domain/references.policy.js';
import { asHolder, requireAnother } from './letter-desk.js';
import { ReferenceRecord, factsOf } from './reference-record.js';

/** A letter as somebody typed it. */
export interface TypedLetter {
  readonly body: string;
  readonly capacity: string;
  readonly knownFor: string;
  /** Of the version that the page showed. */
  readonly revision: number;
}

interface Held {
  readonly reference: ReferenceRequestRow;
  readonly application: ApplicationRow;
}

/** The referee's side: begin, save, hand in, decline. By the link alone; handing in and declining use it up. */
@Injectable()
export class WriteLetter {
  constructor(
    private readonly database: Database,
    private readonly links: SignedLinks,
    private readonly references: ReferencesRepository,
    private readonly record: ReferenceRecord,
    private readonly uploads: Uploads,
  ) {}

  /** Notes that the referee has begun. A second time it changes nothing. */
  begin(request: RequestContext, token: string): Promise<void> {
    return this.act(request, token, 'reference.write', async (ctx, held) => {
      if (held.reference.state === 'invited') await this.record.move(ctx, held.reference, 'begin');
    });
  }

  /**
   * Keeps what was written, whole or not, with a file where one came along. What another tab has saved since the page was
   * opened is not overwritten: `stale`.
   */
  async save(
    request: RequestContext,
    token: string,
    typed: TypedLetter,
    file: { readonly path: string; readonly fileName: string } | null,
  ): Promise<{ readonly revision: number }> {
    // First whether anything may be kept at all: nobody's megabytes are stored for a refusal.
    await this.act(request, token, 'reference.write', () => Promise.resolve());
    const letter = read(typed);
    const saved = await this.act(request, token, 'reference.write', async (ctx, held) => {
      if (held.reference.state === 'invited') await this.record.move(ctx, held.reference, 'begin');
      return this.keep(ctx, held.reference, letter, typed.revision);
    });
    // The words are kept before the file is looked at: what is wrong with a file costs nobody their letter.
    if (file) {
      const received = await this.uploads.receive(file.path, file.fileName, 'file');
      await this.act(request, token, 'reference.write', (ctx, { reference }) =>
        this.uploads.attach(ctx, { kind: REFERENCE, id: reference.id }, LETTER_FILE, received),
      );
    }
    return saved;
  }

  removeFile(request: RequestContext, token: string): Promise<void> {
    return this.act(request, token, 'reference.write', async (ctx, { reference }) => {
      const subject = { kind: REFERENCE, id: reference.id };
      if ((await this.uploads.current(ctx, subject)).length > 0) {
        await this.uploads.remove(ctx, subject, LETTER_FILE);
      }
    });
  }

  /** Hands the letter in. It cannot be changed afterwards, and the link is used up. */
  async submit(request: RequestContext, token: string): Promise<void> {
    await this.settle(request, token, 'reference.submit', 'submit', async (ctx, { reference }) => {
      const letter = await this.references.letter(ctx, reference.id);
      const [file = null] = await this.uploads.current(ctx, { kind: REFERENCE, id: reference.id });
      const problems = letterProblems({
        body: letter?.body ?? '',
        capacity: letter?.capacity ?? null,
        knownFor: letter?.knownFor ?? null,
        hasFile: file !== null,
      });
      if (!letter || problems.length > 0) throw new DomainError('invalid', { fields: problems });
      const hash = hashOf(letter, file);
      await this.references.saveLetter(
        ctx,
        Object.assign(letter, { submittedAt: ctx.clock.now(), contentHash: hash }),
      );
      await this.record.tell(ctx, reference, REFERENCE_RECEIVED);
      return {};
    });
  }

  async decline(request: RequestContext, token: string, reason: string): Promise<void> {
    const text = reason.normalize('NFC').trim();
    if (text.includes('\0')) {
      throw new DomainError('invalid', { fields: [{ field: 'reason', problem: 'wrong_characters' }] });
    }
    if (text.length > REASON_MAX) {
      throw new DomainError('invalid', {
        fields: [{ field: 'reason', problem: 'too_long', values: { max: REASON_MAX } }],
      });
    }
    await this.settle(request, token, 'reference.decline', 'decline', async (ctx, { reference }) => {
      await this.record.tell(ctx, reference, REFERENCE_DECLINED);
      return { declineReason: text || null };
    });
  }

  private async keep(
    ctx: Ctx,
    reference: ReferenceRequestRow,
    letter: Pick<ReferenceLetterRow, 'body' | 'capacity' | 'knownFor'>,
    revision: number,
  ): Promise<{ readonly revision: number }> {
    const before = await this.references.letter(ctx, reference.id);
    if ((before?.revision ?? 0) !== revision) throw new DomainError('stale');
    const row = Object.assign(before ?? new ReferenceLetterRow(), letter, {
      referenceId: reference.id,
      revision: revision + 1,
      savedAt: ctx.clock.now(),
      language: ctx.language,
      submittedAt: null,
      contentHash: null,
    });
    await this.references.saveLetter(ctx, row);
    return { revision: row.revision };
  }

  /** An act of the holder of the link, which leaves the link as it is. */
  private async act<T>(
    request: RequestContext,
    token: string,
    action: string,
    work: (ctx: Ctx, held: Held) => Promise<T>,
  ): Promise<T> {
    const link = await this.links.open(asHolder(request), token, LETTER_PURPOSE);
    return this.database.transaction({ ...request, actor: link.actor }, async (ctx) =>
      work(ctx, await this.held(ctx, request, link, action)),
    );
  }

  /** An act that ends it: the link is used up with it, or neither happens. */
  private settle(
    request: RequestContext,
    token: string,
    action: string,
    act: ReferenceAct,
    work: (ctx: Ctx, held: Held) => Promise<Partial<ReferenceRequestRow>>,
  ): Promise<void> {
    return this.links.redeem(asHolder(request), token, LETTER_PURPOSE, async (ctx, link) => {
      const held = await this.held(ctx, request, link, action);
      await this.record.move(ctx, held.reference, act, await work(ctx, held));
    });
  }

  private async held(
    ctx: Ctx,
    request: RequestContext,
    { subject }: Pick<OpenLink, 'subject'>,
    action: string,
  ): Promise<Held> {
    const reference = await this.references.lock(ctx, subject.id);
    const application = await this.record.application(ctx, reference);
    requireAnother(request, application);
    authorise(ctx, referencesPolicy, action, factsOf(reference, application), 'reference.read');
    if (isOverdue(reference, ctx.clock.now())) {
      throw new DomainError('too_late', { reason: 'reference_deadline_passed' });
    }
    return { reference, application };
  }
}

/** What was typed, as it is kept. A choice that is none is left open; only a letter that is too long is refused. */
function read({
  body,
  capacity,
  knownFor,
}: TypedLetter): Pick<ReferenceLetterRow, 'body' | 'capacity' | 'knownFor'> {
  const text = body.normalize('NFC').replace(/\r\n?/g, '\n').trimEnd();
  const problems: FieldProblem[] = [];
  if (text.length > LETTER_MAX) {
    problems.push({ field: 'body', problem: 'too_long', values: { max: LETTER_MAX } });
  }
  if (text.includes('\0')) problems.push({ field: 'body', problem: 'wrong_characters' });
  if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
  return {
    body: text,
    capacity: RELATIONS.find((each) => each === capacity) ?? null,
    knownFor: KNOWN_FOR.find((each) => each === knownFor) ?? null,
  };
}

/** What was handed in, by which it can be told that nobody changed it since. */
export function hashOf(
  { body, capacity, knownFor }: Pick<ReferenceLetterRow, 'body' | 'capacity' | 'knownFor'>,
  file: Pick<UploadView, 'sha256'> | null,
): string {
  return contentHash({ body, capacity, knownFor, file: file?.sha256 ?? null });
}
