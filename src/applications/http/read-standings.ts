import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import { pageOf } from '../../shared/cursor.js';
import type { Id } from '../../shared/ids.js';
import { searchKey } from '../../shared/transliteration.js';
import { Countries, Institutions, institutionName } from '../../universities/public.js';
import { ReadStates } from '../operations/read-states.js';
import type { ApplicationStanding } from '../operations/read-states.js';
import { positionOf } from './application-filter.js';
import { presentStanding, presentStandings } from './presenters/present-standings.js';
import { readerOf } from './presenters/reader.js';
import type { OfficeNames } from './presenters/present-custody.js';
import type { StandingView, StandingsAddress, StandingsView } from './views/standing-views.js';

/** Reads what the pages of support show. */
@Injectable()
export class ReadStandings {
  constructor(
    @Inject(ReadStates) private readonly states: ReadStates,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async list(ctx: Ctx, address: StandingsAddress, limit: number): Promise<StandingsView> {
    const key = searchKey(address.q);
    // Signs alone are no number.
    const nothing = address.q.trim() !== '' && key === '';
    const found = nothing
      ? []
      : await this.states.list(ctx, {
          limit: limit + 1,
          ...(address.state ? { states: [address.state] } : {}),
          ...(key ? { searchKey: key } : {}),
          ...(address.after ? { after: positionOf(address.after) } : {}),
        });
    const page = pageOf(
      found,
      limit,
      ({ row }) => [row.stateSince.toISOString(), row.id],
      ({ standing }) => standing,
    );
    const names = await this.names(ctx, page.items);
    return presentStandings(this.translator, ctx, page, address, names);
  }

  /** @throws DomainError `not_found` where the actor may not know of it. */
  async one(ctx: Ctx, id: string): Promise<StandingView> {
    const standing = await this.states.one(ctx, id);
    const names = await this.names(ctx, [standing]);
    const home = await this.countries.byCode(ctx, standing.homeCountry);
    const reader = readerOf(this.translator, ctx, standing.call, home.timeZone);
    return presentStanding(reader, standing, names(standing));
  }

  /** Names of the offices of many applications, in a fixed number of queries. */
  private async names(
    ctx: Ctx,
    standings: readonly ApplicationStanding[],
  ): Promise<(standing: ApplicationStanding) => OfficeNames> {
    const institutions = await this.institutions.byIds(
      ctx,
      standings
        .flatMap(({ homeInstitutionId, hostInstitutionId }) => [homeInstitutionId, hostInstitutionId])
        .filter((id) => id !== null),
    );
    const countries = new Map((await this.countries.all(ctx)).map((country) => [country.code, country]));
    const institution = (id: Id | null) => {
      const found = id ? institutions.get(id) : undefined;
      return found ? institutionName(ctx.language, found) : null;
    };
    const ministry = (code: string | null) => {
      const found = code ? countries.get(code) : undefined;
      return found ? this.translator.localized(ctx.language, found.ministry) : null;
    };
    return (standing) => ({
      homeInstitution: institution(standing.homeInstitutionId),
      hostInstitution: institution(standing.hostInstitutionId),
      homeMinistry: ministry(standing.homeCountry),
      hostMinistry: ministry(standing.hostCountry),
    });
  }
}
