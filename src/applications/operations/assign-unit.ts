import { Inject, Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import type { ExchangeSide } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { ApplicationRecord } from './application-record.js';

/** A coordinator of a whole institution gives an application to one of its units, or takes it back to the whole. */
@Injectable()
export class AssignUnit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
  ) {}

  /** `unitId`: null for the whole institution. Giving it to whoever has it changes nothing. */
  run(request: RequestContext, applicationId: string, side: ExchangeSide, unitId: Id | null): Promise<void> {
    return this.database.transaction(request, (ctx) => this.assign(ctx, applicationId, side, unitId));
  }

  /** The same inside an act of the caller's. */
  async assign(ctx: Ctx, applicationId: string, side: ExchangeSide, unitId: Id | null): Promise<void> {
    const application = await this.applications.lock(ctx, applicationId);
    await this.check(ctx, application, side, unitId);
    const before = side === 'home' ? application.homeUnitId : application.hostUnitId;
    if (before === unitId) return;
    if (side === 'home') application.homeUnitId = unitId;
    else application.hostUnitId = unitId;
    await this.applications.save(ctx, application);
    await this.record.note(
      ctx,
      application,
      unitId === null ? 'application.unit_released' : 'application.unit_assigned',
      { side, unit: unitId, before },
    );
  }

  /** Whether it can be given to this unit. Changes nothing. */
  async check(ctx: Ctx, application: ApplicationRow, side: ExchangeSide, unitId: Id | null): Promise<void> {
    const action = `application.assign_${side}_unit`;
    authorise(ctx, applicationsPolicy, action, application, 'application.read');
    const institution = side === 'home' ? application.homeInstitutionId : application.hostInstitutionId;
    if (!institution) throw new DomainError('wrong_state');
    const units = unitId === null ? [] : await this.applications.units(ctx, institution);
    if (unitId !== null && !units.some(({ id }) => id === unitId)) {
      throw new DomainError('invalid', {
        reason: 'unit_unknown',
        fields: [{ field: 'unitId', problem: 'not_in_list' }],
      });
    }
  }
}
