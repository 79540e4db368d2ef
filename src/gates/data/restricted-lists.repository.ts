import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { matchKey } from '../domain/name-match.js';
import { entryHash } from '../domain/restricted-list.js';
import type { ListEntry, PartyKind } from '../domain/restricted-list.js';

/** Below this likeness of trigrams nothing is compared letter by letter. */
const CANDIDATE_SIMILARITY = 0.3;
const CANDIDATES = 200;
const BATCH = 2000;

export interface ListVersionView {
  readonly listId: Id;
  readonly versionId: Id;
  readonly name: string;
  readonly issuerCountry: string;
  readonly version: string;
  readonly dated: string;
  readonly source: string;
  readonly entries: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly importedAt: Date;
  readonly toScreen: number;
  readonly screened: number;
  readonly screenedAt: Date | null;
  readonly newest: boolean;
}

/** An entry that may be somebody, by the letters of one of its names. */
export interface Candidate {
  readonly listId: Id;
  readonly versionId: Id;
  readonly listName: string;
  readonly version: string;
  readonly key: string;
  readonly hash: string;
  readonly names: readonly string[];
  readonly birthYears: readonly number[];
  readonly note: string | null;
}

@Injectable()
export class RestrictedLists {
  /** The list of that name, made where the country had none. One import of a list comes after another. */
  async listOf(
    ctx: Ctx,
    list: { readonly country: string; readonly name: string; readonly issuerCountry: string },
  ): Promise<Id> {
    await ctx.tx.query(
      `insert into restricted_lists (id, country, name, issuer_country, created_at) values ($1, $2, $3, $4, $5)
       on conflict (country, name) do nothing`,
      [newId(ctx.clock.now()), list.country, list.name, list.issuerCountry, ctx.clock.now()],
    );
    await ctx.tx.query("select pg_advisory_xact_lock(hashtext('restricted_list'), hashtext($1))", [
      `${list.country} ${list.name}`,
    ]);
    const [row] = await ctx.tx.query<{ id: Id }[]>(
      'select id from restricted_lists where country = $1 and name = $2',
      [list.country, list.name],
    );
    if (!row) throw new Error(`the list ${list.name} was not kept`);
    return row.id;
  }

  async has(ctx: Ctx, listId: Id, version: string): Promise<boolean> {
    const rows = await ctx.tx.query<unknown[]>(
      'select from restricted_list_versions where list_id = $1 and version = $2',
      [listId, version],
    );
    return rows.length > 0;
  }

  /** Hashes of the newest version by the keys of its entries. */
  async hashes(ctx: Ctx, listId: Id): Promise<ReadonlyMap<string, string>> {
    const rows = await ctx.tx.query<{ key: string; hash: string }[]>(
      `select key, hash from restricted_entries where version_id = (select id from restricted_list_versions
         where list_id = $1 order by imported_at desc, id desc limit 1)`,
      [listId],
    );
    return new Map(rows.map(({ key, hash }) => [key, hash]));
  }

