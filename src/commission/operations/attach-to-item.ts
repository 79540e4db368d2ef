import { Injectable } from '@nestjs/common';
import { Uploads } from '../../documents/public.js';
import type { UploadView } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CommissionRepository } from '../data/commission.repository.js';
import type { ItemRow } from '../data/commission.repository.js';
import { commissionItemsPolicy } from '../domain/commission.policy.js';

/** As the kind of a record that files are attached to. */
export const COMMISSION_ITEM = 'commission_item';
export const MOST_FILES = 10;
const FILE = 'file';
const SLOTS = Array.from({ length: MOST_FILES }, (_each, index) => `${FILE}-${index + 1}`);

export interface SentFile {
  readonly path: string;
  readonly fileName: string;
}

/** Documents on a matter that is no decision: attached by a secretary of either country, read by whoever reads the matter. */
@Injectable()
export class AttachToItem {
  constructor(
    private readonly database: Database,
    private readonly commission: CommissionRepository,
    private readonly uploads: Uploads,
  ) {}

  /** A PDF. @throws DomainError `invalid` with what is wrong at `file` */
  async attach(request: RequestContext, itemId: string, file: SentFile | null): Promise<Id> {
    // Whoever may not is told so before a file is looked into.
    await this.database.read(request, (ctx) => this.begin(ctx, itemId));
    if (!file) throw new DomainError('invalid', { fields: [{ field: FILE, problem: 'required_file' }] });
    const received = await this.uploads.receive(file.path, file.fileName, FILE);
    return this.database.transaction(request, async (ctx) => {
      const subject = subjectOf(await this.begin(ctx, itemId));
      return withSystemRights(ctx, async () => {
        await this.commission.lockItem(ctx, subject.id);
        const there = await this.uploads.current(ctx, subject);
        if (there.some(({ sha256 }) => sha256 === received.sha256)) {
          throw new DomainError('invalid', { fields: [{ field: FILE, problem: 'file_there' }] });
        }
        const free = SLOTS.find((slot) => !there.some(({ requirement }) => requirement === slot));
        if (!free) {
          throw new DomainError('invalid', {
            fields: [{ field: FILE, problem: 'too_many_files', values: { max: MOST_FILES } }],
          });
        }
        return this.uploads.attach(ctx, subject, free, received);
      });
    });
  }

  /** It stays on record that it was there. */
  async remove(request: RequestContext, itemId: string, uploadId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const subject = subjectOf(await this.begin(ctx, itemId));
      const file = (await this.uploads.current(ctx, subject)).find(({ id }) => id === uploadId);
      if (!file) throw new DomainError('not_found');
      await withSystemRights(ctx, () => this.uploads.remove(ctx, subject, file.requirement));
    });
  }

  /** Of an item that whoever asks may read; none of a decision. */
  files(ctx: Ctx, { id, kind }: ItemRow): Promise<readonly UploadView[]> {
    return kind === 'decision'
      ? Promise.resolve([])
      : this.uploads.current(ctx, { kind: COMMISSION_ITEM, id });
  }

  /** @throws DomainError `not_found` where the item, or the file, is not for whoever asks */
  async open(ctx: Ctx, itemId: string, uploadId: string) {
    const item = await this.commission.item(ctx, itemId);
    const facts = await this.commission.itemFacts(ctx, item);
    authorise(ctx, commissionItemsPolicy, 'commission_item.read', facts, 'commission_item.read');
    return this.uploads.open(ctx, subjectOf(item), uploadId);
  }

  private async begin(ctx: Ctx, itemId: string): Promise<ItemRow> {
    const item = await this.commission.item(ctx, itemId);
    const facts = await this.commission.itemFacts(ctx, item);
    authorise(ctx, commissionItemsPolicy, 'commission_item.attach', facts, 'commission_item.read');
    return item;
  }
}

const subjectOf = ({ id }: ItemRow) => ({ kind: COMMISSION_ITEM, id });
