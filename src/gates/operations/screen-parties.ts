import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { GateRow } from '../data/gate.entity.js';
import { RestrictedLists } from '../data/restricted-lists.repository.js';
import type { Candidate } from '../data/restricted-lists.repository.js';
import { ScreeningHitRow } from '../data/screening-hit.entity.js';
import { birthYears, nameScore } from '../domain/name-match.js';
import { GateRecord } from './gate-record.js';
import { GateSubjects } from './gate-subjects.js';
import type { GateParty } from './subject-port.js';

/** A party and an entry that may be one, with what was most alike. */
interface Likeness {
  readonly party: GateParty;
  readonly entry: Candidate;
  readonly ownName: string;
  readonly listedName: string;
  readonly score: number;
  readonly birthYear: 'same' | 'unknown';
}

/**
 * Looks for the parties of a gate on the lists of its country. What is found, a person decides; what was found to be
 * somebody else is remembered for that person and that entry as it stood, and is open again when the entry is another one.
 */
@Injectable()
export class ScreenParties {
  constructor(
    private readonly lists: RestrictedLists,
    private readonly subjects: GateSubjects,
    private readonly record: GateRecord,
  ) {}

  /** Inside the caller's act. Answers how many hits are open, and how many of those were not before. */
  async screen(ctx: Ctx, gate: GateRow): Promise<{ readonly open: number; readonly anew: number }> {
    return withSystemRights(ctx, async () => {
      const parties = await this.subjects.of(gate.subjectKind).parties(ctx, gate.subjectId);
      const found = await this.likenesses(ctx, gate, parties);
      const known = new Map(
        (await ctx.tx.find(ScreeningHitRow, { where: { gateId: gate.id } })).map((hit) => [
          keyOf(hit.partyId, hit.listId, hit.entryKey),
          hit,
        ]),
      );
      let anew = 0;
      for (const [key, likeness] of found) {
        const hit = known.get(key);
        if (hit?.entryHash === likeness.entry.hash && hit.state !== 'gone') continue;
        const opened = await this.put(ctx, gate, likeness, hit ?? null);
        if (opened) anew += 1;
      }
      for (const [key, hit] of known) {
        if (found.has(key) || hit.state === 'gone') continue;
        Object.assign(hit, { state: 'gone', stateSince: ctx.clock.now() });
        await ctx.tx.save(ScreeningHitRow, hit);
      }
      const open = await ctx.tx.count(ScreeningHitRow, { where: { gateId: gate.id, state: 'open' } });
      return { open, anew };
    });
  }

  private async likenesses(
    ctx: Ctx,
    gate: GateRow,
    parties: readonly GateParty[],
  ): Promise<ReadonlyMap<string, Likeness>> {
    const thresholds = await this.lists.thresholds(ctx);
    const best = new Map<string, Likeness>();
    for (const party of parties) {
      for (const ownName of new Set(party.names)) {
        for (const entry of await this.lists.candidates(ctx, gate.country, party.kind, ownName)) {
          const birthYear = birthYears(party.birthYear, entry.birthYears);
          if (birthYear === 'other') continue;
          for (const listedName of entry.names) {
            const score = nameScore(ownName, listedName);
            const key = keyOf(party.id, entry.listId, entry.key);
            if (score < thresholds[party.kind] || score <= (best.get(key)?.score ?? 0)) continue;
            best.set(key, { party, entry, ownName, listedName, score, birthYear });
          }
        }
      }
    }
    return best;
  }

  /** Answers whether it is to be decided: it is not where the same was decided of the same entry. */
  private async put(
    ctx: Ctx,
    gate: GateRow,
    { party, entry, ownName, listedName, score, birthYear }: Likeness,
    former: ScreeningHitRow | null,
  ): Promise<boolean> {
    const now = ctx.clock.now();
    const remembered = await this.remembered(ctx, gate.country, party.id, entry);
    const hit = Object.assign(
      former ??
        ctx.tx.create(ScreeningHitRow, {
          id: newId(now),
          gateId: gate.id,
          country: gate.country,
          partyKind: party.kind,
          partyId: party.id,
          listId: entry.listId,
          entryKey: entry.key,
          foundAt: now,
        }),
      {
        versionId: entry.versionId,
        entryHash: entry.hash,
        entry: {
          list: entry.listName,
          version: entry.version,
          names: entry.names,
          birthYears: entry.birthYears,
          note: entry.note,
        },
        ownName,
        listedName,
        score: score.toFixed(4),
        birthYear,
        state: remembered ? 'false_positive' : 'open',
        stateSince: now,
        decidedBy: remembered?.decidedBy ?? null,
        decidedAt: remembered?.decidedAt ?? null,
        reason: remembered?.reason ?? null,
      } as const,
    );
    await ctx.tx.save(ScreeningHitRow, hit);
    await this.record.note(ctx, gate, remembered ? 'gate.hit_remembered' : 'gate.hit_found', {
      hit: hit.id,
      list: entry.listId,
      version: entry.versionId,
    });
    return remembered === null;
  }

  private remembered(
    ctx: Ctx,
    country: string,
    partyId: Id,
    entry: Candidate,
  ): Promise<ScreeningHitRow | null> {
    return ctx.tx.findOne(ScreeningHitRow, {
      where: {
        country,
        partyId,
        listId: entry.listId,
        entryKey: entry.key,
        entryHash: entry.hash,
        state: 'false_positive',
      },
      order: { decidedAt: 'DESC' },
    });
  }
}

function keyOf(partyId: Id, listId: Id, entryKey: string): string {
  return `${partyId} ${listId} ${entryKey}`;
}
