import type { Ctx } from '../../platform/database/context.js';

/** In the order in which they may refer to one another. */
const TABLES = [
  'persons',
  'applications',
  'application_sections',
  'application_choices',
  'uploads',
  'consents',
  'application_submissions',
  'nominations',
  'transfers',
  'decisions',
  'decision_sides',
  'commission_items',
  'decision_conditions',
  'gates',
  'issued_documents',
  'audit_entries',
  'outbox_events',
] as const;
type Table = (typeof TABLES)[number];
type Row = Readonly<Record<string, unknown>>;

/** Collects the rows of a batch and writes each table's in one statement. */
export class RowWriter {
  private rows = new Map<Table, Row[]>();

  add(table: Table, row: Row): void {
    const rows = this.rows.get(table);
    if (rows) rows.push(row);
    else this.rows.set(table, [row]);
  }

  /** Every row of a table names the same columns as its first one. */
  async write(ctx: Ctx): Promise<void> {
    for (const table of TABLES) {
      const rows = this.rows.get(table);
      const [first] = rows ?? [];
      if (!rows || !first) continue;
      const columns = Object.keys(first).join(', ');
      await ctx.tx.query(
        `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1::json)`,
        [JSON.stringify(rows)],
      );
    }
    this.rows = new Map();
  }
}
