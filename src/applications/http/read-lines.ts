import { Inject, Injectable } from '@nestjs/common';
import type { DisplayName } from '../../access/public.js';
import { Decisions } from '../../approvals/public.js';
import { Calls } from '../../calls/public.js';
import type { CallHead, PlaceStudy } from '../../calls/public.js';
import { Gates } from '../../gates/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { Countries, Institutions } from '../../universities/public.js';
import type { CountryView, InstitutionHead } from '../../universities/public.js';
import type { ListedRow, WantedRows } from '../data/listed-rows.js';
import { custodyOf } from '../domain/custody.js';
import type { Custody } from '../domain/custody.js';

/** A line of the worklist, as page and file tell it. */
export interface WorklistLine {
  readonly application: Pick<
    ListedRow,
    'id' | 'number' | 'freemover' | 'state' | 'result' | 'stateSince' | 'submittedAt'
  >;
  readonly call: CallHead;
  /** Null where nobody knows it; some read files without knowing whose they are. */
  readonly name: Pick<DisplayName, 'name' | 'language'> | 'withheld' | null;
  readonly home: InstitutionHead | null;
  /** Of the nomination; null before there is one. */
  readonly host: InstitutionHead | null;
  readonly homeCountry: CountryView | null;
  readonly hostCountry: CountryView | null;
  /** Where they go, are nominated for, or else want to go first; read only where it is shown. */
  readonly place: PlaceStudy | null;
  readonly custody: readonly Custody[];
}

/** Calls, institutions, places and countries that a list names: few, and each is read when it is met first. */
interface Met {
  readonly calls: Map<Id, CallHead | null>;
  readonly institutions: Map<Id, InstitutionHead | null>;
  readonly places: Map<Id, PlaceStudy | null>;
  countries: ReadonlyMap<string, CountryView> | null;
}

/** BCP 47 tag of what is in no language that is known. */
const UNDETERMINED = 'und';

/** Makes the lines of some rows of a list. */
export type LinesOfRows = (ctx: Ctx, rows: readonly ListedRow[]) => Promise<readonly WorklistLine[]>;

/**
 * What the lines of the worklist are made of, on its page and in a file: no more than they tell. What `ReadOffice.entries`
 * says of the whole records of the same rows (a test compares them).
 */
@Injectable()
export class ReadLines {
  constructor(
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Gates) private readonly gates: Gates,
  ) {}

  /** For one page, or one file whose batches are asked for one after the other. */
  of(wanted: Pick<WantedRows, 'custody'>): LinesOfRows {
    const met: Met = { calls: new Map(), institutions: new Map(), places: new Map(), countries: null };
    return (ctx, rows) => this.lines(ctx, rows, wanted, met);
  }

  private async lines(
    ctx: Ctx,
    rows: readonly ListedRow[],
    { custody }: Pick<WantedRows, 'custody'>,
    met: Met,
  ): Promise<readonly WorklistLine[]> {
    // What the rows name is asked for in one message.
    const [decisions] = await Promise.all([
      custody ? this.sides(ctx, rows) : null,
      meet(met.calls, rows, ['callId'], (ids) => this.calls.headsByIds(ctx, ids)),
      meet(met.institutions, rows, ['homeInstitutionId', 'hostInstitutionId'], (ids) =>
        this.institutions.headsByIds(ctx, ids),
      ),
      meet(met.places, rows, ['placeId'], (ids) => this.calls.studyInPlaces(ctx, ids)),
      met.countries ?? this.countriesFor(ctx, met),
    ]);
    // With other rights, and so by itself.
    const gates = custody ? await this.gatesOf(ctx, rows) : null;
    const countries = met.countries ?? new Map<string, never>();
    const lines: WorklistLine[] = [];
    for (const row of rows) {
      const call = met.calls.get(row.callId);
      if (!call) continue;
      const host = (row.hostInstitutionId && met.institutions.get(row.hostInstitutionId)) || null;
      lines.push({
        application: row,
        call,
        name: row.knows ? nameOf(row) : 'withheld',
        home: (row.homeInstitutionId && met.institutions.get(row.homeInstitutionId)) || null,
        host,
        homeCountry: countries.get(row.homeCountry) ?? null,
        hostCountry: (host && countries.get(host.country)) ?? null,
        place: (row.placeId && met.places.get(row.placeId)) || null,
        custody: custody
          ? custodyOf({
              state: row.state,
              stateSince: row.stateSince,
              dueAt: row.dueAt,
              freemover: row.freemover,
              nomination:
                row.nominationState && row.nominationSince
                  ? { state: row.nominationState, stateSince: row.nominationSince, dueAt: row.nominationDue }
                  : null,
              decision: decisions?.get(row.id) ?? null,
              gates: gates?.get(row.id) ?? [],
              promises: call.promises,
            })
          : [],
      });
    }
    return lines;
  }

  private async countriesFor(ctx: Ctx, met: Met): Promise<void> {
    met.countries = new Map((await this.countries.all(ctx)).map((country) => [country.code, country]));
  }

  /** Asked of those whose host has accepted: of no other the two countries say who has it. */
  private sides(ctx: Ctx, rows: readonly ListedRow[]): ReturnType<Decisions['sidesOfSubjects']> {
    const ids = rows.flatMap(({ id, state, nominationState }) =>
      state === 'eligible' && nominationState === 'host_accepted' ? [id] : [],
    );
    return this.decisions.sidesOfSubjects(ctx, 'application', ids);
  }

  private gatesOf(ctx: Ctx, rows: readonly ListedRow[]): ReturnType<Gates['statesOf']> | null {
    const ids = rows.flatMap(({ id, state }) => (state === 'awaiting_clearance' ? [id] : []));
    return ids.length > 0 ? this.gates.statesOf(ctx, 'application', ids) : null;
  }
}

function nameOf({ name, language }: ListedRow): WorklistLine['name'] {
  return name === null ? null : { name, language: language ?? UNDETERMINED };
}

/** Reads what rows name for the first time. What the actor may not see is known not to be there. */
async function meet<View, Key extends keyof ListedRow>(
  known: Map<Id, View | null>,
  rows: readonly ListedRow[],
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
