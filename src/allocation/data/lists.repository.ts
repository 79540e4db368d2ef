import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { In, IsNull } from 'typeorm';
import { GENDER } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { readPrepared } from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { ChoiceExplanation } from '../domain/explain.js';
import type { ListEntry } from '../domain/list-content.js';
import { AllocationListRow } from './allocation-list.entity.js';
import { AllocationRunRow } from './allocation-run.entity.js';

/** The seed of a call's lot: its hash from the beginning, itself once a list was published. */
export interface SeedView {
  readonly hash: string;
  readonly committedAt: Date;
  readonly seed: string | null;
}

/** A run without what it was reckoned from: for lists of them. */
export type RunHead = Omit<AllocationRunRow, 'input' | 'output' | 'standings'>;

const HEAD = [
  'id',
  'callId',
  'number',
  'purpose',
  'trial',
  'rule',
  'seed',
  'inputHash',
  'outputHash',
  'ranBy',
  'ranAt',
] as const;

/** Whoever takes part in the second round waits for nothing of the first: as long as they do, and as long as it lives. */
const ELSEWHERE = `exists (select from applications later join calls c on c.id = later.call_id
  where later.carried_from = a.id and later.state <> 'withdrawn' and c.state <> 'cancelled')`;

/** What one application reads of itself on a list. */
export interface OwnEntry {
  readonly listId: Id;
  readonly kind: AllocationListRow['kind'];
  readonly publishedAt: Date;
  readonly objectionsUntil: Date | null;
  readonly setAsideAt: Date | null;
  readonly setAsideReason: string | null;
  readonly result: ListEntry['result'];
  readonly placeId: Id | null;
  readonly seat: string | null;
  readonly points: number | null;
  readonly explanation: readonly ChoiceExplanation[];
  readonly waits: ListEntry['waits'];
}

/** Seeds, runs and lists, with the rights of whoever's transaction it is. */
@Injectable()
export class ListsRepository {
  /** Draws the seed of a call, once: whoever asks again finds the one that was drawn. */
  async commitSeed(ctx: Ctx, callId: Id): Promise<void> {
    const seed = randomBytes(32).toString('hex');
    await ctx.tx.query(
      `insert into selection_seeds (call_id, seed, seed_hash, committed_at) values ($1, $2, $3, $4)
       on conflict (call_id) do nothing`,
      [callId, seed, createHash('sha256').update(seed).digest('hex'), ctx.clock.now()],
    );
  }

  /** With the rights of the system alone: to everybody else a seed is not there. */
  async seed(ctx: Ctx, callId: Id): Promise<string> {
    const [row] = await ctx.tx.query<{ seed: string }[]>(
      'select seed from selection_seeds where call_id = $1',
      [callId],
    );
    if (!row) throw new DomainError('not_found');
    return row.seed;
  }

  async seedView(ctx: Ctx, callId: Id): Promise<SeedView | null> {
    const [row] = await ctx.tx.query<SeedView[]>(
      `select seed_hash as hash, committed_at as "committedAt", case when revealed_at is not null then seed end as seed
       from selection_seeds where call_id = $1`,
      [callId],
    );
    return row ?? null;
  }

  async revealSeed(ctx: Ctx, callId: Id): Promise<void> {
    await ctx.tx.query(
      'update selection_seeds set revealed_at = $2 where call_id = $1 and revealed_at is null',
      [callId, ctx.clock.now()],
    );
  }

  async saveRun(ctx: Ctx, run: Omit<AllocationRunRow, 'number'>): Promise<AllocationRunRow> {
    const [last] = await ctx.tx.query<{ number: number }[]>(
      'select coalesce(max(number), 0)::integer as number from allocation_runs where call_id = $1',
      [run.callId],
    );
    const row = ctx.tx.create(AllocationRunRow, { ...run, number: (last?.number ?? 0) + 1 });
    await ctx.tx.insert(AllocationRunRow, row);
    return row;
  }

  async run(ctx: Ctx, callId: Id, runId: string): Promise<AllocationRunRow> {
    const row = isId(runId) ? await ctx.tx.findOne(AllocationRunRow, { where: { id: runId, callId } }) : null;
    if (!row) throw new DomainError('not_found');
    return row;
  }

