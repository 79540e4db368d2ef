import { Injectable } from '@nestjs/common';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { RestrictedLists } from '../data/restricted-lists.repository.js';
import { gateRulesPolicy } from '../domain/gate-rules.policy.js';
import { LIST_COLUMNS, difference, entryHash, readEntries } from '../domain/restricted-list.js';
import type { EntryFault } from '../domain/restricted-list.js';
import { SCREEN_AGAIN } from './screen-again.js';

export interface ImportedList {
  /** Whose gates it is for, ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly list: string;
  /** Whose list it is. */
  readonly issuerCountry: string;
  readonly version: string;
  /** YYYY-MM-DD. */
  readonly dated: string;
  readonly source: string;
}

export interface ListReport {
  readonly entries: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly faults: readonly EntryFault[];
}

type ListRecord = Record<(typeof LIST_COLUMNS)[number], string>;

/** Takes a version of a list from a file, all of it or none. What runs is screened again with it afterwards. */
@Injectable()
export class ImportRestrictedList {
  constructor(
    private readonly database: Database,
    private readonly lists: RestrictedLists,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  run(request: RequestContext, list: ImportedList, csvText: string): Promise<ListReport> {
    return this.database.transaction(request, (ctx) => this.take(ctx, list, csvText));
  }

  private async take(ctx: Ctx, list: ImportedList, csvText: string): Promise<ListReport> {
    authorise(
      ctx,
      gateRulesPolicy,
      'gate_rule.edit',
      { state: 'in_force', country: list.country },
      'gate_rule.read',
    );
    const problems = problemsOf(list);
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
    const { entries, faults } = read(csvText);
    if (faults.length > 0) return { entries: 0, added: 0, changed: 0, removed: 0, faults };
    const listId = await this.lists.listOf(ctx, {
      country: list.country,
      name: list.list,
      issuerCountry: list.issuerCountry,
    });
    if (await this.lists.has(ctx, listId, list.version)) {
      throw new DomainError('conflict', { reason: 'list_version_known' });
    }
    const differs = difference(
      await this.lists.hashes(ctx, listId),
      new Map(entries.map((entry) => [entry.key, entryHash(entry)])),
    );
    const { country, version, dated, source } = list;
    const versionId = await this.lists.put(
      ctx,
      { listId, country, version, dated, source, ...differs },
      entries,
    );
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from gates where country = $1 and kind = 'restricted_parties'
         and withdrawn_at is null and state <> 'refused'`,
      [country],
    );
    await this.lists.toScreen(ctx, versionId, row?.count ?? 0);
    await this.audit.record(ctx, {
      action: 'restricted_list.imported',
      subject: { kind: 'restricted_list', id: listId },
      data: { version: versionId, entries: entries.length, ...differs },
    });
    await this.outbox.enqueue(ctx, SCREEN_AGAIN, { versionId, after: '' }, `screen ${versionId}`);
    return { entries: entries.length, ...differs, faults: [] };
  }
}

function problemsOf({ list, issuerCountry, version, dated, source }: ImportedList): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const text = (field: string, value: string, max: number) => {
    if (!value.trim()) problems.push({ field, problem: 'required' });
    else if (value.length > max) problems.push({ field, problem: 'too_long', values: { max } });
  };
  text('list', list, 200);
  text('version', version, 100);
  text('listSource', source, 1000);
  if (!/^[A-Z]{2}$/.test(issuerCountry))
    problems.push({ field: 'issuerCountry', problem: 'not_country_code' });
  if (!/^\d{4}-\d{2}-\d{2}$/.test(dated) || Number.isNaN(Date.parse(dated))) {
    problems.push({ field: 'dated', problem: 'not_date' });
  }
  return problems;
}

function read(csvText: string): ReturnType<typeof readEntries> {
  try {
    const records: { record: ListRecord; info: { lines: number } }[] = parse(csvText, {
      bom: true,
      columns: true,
      info: true,
      skip_empty_lines: true,
    });
    const [first] = records;
    const missing = LIST_COLUMNS.filter((column) => first && !(column in first.record));
    if (!first || missing.length > 0) {
      return {
        entries: [],
        faults: [
          { line: 1, column: missing.join(', '), fault: first ? 'missing_column' : 'empty', value: '' },
        ],
      };
    }
    return readEntries(records.map(({ record, info }) => ({ line: info.lines, row: record })));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return {
      entries: [],
      faults: [{ line: Number(error.lines ?? 1), column: '', fault: 'not_csv', value: error.code }],
    };
  }
}
