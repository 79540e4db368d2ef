import { Injectable } from '@nestjs/common';
import { ApplicationFiles, sharedText } from '../../applications/public.js';
import type { ApplicationRow, CoApplicantRegister, CoApplicantView } from '../../applications/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Consents } from '../../privacy/public.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { CoApplicantRow } from '../data/co-applicant.entity.js';
import { CoApplicantsRepository } from '../data/co-applicants.repository.js';
import { CO_APPLICANT } from '../domain/co-applicant.js';
import { STANDING } from '../domain/co-applicant.states.js';
import { CO_APPLICANT_VOIDED } from '../domain/co-applicants.events.js';
import { CoApplicantRecord } from './co-applicant-record.js';

/** What applications ask of the room that keeps co-applicants. */
@Injectable()
export class KeptCoApplicants implements CoApplicantRegister {
  constructor(
    private readonly coApplicants: CoApplicantsRepository,
    private readonly files: ApplicationFiles,
    private readonly consents: Consents,
    private readonly record: CoApplicantRecord,
  ) {}

  async of(ctx: Ctx, applicationId: Id): Promise<readonly CoApplicantView[]> {
    return (await this.coApplicants.of(ctx, applicationId)).map(viewOf);
  }

  async changed(ctx: Ctx, application: ApplicationRow): Promise<void> {
    const confirmed = (await this.coApplicants.of(ctx, application.id)).filter(
      ({ state }) => state === 'confirmed',
    );
    if (confirmed.length === 0) return;
    const { hash } = sharedText(await this.files.of(ctx, application));
    for (const row of confirmed) {
      if (row.confirmedHash === hash) continue;
      await this.record.move(ctx, row, 'void', { voidedAt: ctx.clock.now() });
      await this.record.tell(ctx, row, CO_APPLICANT_VOIDED);
    }
  }

  async requireConsent(ctx: Ctx, applicationId: Id, purpose: string): Promise<void> {
    for (const { id, state } of await this.coApplicants.of(ctx, applicationId)) {
      if (!STANDING.includes(state)) continue;
      const given = await this.consents.of(ctx, { kind: CO_APPLICANT, id });
      if (!given.some((consent) => consent.purpose === purpose)) {
        throw new DomainError('blocked', { reason: 'co_applicant_consent_missing' });
      }
    }
  }
}

const STANDINGS = {
  invited: 'invited',
  accepted: 'unconfirmed',
  confirmed: 'confirmed',
  declined: 'ended',
  withdrawn: 'ended',
  removed: 'ended',
  left: 'ended',
} as const satisfies Record<CoApplicantRow['state'], CoApplicantView['standing']>;

/** As they write themselves, once they have said yes; before that as they were invited. */
export function nameOf({ nativeGiven, nativeFamily, name }: CoApplicantRow): string {
  return nativeGiven && nativeFamily ? `${nativeGiven} ${nativeFamily}` : name;
}

export function viewOf(row: CoApplicantRow): CoApplicantView {
  const whole = (given: string | null, family: string | null) => given && family && `${given} ${family}`;
  return {
    id: row.id,
    state: row.state,
    stateSince: row.stateSince,
    standing: STANDINGS[row.state],
    name: nameOf(row),
    latinName: whole(row.latinGiven, row.latinFamily) || null,
    passportName: whole(row.passportGiven, row.passportFamily) || null,
    part: row.part,
    personId: row.personId,
    country: row.country,
    confirmedAt: row.confirmedAt,
  };
}
