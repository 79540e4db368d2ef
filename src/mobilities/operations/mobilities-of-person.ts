import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { PersonDataSource, PersonPart, PersonRecord } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { MobilitiesRepository } from '../data/mobilities.repository.js';
import { MobilityRow } from '../data/mobility.entity.js';

/** Stays of a person, with the days that were certified and what was paid for them. Who said so is not theirs to know. */
@Injectable()
export class MobilitiesOfPerson implements PersonDataSource {
  constructor(private readonly stays: MobilitiesRepository) {}

  async of(ctx: Ctx, personId: Id): Promise<PersonPart> {
    const rows = await ctx.tx.find(MobilityRow, {
      where: { participantId: personId },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    const stays: PersonRecord[] = [];
    for (const row of rows) {
      const certificates = await this.stays.certificates(ctx, row.id);
      const payments = await this.stays.payments(ctx, row.id);
      stays.push({
        id: row.id,
        applicationId: row.applicationId,
        category: row.category,
        academicYear: row.academicYear,
        homeCountry: row.homeCountry,
        hostCountry: row.hostCountry,
        state: row.state,
        stateSince: row.stateSince,
        plannedFrom: row.plannedFrom,
        plannedUntil: row.plannedUntil,
        arrivedOn: row.arrivedOn,
        departedOn: row.departedOn,
        certificates: certificates.map(({ kind, certifiedOn, reason, certifiedAt }) => ({
          kind,
          certifiedOn,
          reason,
          certifiedAt,
        })),
        payments: payments.map(
          ({ kind, purpose, payer, minor, currency, paidOn, evidence, reason, recordedAt }) => ({
            kind,
            purpose,
            payer,
            minor: minor === null ? null : Number(minor),
            currency,
            paidOn,
            evidence,
            reason,
            recordedAt,
          }),
        ),
      });
    }
    return { data: { stays }, files: [] };
  }
}
