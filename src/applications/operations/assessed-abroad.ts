import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Consents, Transfers } from '../../privacy/public.js';
import type { Transfer } from '../../privacy/public.js';
import { DomainError } from '../../shared/domain-error.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationRow } from '../data/application.entity.js';
import { CROSS_BORDER, TRANSFERRED } from '../domain/crossing.js';
import { EditApplication } from './edit-application.js';

const APPLICATION = 'application';
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
      const countries = await this.people.countriesOfReviewers(ctx, application.callId);
      if (countries.every((country) => country === application.homeCountry)) return true;
      return (await this.agreed(ctx, [application])).has(application.id);
    });
  }

  /** First the register, then the sight. What is on it for a country stays as it is. */
  register(ctx: Ctx, application: ApplicationRow): Promise<void> {
    return withSystemRights(ctx, () => this.registerAll(ctx, [application]));
  }

  /**
   * Somebody got a role: what is being assessed now and is theirs to read from now on crosses now. A call has thousands of
   * applications, so each step is one statement for all of them.
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
      const agreed = await this.agreed(ctx, rows);
      const without = rows.filter(({ id }) => !agreed.has(id)).length;
      if (without > 0) {
        throw new DomainError('blocked', {
          reason: 'reviewer_abroad_without_consent',
          values: { count: without },
        });
      }
      await this.registerAll(ctx, rows);
    });
  }

  /** The countries whose reviewers read it by the register. */
  async registered(ctx: Ctx, applicationId: Id): Promise<readonly CountryCode[]> {
    const all = await this.transfers.of(ctx, { kind: 'application', id: applicationId });
    return all.filter(({ purpose }) => purpose === ASSESSMENT).map(({ toCountry }) => toCountry);
  }

  private async registerAll(ctx: Ctx, rows: readonly ApplicationRow[]): Promise<void> {
    const countries = await this.countriesByCall(ctx, rows);
    const ids = rows.map(({ id }) => id);
    const reached = await this.transfers.reached(ctx, APPLICATION, ids, ASSESSMENT);
    const known = new Set(reached.map(({ id, toCountry }) => `${id} ${toCountry}`));
    const fields = new Map<string, readonly string[]>();
    const transfers: Transfer[] = [];
    for (const row of rows) {
      for (const toCountry of countries.get(row.callId) ?? []) {
        if (toCountry === row.homeCountry || known.has(`${row.id} ${toCountry}`)) continue;
        const form = `${row.callId} ${row.formVersion}`;
        const crossing = fields.get(form) ?? (await this.fieldsOf(ctx, row));
        fields.set(form, crossing);
        transfers.push({
          personId: row.applicantId,
          subject: { kind: APPLICATION, id: row.id },
          fromCountry: row.homeCountry,
          toCountry,
          recipientInstitutionId: null,
          purpose: ASSESSMENT,
          legalBasis: 'consent',
          fields: crossing,
          act: 'application.begin_review',
        });
      }
    }
    await this.transfers.registerAll(ctx, transfers);
  }

  private async fieldsOf(ctx: Ctx, application: ApplicationRow): Promise<readonly string[]> {
    const { sections } = await this.edit.form(ctx, application);
    return sections.filter(({ kind }) => TRANSFERRED.includes(kind)).map(({ id }) => id);
  }

  private agreed(ctx: Ctx, rows: readonly ApplicationRow[]): Promise<ReadonlySet<Id>> {
    return this.consents.agreed(
      ctx,
      APPLICATION,
      rows.map(({ id }) => id),
      CROSS_BORDER,
    );
  }

  private async countriesByCall(
    ctx: Ctx,
    rows: readonly ApplicationRow[],
  ): Promise<ReadonlyMap<Id, readonly CountryCode[]>> {
    const found = new Map<Id, readonly CountryCode[]>();
    for (const callId of new Set(rows.map((row) => row.callId))) {
      found.set(callId, await this.people.countriesOfReviewers(ctx, callId));
    }
    return found;
  }
}
