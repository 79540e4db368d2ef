import { Injectable } from '@nestjs/common';
import { ApplicationFiles } from '../../applications/public.js';
import type { ApplicationFile, ReferenceRegister, ReferenceView } from '../../applications/public.js';
import { Uploads } from '../../documents/public.js';
import type { UploadView } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { ReferenceLetterRow } from '../data/reference-letter.entity.js';
import type { ReferenceRequestRow } from '../data/reference-request.entity.js';
import { ReferencesRepository } from '../data/references.repository.js';
import { LETTER_FILE, REFERENCE } from '../domain/reference.js';
import { OUTSTANDING } from '../domain/reference.states.js';

/** A letter that was handed in, for somebody who may read it. */
export interface ReadableLetter {
  readonly file: ApplicationFile;
  readonly reference: ReferenceRequestRow;
  readonly letter: ReferenceLetterRow;
  readonly upload: UploadView | null;
}

/** Reads letters for the applicant, where they may, and for the offices; the application's policy says who may. */
@Injectable()
export class ReadLetters implements ReferenceRegister {
  constructor(
    private readonly files: ApplicationFiles,
    private readonly references: ReferencesRepository,
    private readonly uploads: Uploads,
  ) {}

  async of(ctx: Ctx, applicationId: Id): Promise<readonly ReferenceView[]> {
    const rows = await this.references.of(ctx, applicationId);
    const hashes = await this.references.hashes(
      ctx,
      rows.filter(({ state }) => state === 'received').map(({ id }) => id),
    );
    return rows.map((row) => ({
      id: row.id,
      state: row.state,
      stateSince: row.stateSince,
      standing: OUTSTANDING.includes(row.state)
        ? 'outstanding'
        : row.state === 'received'
          ? 'received'
          : 'ended',
      name: row.name,
      relation: row.relation,
      confidential: row.confidential,
      dueAt: row.dueAt,
      hash: hashes.get(row.id) ?? null,
    }));
  }

  /**
   * The references of an application, for those who may see them.
   * @throws DomainError `not_found` where the actor may not read the application, `forbidden` where no references
   */
  async list(
    ctx: Ctx,
    applicationId: string,
  ): Promise<{ readonly own: boolean; readonly rows: readonly ReferenceRequestRow[] }> {
    const file = await this.files.load(ctx, applicationId);
    requireSight(file, 'references');
    const { application } = file;
    return {
      own: ctx.actor.personId === application.applicantId,
      rows: await this.references.of(ctx, application.id),
    };
  }

  /** @throws DomainError `not_found` where there is none, `forbidden` where it is kept from the actor */
  async one(ctx: Ctx, applicationId: string, referenceId: string): Promise<ReadableLetter> {
    const file = await this.files.load(ctx, applicationId);
    const known = file.references.find(({ id }) => id === referenceId);
    if (!known) {
      requireSight(file, 'references');
      throw new DomainError('not_found');
    }
    requireSight(file, known.confidential ? 'confidential_letters' : 'references');
    const reference = await this.references.find(ctx, referenceId);
    const letter = reference.state === 'received' ? await this.references.letter(ctx, reference.id) : null;
    if (!letter) throw new DomainError('not_found');
    const files = await this.uploads.current(ctx, { kind: REFERENCE, id: reference.id });
    return {
      file,
      reference,
      letter,
      upload: files.find(({ requirement }) => requirement === LETTER_FILE) ?? null,
    };
  }
}

function requireSight({ sight }: ApplicationFile, kind: 'references' | 'confidential_letters'): void {
  if (sight.sees(kind)) return;
  throw new DomainError('forbidden', { reason: `withheld_${kind}`, action: `application.read_${kind}` });
}