  /** The newest first. */
  runs(ctx: Ctx, callId: Id, limit: number): Promise<RunHead[]> {
    return ctx.tx.find(AllocationRunRow, {
      select: Object.fromEntries(HEAD.map((column) => [column, true])),
      where: { callId },
      order: { number: 'DESC' },
      take: limit,
    });
  }

  /** The one before, of the same call: what a run is compared with. */
  runBefore(ctx: Ctx, { callId, number }: Pick<AllocationRunRow, 'callId' | 'number'>) {
    return ctx.tx
      .createQueryBuilder(AllocationRunRow, 'r')
      .where('r.call_id = :callId and r.number < :number', { callId, number })
      .orderBy('r.number', 'DESC')
      .limit(1)
      .getOne();
  }

  async saveList(ctx: Ctx, list: Omit<AllocationListRow, 'number'>): Promise<AllocationListRow> {
    const [last] = await ctx.tx.query<{ number: number }[]>(
      'select coalesce(max(number), 0)::integer as number from allocation_lists where call_id = $1 and kind = $2',
      [list.callId, list.kind],
    );
    const row = ctx.tx.create(AllocationListRow, { ...list, number: (last?.number ?? 0) + 1 });
    await ctx.tx.insert(AllocationListRow, row);
    return row;
  }

  /** The one that counts; a final one also while it is before both countries. */
  inForce(ctx: Ctx, callId: Id, kind: AllocationListRow['kind']): Promise<AllocationListRow | null> {
    return ctx.tx.findOne(AllocationListRow, { where: { callId, kind, setAsideAt: IsNull() } });
  }

  lastProvisional(ctx: Ctx, callId: Id): Promise<AllocationListRow | null> {
    return ctx.tx.findOne(AllocationListRow, {
      where: { callId, kind: 'provisional' },
      order: { number: 'DESC' },
    });
  }

  async list(ctx: Ctx, id: string): Promise<AllocationListRow> {
    const row = isId(id) ? await ctx.tx.findOne(AllocationListRow, { where: { id } }) : null;
    if (!row) throw new DomainError('not_found');
    return row;
  }

  byIds(ctx: Ctx, ids: readonly string[]): Promise<AllocationListRow[]> {
    return ctx.tx.find(AllocationListRow, { where: { id: In(ids.filter(isId)) } });
  }

  /** What they are called, in one question and without what stands in them. */
  titles(
    ctx: Ctx,
    ids: readonly string[],
  ): Promise<
    readonly {
      readonly id: Id;
      readonly callId: Id;
      readonly contentHash: string;
      readonly title: LocalizedText;
    }[]
  > {
    return readPrepared(
      ctx,
      `select l.id, l.call_id as "callId", l.content_hash as "contentHash", c.title
       from allocation_lists l join calls c on c.id = l.call_id where l.id = any ($1::uuid[])`,
      [ids.filter(isId)],
    );
  }

  lists(ctx: Ctx, callId: Id): Promise<AllocationListRow[]> {
    return ctx.tx.find(AllocationListRow, { where: { callId }, order: { madeAt: 'ASC', id: 'ASC' } });
  }

  /** @param reason of a list that was published */
  async setAside(ctx: Ctx, id: Id, reason: string | null): Promise<void> {
    await ctx.tx.update(AllocationListRow, id, { setAsideAt: ctx.clock.now(), setAsideReason: reason });
  }

  async publish(ctx: Ctx, id: Id): Promise<void> {
    await ctx.tx.update(AllocationListRow, id, {
      publishedAt: ctx.clock.now(),
      publishedBy: ctx.actor.personId,
    });
  }

  /** What a list says of each application, and who waits for what. */
  async saveEntries(
    ctx: Ctx,
    listId: Id,
    entries: readonly {
      readonly applicationId: Id;
      readonly entry: ListEntry;
      readonly points: number | null;
      readonly explanation: readonly ChoiceExplanation[];
    }[],
  ): Promise<void> {
    await ctx.tx.query(
      `insert into allocation_entries (list_id, application_id, result, place_id, seat, points, explanation, waits)
       select $1, id, result, place, seat, points, explanation, waits from jsonb_to_recordset($2)
         as e (id uuid, result text, place uuid, seat text, points integer, explanation jsonb, waits jsonb)`,
      [
        listId,
        JSON.stringify(
          entries.map(({ applicationId, entry, points, explanation }) => ({
            id: applicationId,
            result: entry.result,
            place: entry.placeId,
            seat: entry.seat,
            points,
            explanation,
            waits: entry.waits,
          })),
        ),
      ],
    );
    await ctx.tx.query(
      `insert into allocation_waits (list_id, place_id, number, application_id)
       select $1, place, number, id from jsonb_to_recordset($2) as w (id uuid, place uuid, number integer)`,
      [
        listId,
        JSON.stringify(
          entries.flatMap(({ applicationId, entry }) =>
            entry.waits.map(({ placeId, number }) => ({ id: applicationId, place: placeId, number })),
          ),
        ),
      ],
    );
  }

