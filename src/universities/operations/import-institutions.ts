import { Injectable } from '@nestjs/common';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { newId } from '../../shared/ids.js';
import { searchKey } from '../../shared/transliteration.js';
import { Countries } from '../data/countries.js';
import { InstitutionEntity } from '../data/institution.entity.js';
import { COLUMNS, checkRows } from '../domain/institution-rows.js';
import type { FileRow, ImportReport, InstitutionRow, RowFault } from '../domain/institution-rows.js';

/**
 * Takes a file of institutions into the register, all of it or, where one row is wrong, none. A row is recognised by its
 * slug, so the same file twice changes nothing. Institutions that the file does not name stay: people and agreements
 * refer to them.
 */
@Injectable()
export class ImportInstitutions {
  constructor(
    private readonly countries: Countries,
    private readonly audit: AuditTrail,
  ) {}

  async importInstitutions(ctx: Ctx, csvText: string): Promise<ImportReport> {
    const read = readFile(csvText);
    const countries = (await this.countries.all(ctx)).map(({ code }) => code);
    const { rows, faults } = checkRows(read.rows, countries);
    if (read.faults.length > 0 || faults.length > 0) return refused([...read.faults, ...faults]);

    const repository = ctx.tx.getRepository(InstitutionEntity);
    // Also the search key: it changes where the rules of searching did.
    const present = await repository.createQueryBuilder('i').addSelect('i.searchKey').getMany();
    const taken = takenElsewhere(read.rows, present);
    if (taken.length > 0) return refused(taken);

    const bySlug = new Map(present.map((entity) => [entity.slug, entity]));
    const created: InstitutionEntity[] = [];
    const changed: InstitutionEntity[] = [];
    for (const row of rows) {
      const known = bySlug.get(row.slug);
      const wanted = { ...row, searchKey: keyOf(row) };
      if (!known) created.push(repository.create({ id: newId(ctx.clock.now()), ...wanted }));
      else if (!holds(known, wanted)) changed.push(repository.merge(known, wanted));
    }
    // What gives an address up goes first, so that another row of the same file may take it.
    if (changed.length > 0) {
      await repository.update(
        changed.map(({ id }) => id),
        { domain: null, ror: null },
      );
    }
    await repository.upsert([...changed, ...created], ['id']);
    const report = {
      created: created.length,
      changed: changed.length,
      unchanged: rows.length - created.length - changed.length,
    };
    await this.audit.record(ctx, {
      action: 'institutions.imported',
      subject: { kind: 'register', id: 'institutions' },
      data: { ...report, slugs: [...created, ...changed].map(({ slug }) => slug) },
    });
    return { ...report, faults: [] };
  }
}

function refused(faults: readonly RowFault[]): ImportReport {
  return { created: 0, changed: 0, unchanged: 0, faults };
}

function readFile(csvText: string): { rows: FileRow[]; faults: RowFault[] } {
  try {
    const records: { record: Record<string, string>; info: { lines: number } }[] = parse(csvText, {
      bom: true,
      columns: true,
      trim: true,
      info: true,
      skip_empty_lines: true,
    });
    const header = Object.keys(records[0]?.record ?? {});
    const absent = COLUMNS.filter((column) => !header.includes(column));
    if (absent.length > 0) {
      return { rows: [], faults: absent.map((column) => ({ line: 1, column, fault: 'missing', value: '' })) };
    }
    const rows = records.map(({ record, info }) => ({ line: info.lines, cells: cellsOf(record) }));
    return { rows, faults: [] };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error['lines'] ?? 0);
    return { rows: [], faults: [{ line, column: '', fault: 'unreadable', value: error.message }] };
  }
}

function cellsOf(record: Readonly<Record<string, string>>): FileRow['cells'] {
  const cell = (column: string) => (record[column] ?? '').normalize('NFC');
  return {
    country: cell('country'),
    kind: cell('kind'),
    slug: cell('slug'),
    domain: cell('domain').toLowerCase(),
    abbreviation: cell('abbreviation'),
    name_native: cell('name_native'),
    native_lang: cell('native_lang'),
    name_sr_cyrl: cell('name_sr_cyrl'),
    name_sr_latn: cell('name_sr_latn'),
    name_ru: cell('name_ru'),
    name_en: cell('name_en'),
    city_native: cell('city_native'),
    city_sr_cyrl: cell('city_sr_cyrl'),
    city_ru: cell('city_ru'),
    city_en: cell('city_en'),
    federal_district: cell('federal_district'),
    website: cell('website'),
    ror: cell('ror'),
    source: cell('source'),
    checked_on: cell('checked_on'),
  };
}

/** A domain or a registry number of an institution that the file does not touch. */
function takenElsewhere(rows: readonly FileRow[], present: readonly InstitutionEntity[]): RowFault[] {
  const named = new Set(rows.map(({ cells }) => cells.slug));
  const others = present.filter(({ slug }) => !named.has(slug));
  const domains = new Set(others.map(({ domain }) => domain));
  const rors = new Set(others.map(({ ror }) => ror));
  return rows.flatMap(({ line, cells }): RowFault[] => [
    ...(cells.domain && domains.has(cells.domain)
      ? [{ line, column: 'domain', fault: 'taken' as const, value: cells.domain }]
      : []),
    ...(cells.ror && rors.has(cells.ror)
      ? [{ line, column: 'ror', fault: 'taken' as const, value: cells.ror }]
      : []),
  ]);
}

/** Everything by which somebody may look for it. */
function keyOf(row: InstitutionRow): string {
  const parts = [
    row.abbreviation,
    row.nameNative,
    row.nameSrCyrl,
    row.nameSrLatn,
    row.nameRu,
    row.nameEn,
    row.cityNative,
    row.citySrCyrl,
    row.cityRu,
    row.cityEn,
    row.domain,
  ];
  return [...new Set(parts.map((part) => searchKey(part ?? '')))].filter(Boolean).join(' ');
}

function holds(entity: InstitutionEntity, wanted: Partial<InstitutionEntity>): boolean {
  return Object.entries(wanted).every(
    ([property, value]) => entity[property as keyof InstitutionEntity] === value,
  );
}