  /** Puts a version down, and its names in the place of those of the version before. */
  async put(
    ctx: Ctx,
    version: {
      readonly listId: Id;
      readonly country: string;
      readonly version: string;
      readonly dated: string;
      readonly source: string;
      readonly added: number;
      readonly changed: number;
      readonly removed: number;
    },
    entries: readonly ListEntry[],
  ): Promise<Id> {
    const now = ctx.clock.now();
    const id = newId(now);
    const { listId, country } = version;
    await ctx.tx.query(
      `insert into restricted_list_versions (id, list_id, country, version, dated, source, entries, added, changed, removed,
         imported_by, imported_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        id,
        listId,
        country,
        version.version,
        version.dated,
        version.source,
        entries.length,
        version.added,
        version.changed,
        version.removed,
        ctx.actor.personId,
        now,
      ],
    );
    await ctx.tx.query('delete from restricted_names where list_id = $1', [listId]);
    for (let start = 0; start < entries.length; start += BATCH) {
      const rows = entries.slice(start, start + BATCH).map((entry) => ({
        id: newId(now),
        version_id: id,
        list_id: listId,
        country,
        key: entry.key,
        hash: entryHash(entry),
        kind: entry.kind,
        names: entry.names,
        birth_years: entry.birthYears,
        note: entry.note,
      }));
      await ctx.tx.query(
        `insert into restricted_entries (id, version_id, list_id, country, key, hash, kind, names, birth_years, note)
         select id, version_id, list_id, country, key, hash, kind, names, birth_years, note
         from json_populate_recordset(null::restricted_entries, $1::json)`,
        [JSON.stringify(rows)],
      );
      const names = rows.flatMap((row) =>
        row.names.map((name) => ({
          entry_id: row.id,
          list_id: listId,
          country,
          kind: row.kind,
          name,
          key: matchKey(name),
        })),
      );
      await ctx.tx.query(
        `insert into restricted_names (entry_id, list_id, country, kind, name, key)
         select entry_id, list_id, country, kind, name, key
         from json_populate_recordset(null::restricted_names, $1::json)`,
        [JSON.stringify(names)],
      );
    }
    return id;
  }

  /** Entries whose names share letters with this one, by the index over trigrams. */
  async candidates(ctx: Ctx, country: string, kind: PartyKind, name: string): Promise<Candidate[]> {
    const key = matchKey(name);
    if (!key) return [];
    await ctx.tx.query("select set_config('pg_trgm.similarity_threshold', $1, true)", [
      String(CANDIDATE_SIMILARITY),
    ]);
    return ctx.tx.query<Candidate[]>(
      `with near as materialized (
         select entry_id, max(similarity(key, $1)) as likeness from restricted_names
         where key % $1 and country = $2 and kind = $3 group by entry_id order by likeness desc limit ${CANDIDATES})
       select e.list_id as "listId", e.version_id as "versionId", l.name as "listName", v.version, e.key, e.hash, e.names,
         e.birth_years as "birthYears", e.note
       from near join restricted_entries e on e.id = near.entry_id join restricted_lists l on l.id = e.list_id
         join restricted_list_versions v on v.id = e.version_id`,
      [key, country, kind],
    );
  }

  async thresholds(ctx: Ctx): Promise<Readonly<Record<PartyKind, number>>> {
    const rows = await ctx.tx.query<{ kind: PartyKind; score: string }[]>(
      'select kind, score from screening_thresholds',
    );
    const of = (kind: PartyKind) => Number(rows.find((row) => row.kind === kind)?.score ?? 1);
    return { person: of('person'), organisation: of('organisation') };
  }

  /** Every version of the lists in the actor's sight, the newest of each list first. */
  versions(ctx: Ctx): Promise<ListVersionView[]> {
    return ctx.tx.query<ListVersionView[]>(
      `select l.id as "listId", v.id as "versionId", l.name, l.issuer_country as "issuerCountry", v.version,
         v.dated::text, v.source, v.entries, v.added, v.changed, v.removed, v.imported_at as "importedAt",
         v.to_screen as "toScreen", v.screened, v.screened_at as "screenedAt",
         v.id = first_value(v.id) over (partition by l.id order by v.imported_at desc, v.id desc) as newest
       from restricted_lists l join restricted_list_versions v on v.list_id = l.id
       order by l.name, v.imported_at desc, v.id desc`,
    );
  }

  async toScreen(ctx: Ctx, versionId: Id, count: number): Promise<void> {
    await ctx.tx.query('update restricted_list_versions set to_screen = $2 where id = $1', [
      versionId,
      count,
    ]);
  }

  async progress(ctx: Ctx, versionId: Id, more: number, done: boolean): Promise<void> {
    await ctx.tx.query(
      `update restricted_list_versions set screened = screened + $2,
         screened_at = case when $3 then $4::timestamptz else screened_at end where id = $1`,
      [versionId, more, done, ctx.clock.now()],
    );
  }
}
