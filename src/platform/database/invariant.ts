/** Rows of one statement. Both the driver and an act's transaction can give it. */
export type Select = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** What of a record breaks an invariant: ids, codes and numbers, by which it is found. */
export type Offence = Readonly<Record<string, unknown>>;

/**
 * Something that is true of the database at every moment between two acts. A module declares its own in
 * `data/*.invariants.ts`; the command line checks all of them, and so does every suite that writes to a database.
 */
export interface Invariant {
  /** `subject.statement`, unique. */
  readonly name: string;
  /** What holds, in one sentence. */
  readonly meaning: string;
  /** What breaks it, at most `limit` of them; empty where it holds. */
  readonly offences: (select: Select, limit: number) => Promise<readonly Offence[]>;
}

/** An invariant whose offences are the rows of a query. */
export function invariant(name: string, meaning: string, query: string): Invariant {
  return {
    name,
    meaning,
    // Planned for all rows, not for the first few: where it holds there are none, and all is read.
    offences: (select, limit) =>
      select(`with offence as materialized (${query}) select * from offence limit ${limit}`),
  };
}

/** Events and audit entries name their subject by text, without a foreign key: it must be there all the same. */
export function subjectsExist(kind: string, table: string): Invariant {
  return invariant(
    `${kind}.of_events_exists`,
    `Every event and every audit entry on a record of the kind "${kind}" tells of one that exists.`,
    `select 'event' as told_in, id, subject_id from outbox_events e
       where subject_kind = '${kind}' and not exists (select from ${table} t where t.id::text = e.subject_id)
     union all
     select 'audit', id, subject_id from audit_entries e
       where subject_kind = '${kind}' and not exists (select from ${table} t where t.id::text = e.subject_id)`,
  );
}
