import { Injectable } from '@nestjs/common';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { GatesRepository } from '../data/gates.repository.js';
import { RestrictedLists } from '../data/restricted-lists.repository.js';
import { gateStates } from '../domain/gate.states.js';
import { GateSubjects } from './gate-subjects.js';
import { ScreenParties } from './screen-parties.js';
import { SettleGate } from './settle-gate.js';

export const SCREEN_AGAIN = 'screen_again';
const BATCH = 100;

/** After a new version of a list every gate of its country that runs is screened again, each in an act of its own. */
@Injectable()
export class ScreenAgain {
  constructor(
    private readonly database: Database,
    private readonly gates: GatesRepository,
    private readonly lists: RestrictedLists,
    private readonly subjects: GateSubjects,
    private readonly screening: ScreenParties,
    private readonly settle: SettleGate,
    private readonly outbox: Outbox,
  ) {}

  /** A batch; what is left is a job of its own, so that a worker that dies goes on where it was. */
  async run(clock: Clock, versionId: Id, after: string): Promise<void> {
    const request = systemContext(clock);
    const ids = await this.database.read(request, (ctx) =>
      ctx.tx.query<{ id: Id }[]>(
        `select g.id from gates g join restricted_list_versions v on v.id = $1 and v.country = g.country
         where g.kind = 'restricted_parties' and g.withdrawn_at is null and g.state <> 'refused'
           and ($2 = '' or g.id > $2::uuid) order by g.id limit ${BATCH}`,
        [versionId, after],
      ),
    );
    for (const { id } of ids) await this.database.transaction(request, (ctx) => this.one(ctx, id));
    await this.database.transaction(request, async (ctx) => {
      const last = ids.at(-1)?.id;
      const done = ids.length < BATCH || last === undefined;
      await this.lists.progress(ctx, versionId, ids.length, done);
      if (done) return;
      await this.outbox.enqueue(ctx, SCREEN_AGAIN, { versionId, after: last }, `screen ${versionId} ${last}`);
    });
  }

  /** A word that was said without knowing of what is found now counts no more. */
  private async one(ctx: Ctx, id: Id): Promise<void> {
    const { subjectKind, subjectId } = await this.gates.find(ctx, id);
    await this.subjects.of(subjectKind).lock(ctx, subjectId);
    const gate = await this.gates.lock(ctx, id);
    if (gate.withdrawnAt) return;
    const { anew } = await this.screening.screen(ctx, gate);
    if (anew > 0 && gateStates.allows(gate.state, 'reopen')) await this.settle.reopenWithin(ctx, gate);
  }
}
