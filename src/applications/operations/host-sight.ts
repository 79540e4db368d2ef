import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext, withSystemRights } from '../../platform/database/database.js';
import { Transfers } from '../../privacy/public.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { SIGHT_ENDS, sightEndOf } from '../domain/sight-ends.js';
import type { SightEnd } from '../domain/sight-ends.js';

const BATCH = 100;
const DAY_MS = 86_400_000;

/** Whom an application was with on the other side. */
type Sight = Pick<ApplicationRow, 'transferredAt' | 'hostCountry' | 'hostInstitutionId'>;

/**
 * Ends what the other side sees of an application: the row leaves its sight by both walls, the register says so, and what is
 * still told stands there and not in the file. When, and what, is data (`sight_rules`).
 */
@Injectable()
export class HostSight {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Transfers) private readonly transfers: Transfers,
  ) {}

  /** Ends it where the rule for what ended the application says at once. The caller saves the row, with the system's rights. */
  async endBy(ctx: Ctx, application: ApplicationRow, cause: SightEnd): Promise<boolean> {
    if (application.transferredAt === null || application.hostCountry === null) return false;
    const { days } = await this.transfers.sightRule(ctx, cause, application.hostCountry);
    if (days > 0) return false;
    await this.close(ctx, application, cause);
    return true;
  }

  /** The same at once, whatever the application's state: the file is taken back. The row is saved. */
  async takeBack(ctx: Ctx, application: ApplicationRow, cause: SightEnd): Promise<void> {
    await withSystemRights(ctx, async () => {
      await this.close(ctx, application, cause);
      await this.applications.save(ctx, application);
    });
  }

  /** On record that whoever saw it until now does not any more, where a change of the row took that away. */
  async lost(ctx: Ctx, application: ApplicationRow, before: Sight, cause: SightEnd): Promise<void> {
    const { transferredAt, hostCountry, hostInstitutionId } = before;
    if (transferredAt === null || hostCountry === null) return;
    await this.transfers.end(ctx, {
      subject: { kind: 'application', id: application.id },
      personId: application.applicantId,
      label: application.number ?? '',
      toCountry: hostCountry,
      recipientInstitutionId: hostInstitutionId,
      cause,
      seenFrom: transferredAt,
    });
  }

  /** What the clock does: ends what has been seen as long as the rule says. Answers how many. */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    let ended = 0;
    for (let after: Id | null = null; ;) {
      const ids: Id[] = await this.database.read(request, (ctx) => this.ended(ctx, after));
      for (const id of ids) {
        ended += await this.database.transaction(request, async (ctx) => {
          const application = await this.applications.lock(ctx, id);
          const cause = sightEndOf(application.state, application.result);
          if (!cause || application.transferredAt === null || application.hostCountry === null) return 0;
          const { days } = await this.transfers.sightRule(ctx, cause, application.hostCountry);
          if (application.stateSince.getTime() + days * DAY_MS > ctx.clock.now().getTime()) return 0;
          await this.close(ctx, application, cause);
          await this.applications.save(ctx, application);
          return 1;
        });
      }
      after = ids.at(-1) ?? null;
      if (ids.length < BATCH) return ended;
    }
  }

  private async ended(ctx: Ctx, after: Id | null): Promise<Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from applications where transferred_at is not null and state = any ($1)
         and ($2::uuid is null or id > $2) order by id limit ${BATCH}`,
      [Object.keys(SIGHT_ENDS), after],
    );
    return rows.map(({ id }) => id);
  }

  private async close(ctx: Ctx, application: ApplicationRow, cause: SightEnd): Promise<void> {
    await withSystemRights(ctx, () => this.lost(ctx, application, application, cause));
    application.transferredAt = null;
    application.hostInstitutionId = null;
    application.hostUnitId = null;
    application.hostCountry = null;
  }
}
