import { Inject, Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView, PlaceView } from '../../calls/public.js';
import { Gates } from '../../gates/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { Countries, Institutions } from '../../universities/public.js';
import type { CountryView, InstitutionView } from '../../universities/public.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import type { ExportedRow } from '../data/exported-rows.js';
import { custodyOf } from '../domain/custody.js';
import type { Custody } from '../domain/custody.js';
import type { ExportColumn } from './export-columns.js';
import type { ExportEntry } from './presenters/present-export.js';

/** Calls, institutions, places and countries that a file names: few, and each is read when it is met first. */
interface Met {
  readonly calls: Map<Id, CallView | null>;
  readonly institutions: Map<Id, InstitutionView | null>;
  readonly places: Map<Id, PlaceView | null>;
  countries: ReadonlyMap<string, CountryView> | null;
}

/** What the lines of a file are made of: what `ReadOffice.entries` says of the same rows (a test compares them). */
@Injectable()
export class ReadExport {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Gates) private readonly gates: Gates,
  ) {}

  /** For one file: to be asked for its batches, one after the other. */
  of(
    columns: readonly ExportColumn[],
  ): (ctx: Ctx, rows: readonly ExportedRow[]) => Promise<readonly (readonly [ExportedRow, ExportEntry])[]> {
    const met: Met = { calls: new Map(), institutions: new Map(), places: new Map(), countries: null };
    return (ctx, rows) => this.entries(ctx, rows, columns, met);
  }

  private async entries(
    ctx: Ctx,
    rows: readonly ExportedRow[],
    columns: readonly ExportColumn[],
    met: Met,
  ): Promise<readonly (readonly [ExportedRow, ExportEntry])[]> {
    await meet(met.calls, rows, ['callId'], (ids) => this.calls.byIds(ctx, ids));
    await meet(met.institutions, rows, ['homeInstitutionId', 'hostInstitutionId'], (ids) =>
      this.institutions.byIds(ctx, ids),
    );
    await meet(met.places, rows, ['placeId'], (ids) => this.calls.placesByIds(ctx, ids));
    met.countries ??= new Map((await this.countries.all(ctx)).map((country) => [country.code, country]));
    const { countries } = met;
    const held =
      columns.includes('holder') || columns.includes('due') ? await this.custody(ctx, rows, met) : null;
    return rows.flatMap((row) => {
      const call = met.calls.get(row.callId);
      if (!call) return [];
      const host = (row.hostInstitutionId && met.institutions.get(row.hostInstitutionId)) || null;
      const entry: ExportEntry = {
        application: row,
        call,
        name: row.knows ? (row.name ? { name: row.name } : null) : 'withheld',
        home: (row.homeInstitutionId && met.institutions.get(row.homeInstitutionId)) || null,
        host,
        homeCountry: countries.get(row.homeCountry) ?? null,
        hostCountry: (host && countries.get(host.country)) ?? null,
        place: (row.placeId && met.places.get(row.placeId)) || null,
        custody: held?.get(row.id) ?? [],
      };
      return [[row, entry] as const];
    });
  }

  /** Nominations, decisions and gates are asked of those whose state lets them say who has it. */
  private async custody(
    ctx: Ctx,
    rows: readonly ExportedRow[],
    met: Met,
  ): Promise<ReadonlyMap<Id, readonly Custody[]>> {
    const idsIn = (state: ExportedRow['state']) =>
      rows.flatMap((row) => (row.state === state ? [row.id] : []));
    const eligible = idsIn('eligible');
    const nominations = await this.applications.latestNominations(ctx, eligible);
    const decisions = await this.decisions.ofSubjects(ctx, 'application', eligible);
    const cleared = idsIn('awaiting_clearance');
    const gates =
      cleared.length > 0 ? await this.gates.statesOf(ctx, 'application', cleared) : new Map<Id, never>();
    return new Map(
      rows.flatMap((row) => {
        const call = met.calls.get(row.callId);
        if (!call) return [];
        const held = custodyOf({
          ...row,
          nomination: nominations.get(row.id) ?? null,
          decision: decisions.get(row.id) ?? null,
          gates: gates.get(row.id) ?? [],
          promises: call.promises,
        });
        return [[row.id, held] as const];
      }),
    );
  }
}

/** Reads what rows name for the first time. What the actor may not see is known not to be there. */
async function meet<View, Key extends keyof ExportedRow>(
  known: Map<Id, View | null>,
  rows: readonly ExportedRow[],
  keys: readonly Key[],
  read: (ids: readonly Id[]) => Promise<ReadonlyMap<Id, View>>,
): Promise<void> {
  const fresh = new Set<Id>();
  for (const row of rows) {
    for (const key of keys) {
      const id = row[key] as Id | null;
      if (id !== null && !known.has(id)) fresh.add(id);
    }
  }
  if (fresh.size === 0) return;
  const found = await read([...fresh]);
  for (const id of fresh) known.set(id, found.get(id) ?? null);
}
