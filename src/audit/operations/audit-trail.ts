import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { writeLater } from '../../platform/database/prepared.js';

export interface AuditSubject {
  readonly kind: string;
  readonly id: string;
}

/** What happened. Only ids, codes, numbers and times: a personal value has no place in a record that nobody can erase. */
export interface AuditEntry {
  /** `<subject>.<act>`, for instance `application.submitted`; a translation key `audit.<action>` exists for each. */
  readonly action: string;
  readonly subject: AuditSubject;
  readonly data?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/** One entry of the record as it is read again. */
export interface RecordedEntry extends AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly actorKind: string;
  readonly actorId: string | null;
  /** In which role it was done; null where no policy was asked. */
  readonly role: string | null;
  /** For whom, where a deputy did it. */
  readonly actingFor: string | null;
}

/** The append-only record. An entry commits with the act that it tells of, or not at all. */
@Injectable()
export class AuditTrail {
  record(ctx: Ctx, entry: AuditEntry): Promise<void> {
    return this.recordAll(ctx, [entry]);
  }

  /**
   * What one act did to many records, in their order and by one statement. Nobody waits for it: it goes along with what the
   * act does next, and the act fails if it does.
   */
  recordAll(ctx: Ctx, entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return Promise.resolve();
    writeLater(
      ctx,
      'audit_entries',
      `insert into audit_entries (at, actor_kind, actor_id, action, subject_kind, subject_id, data, request_id, role,
         acting_for)
       select $1, $2, $3, e.action, e.kind, e.id, e.data::jsonb, $4, $5, $6
       from unnest($7::text[], $8::text[], $9::text[], $10::text[]) with ordinality as e (action, kind, id, data, line)
       order by e.line`,
      [
        ctx.clock.now(),
        ctx.actor.kind,
        ctx.actor.personId ?? ctx.actor.agentId ?? null,
        ctx.requestId,
        ctx.authority?.role ?? null,
        ctx.authority?.actingFor ?? null,
        entries.map(({ action }) => action),
        entries.map(({ subject }) => subject.kind),
        entries.map(({ subject }) => subject.id),
        entries.map(({ data }) => JSON.stringify(data ?? {})),
      ],
    );
    return Promise.resolve();
  }

  /** The entries on one subject, oldest first: the timeline of its page. */
  async of(ctx: Ctx, subject: AuditSubject): Promise<RecordedEntry[]> {
    return ctx.tx.query<RecordedEntry[]>(
      `select id::text, at, actor_kind as "actorKind", actor_id as "actorId", role, acting_for as "actingFor", action,
         json_build_object('kind', subject_kind, 'id', subject_id) as subject, data
       from audit_entries where subject_kind = $1 and subject_id = $2 order by audit_entries.id`,
      [subject.kind, subject.id],
    );
  }

  /** A page of the whole record, the youngest first. */
  newest(ctx: Ctx, before: string | null, limit: number): Promise<RecordedEntry[]> {
    return ctx.tx.query<RecordedEntry[]>(
      `select id::text, at, actor_kind as "actorKind", actor_id as "actorId", role, acting_for as "actingFor", action,
         json_build_object('kind', subject_kind, 'id', subject_id) as subject, data
       from audit_entries where $1::bigint is null or audit_entries.id < $1
       order by audit_entries.id desc limit $2`,
      [before, limit],
    );
  }

  /** What a person did, and what was done for them by a deputy; a page, the youngest first. */
  ofPerson(ctx: Ctx, personId: string, before: string | null, limit: number): Promise<RecordedEntry[]> {
    return ctx.tx.query<RecordedEntry[]>(
      `select id::text, at, actor_kind as "actorKind", actor_id as "actorId", role, acting_for as "actingFor", action,
         json_build_object('kind', subject_kind, 'id', subject_id) as subject, data
       from audit_entries where (actor_id = $1 or acting_for = $1) and ($2::bigint is null or audit_entries.id < $2)
       order by audit_entries.id desc limit $3`,
      [personId, before, limit],
    );
  }
}
