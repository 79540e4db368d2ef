import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Consents, Transfers } from '../../privacy/public.js';
import { DomainError } from '../../shared/domain-error.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationRow } from '../data/application.entity.js';
import { CROSS_BORDER, TRANSFERRED } from '../domain/crossing.js';
import { EditApplication } from './edit-application.js';

const ASSESSMENT = 'assessment';

/**
 * An application that reviewers from the other country read crosses the border when its assessment begins, or when such a
 * reviewer joins: by consent and on record, like a nomination. Who assesses does not see names, and the register says what.
 */
@Injectable()
export class AssessedAbroad {
  constructor(
    @Inject(People) private readonly people: People,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(Transfers) private readonly transfers: Transfers,
    @Inject(EditApplication) private readonly edit: EditApplication,
  ) {}

  /** Whether it may be put before its reviewers: where one of them is abroad, its applicant agrees that it crosses. */
  async allowed(ctx: Ctx, application: ApplicationRow): Promise<boolean> {
    return withSystemRights(ctx, async () => {
      if ((await this.countries(ctx, application)).length === 0) return true;
      return this.agreed(ctx, application);
    });
  }

  /** First the register, then the sight. What is on it for a country stays as it is. */
  async register(ctx: Ctx, application: ApplicationRow): Promise<void> {
    await withSystemRights(ctx, async () => {
      const subject = { kind: 'application', id: application.id };
      const known = new Set(await this.registered(ctx, application.id));
      const abroad = (await this.countries(ctx, application)).filter((country) => !known.has(country));
      if (abroad.length === 0) return;
      const { sections } = await this.edit.form(ctx, application);
      for (const toCountry of abroad) {
        await this.transfers.register(ctx, {
          personId: application.applicantId,
          subject,
          fromCountry: application.homeCountry,
          toCountry,
          recipientInstitutionId: null,
          purpose: ASSESSMENT,
          legalBasis: 'consent',
          fields: sections.filter(({ kind }) => TRANSFERRED.includes(kind)).map(({ id }) => id),
          act: 'application.begin_review',
        });
      }
    });
  }

  /**
   * Somebody got a role: what is being assessed now and is theirs to read from now on crosses now.
   * @throws DomainError `blocked` where an applicant does not agree to that: then nobody from abroad joins
   */
  async afterGrant(ctx: Ctx, personId: Id): Promise<void> {
    await withSystemRights(ctx, async () => {
      const calls = await this.people.reviewsCalls(ctx, personId);
      if (calls.length === 0) return;
      const rows = await ctx.tx
        .createQueryBuilder(ApplicationRow, 'a')
        .where(`a.call_id = any (:calls) and a.state in ('in_review', 'scored')`, { calls })
        .andWhere('a.home_country <> (select country from persons where id = :personId)', { personId })
        .orderBy('a.id')
        .getMany();
      let without = 0;
      for (const row of rows) if (!(await this.agreed(ctx, row))) without += 1;
      if (without > 0) {
        throw new DomainError('blocked', {
          reason: 'reviewer_abroad_without_consent',
          values: { count: without },
        });
      }
      for (const row of rows) await this.register(ctx, row);
    });
  }

  /** The countries whose reviewers read it by the register. */
  async registered(ctx: Ctx, applicationId: Id): Promise<readonly CountryCode[]> {
    const all = await this.transfers.of(ctx, { kind: 'application', id: applicationId });
    return all.filter(({ purpose }) => purpose === ASSESSMENT).map(({ toCountry }) => toCountry);
  }

  private async agreed(ctx: Ctx, { id }: ApplicationRow): Promise<boolean> {
    const given = await this.consents.of(ctx, { kind: 'application', id });
    return given.some(({ purpose }) => purpose === CROSS_BORDER);
  }

  private async countries(ctx: Ctx, application: ApplicationRow): Promise<readonly CountryCode[]> {
    const all = await this.people.countriesOfReviewers(ctx, application.callId);
    return all.filter((country) => country !== application.homeCountry);
  }
}
