import { Injectable } from '@nestjs/common';
import { withSystemRights } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import type { PersonDataSource, PersonPart } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { GateRow } from '../data/gate.entity.js';

/**
 * Gates before what a person applied for: what they may know of them. What an office found out is its own, and who decided
 * is not theirs to know.
 */
@Injectable()
export class GatesOfPerson implements PersonDataSource {
  async of(ctx: Ctx, personId: Id): Promise<PersonPart> {
    const rows = await withSystemRights(ctx, () =>
      ctx.tx
        .createQueryBuilder(GateRow, 'gate')
        .where('gate.about_persons @> array[:personId]::uuid[]', { personId })
        .orderBy('gate.openedAt', 'ASC')
        .addOrderBy('gate.id', 'ASC')
        .getMany(),
    );
    return {
      data: {
        gates: rows.map((gate) => ({
          id: gate.id,
          subjectId: gate.subjectId,
          kind: gate.kind,
          country: gate.country,
          state: gate.state,
          stateSince: gate.stateSince,
          openedAt: gate.openedAt,
          dueAt: gate.dueAt,
          expiresOn: gate.expiresOn,
          told: gate.toldText,
          withdrawnAt: gate.withdrawnAt,
        })),
      },
      files: [],
    };
  }
}
