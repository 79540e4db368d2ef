import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Database } from '../../platform/database/database.js';
import type { TableFormat } from '../../platform/tables/table-file.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Institutions } from '../../universities/public.js';
import { MobilitiesRepository } from '../data/mobilities.repository.js';
import type { MobilityRow } from '../data/mobility.entity.js';
import type { StayFilter } from '../data/stay-filter.js';

const BATCH = 500;

/** Without the place where a page begins: a file is all of it. */
export type ExportFilter = Omit<StayFilter, 'after' | 'limit'>;

/** A stay as the file has it: nobody is named, and who may know whom it is about finds them by the application. */
export interface ExportedStay {
  readonly stay: MobilityRow;
  readonly home: string;
  readonly host: string;
}

/** Takes stays out of the application, as far as the reader may list them; that it began is on record. */
@Injectable()
export class ExportStays {
  constructor(
    private readonly database: Database,
    private readonly stays: MobilitiesRepository,
    private readonly institutions: Institutions,
    private readonly audit: AuditTrail,
  ) {}

  async begin(
    request: RequestContext,
    filter: ExportFilter,
    format: TableFormat,
  ): Promise<AsyncGenerator<readonly ExportedStay[]>> {
    await this.database.transaction(request, (ctx) =>
      this.audit.record(ctx, {
        action: 'mobility.exported',
        subject: { kind: 'mobility_export', id: newId(ctx.clock.now()) },
        data: { format, ...filter },
      }),
    );
    return this.batches(request, filter);
  }

  /** Each batch is a transaction of its own: whoever reads slowly holds nothing. */
  private async *batches(
    request: RequestContext,
    filter: ExportFilter,
  ): AsyncGenerator<readonly ExportedStay[]> {
    let after: StayFilter['after'];
    for (;;) {
      const from: StayFilter['after'] = after;
      const page: readonly ExportedStay[] = await this.database.read(request, async (ctx) => {
        const rows = await this.stays.list(ctx, {
          ...filter,
          ...(from ? { after: from } : {}),
          limit: BATCH,
        });
        const names = await this.institutions.names(
          ctx,
          rows.flatMap(({ homeInstitutionId, hostInstitutionId }) =>
            [homeInstitutionId ?? [], hostInstitutionId].flat(),
          ),
        );
        return rows.map((stay) => ({
          stay,
          home: names.get(stay.homeInstitutionId ?? '') ?? '',
          host: names.get(stay.hostInstitutionId) ?? '',
        }));
      });
      if (page.length > 0) yield page;
      const last = page.at(-1)?.stay;
      if (!last || page.length < BATCH) return;
      after = [last.plannedFrom, last.id];
    }
  }
}