  /** Acts on the lists of a call come one after the other. */
  async lockCall(ctx: Ctx, callId: Id): Promise<void> {
    await ctx.tx.query("select pg_advisory_xact_lock(hashtext('allocation'), hashtext($1))", [callId]);
  }

  /** The applications on a list, by number. */
  async applicationsOn(ctx: Ctx, listId: Id): Promise<ReadonlyMap<string, Id>> {
    const rows = await ctx.tx.query<{ id: Id; number: string }[]>(
      `select a.id, a.number from allocation_entries e join applications a on a.id = e.application_id
       where e.list_id = $1`,
      [listId],
    );
    return new Map(rows.map(({ id, number }) => [number, id]));
  }

  /**
   * Where those on a list come from, by number, and what they said last of their gender: for totals alone.
   * @param asking versions of the form that ask for it
   */
  homesOn(
    ctx: Ctx,
    listId: Id,
    asking: readonly number[],
  ): Promise<
    {
      readonly number: string;
      readonly homeCountry: string;
      readonly homeInstitutionId: Id | null;
      readonly gender: string | null;
    }[]
  > {
    return ctx.tx.query(
      `select a.number, a.home_country as "homeCountry", a.home_institution_id as "homeInstitutionId",
         (select jsonb_path_query_first(
            s.content, '$.sections[*].answers[*] ? (@.question == $asked).value', jsonb_build_object('asked', $3::text)) #>> '{}'
          from application_submissions s where s.application_id = a.id and s.form_version = any ($2::int[])
            and not exists (select 1 from application_submissions l where l.application_id = s.application_id and l.ordinal > s.ordinal)
         ) as gender
       from allocation_entries e join applications a on a.id = e.application_id
       where e.list_id = $1 order by a.number`,
      [listId, asking, GENDER],
    );
  }

  /** Who may be offered a place next: whoever is selected for it without an offer, then those who wait, by their number. */
  async waitingFor(ctx: Ctx, listId: Id, placeId: Id): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from (
         select a.id, 0 as number, a.number as file from applications a
           join allocation_entries e on e.application_id = a.id and e.list_id = $1
         where a.state = 'final' and a.result = 'selected' and a.place_id = $2 and not ${ELSEWHERE}
         union all
         select a.id, w.number, a.number from allocation_waits w join applications a on a.id = w.application_id
         where w.list_id = $1 and w.place_id = $2 and a.state = 'final' and a.result = 'reserve'
           and not ${ELSEWHERE}) next
       order by number, file`,
      [listId, placeId],
    );
    return rows.map(({ id }) => id);
  }

  /** Whether its applicant takes part in the second round with it: asked once it is locked, for who waits was read before. */
  async isElsewhere(ctx: Ctx, applicationId: Id): Promise<boolean> {
    const [row] = await ctx.tx.query<{ elsewhere: boolean }[]>(
      `select ${ELSEWHERE} as elsewhere from applications a where a.id = $1`,
      [applicationId],
    );
    return row?.elsewhere ?? false;
  }

  /** What the lists that were published say of an application, the newest first. */
  entriesOf(ctx: Ctx, applicationId: Id): Promise<OwnEntry[]> {
    return ctx.tx.query<OwnEntry[]>(
      `select l.id as "listId", l.kind, l.published_at as "publishedAt", l.objections_until as "objectionsUntil",
         l.set_aside_at as "setAsideAt", l.set_aside_reason as "setAsideReason", e.result, e.place_id as "placeId", e.seat, e.points, e.explanation, e.waits
       from allocation_entries e join allocation_lists l on l.id = e.list_id
       where e.application_id = $1 and l.published_at is not null order by l.made_at desc, l.id desc`,
      [applicationId],
    );
  }
}
