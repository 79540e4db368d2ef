import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { rowsOf } from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { InstitutionUnitEntity } from './institution-unit.entity.js';

export type UnitView = Readonly<InstitutionUnitEntity>;

/** The units of institutions, as everybody may read them. */
@Injectable()
export class Units {
  /** Those that are open, in the order in which they were added; with `closed` those that were closed as well. */
  of(
    ctx: Ctx,
    institutionId: Id,
    { closed = false }: { readonly closed?: boolean } = {},
  ): Promise<readonly UnitView[]> {
    return ctx.tx.find(InstitutionUnitEntity, {
      where: { institutionId, ...(closed ? {} : { closedAt: IsNull() }) },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
  }

  /** Closed ones too: what was once said of one stays true. */
  async names(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, LocalizedText>> {
    if (ids.length === 0) return new Map();
    const units = await rowsOf(ctx, InstitutionUnitEntity, { id: [...new Set(ids)] });
    return new Map(units.map(({ id, name }) => [id, name]));
  }

  /** @throws DomainError `not_found` */
  async one(ctx: Ctx, id: Id, lock = false): Promise<UnitView> {
    const unit = isId(id)
      ? await ctx.tx.findOne(InstitutionUnitEntity, {
          where: { id },
          ...(lock ? { lock: { mode: 'pessimistic_write' as const } } : {}),
        })
      : null;
    if (!unit) throw new DomainError('not_found');
    return unit;
  }
}
