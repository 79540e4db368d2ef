import { Injectable } from '@nestjs/common';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { AuditTrail } from '../../audit/public.js';
import type { ReceivedFile } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Countries, Institutions, institutionName } from '../../universities/public.js';
import { AgreementEntity } from '../data/agreement.entity.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { themes } from '../data/themes.js';
import { agreementContent } from '../domain/agreement.js';
import type { AgreementContent, AgreementParty } from '../domain/agreement.js';
import { agreementStates } from '../domain/agreement.states.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { missingOf, storageProblems } from '../domain/draft.js';
import {
  IMPORT_COLUMNS,
  MOST_IMPORTED,
  REQUIRED_COLUMNS,
  readCells,
  readItem,
} from '../domain/import-rows.js';
import type { ImportedAgreement, NamedParty, ReadRow } from '../domain/import-rows.js';
import {
  AgreementRecords,
  beginVersion,
  factsOf,
  partiesOf,
  preparing,
  requireOpen,
} from './agreement-record.js';
import { KeepAnnexes } from './keep-annexes.js';
import { PrepareAgreement } from './prepare-agreement.js';
import { ProposeAgreement } from './propose-agreement.js';

/** What became of one agreement of a file, or would become of it. */
export interface ImportedRow {
  /** Line of a table, place in a list; from 1. */
  readonly line: number;
  readonly externalReference: string;
  readonly reference: string;
  readonly outcome: 'new' | 'changed' | 'unchanged' | 'refused';
  /** Fields are named as the file names them. */
  readonly problems: readonly FieldProblem[];
}

export interface ImportReport {
  readonly rows: readonly ImportedRow[];
  /** Of the file as a whole, where not even its rows can be read. */
  readonly problems: readonly FieldProblem[];
  /** Whether anything was written: all of the file, or nothing. */
  readonly done: boolean;
}

export interface ImportOptions {
  /** Looks, and writes nothing. */
  readonly dryRun: boolean;
  /** Leaves them as drafts, so that a scan can be added before both ministries are asked. */
  readonly asDrafts: boolean;
  /** Scans by the names that the file calls them. */
  readonly scans?: ReadonlyMap<string, ReceivedFile>;
}

/** Undoes what a dry run, or a file with a fault, has tried. */
class Undone extends Error {}

/**
 * Takes agreements that were signed on paper from a table or a list: all of the file or, where one row is wrong, nothing. One is
 * known again by the reference under which whoever keeps the paper knows it, so that the same file twice changes nothing. None
 * counts by being taken: that it was signed so, both ministries confirm by its hash.
 */
@Injectable()
export class ImportAgreements {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly versions: AgreementVersions,
    private readonly countries: Countries,
    private readonly institutions: Institutions,
    private readonly prepare: PrepareAgreement,
    private readonly propose: ProposeAgreement,
    private readonly annexes: KeepAnnexes,
    private readonly audit: AuditTrail,
    private readonly translator: Translator,
  ) {}

  /** What is wrong stands with its row; what is wrong with the whole file stands alone. */
  async importAgreements(
    request: RequestContext,
    text: string,
    options: ImportOptions,
  ): Promise<ImportReport> {
    const read = readFile(text);
    if ('problem' in read) return { rows: [], problems: [read], done: false };
    let rows: readonly ImportedRow[] = [];
    try {
      await this.database.transaction(request, async (ctx) => {
        rows = await this.take(ctx, read, options);
        if (options.dryRun || rows.some(({ outcome }) => outcome === 'refused')) throw new Undone();
      });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
      return { rows, problems: [], done: false };
    }
    return { rows, problems: [], done: true };
  }

  private async take(
    ctx: Ctx,
    read: readonly ReadRow[],
    options: ImportOptions,
  ): Promise<readonly ImportedRow[]> {
    const rows: ImportedRow[] = [];
    const seen = new Map<string, number>();
    for (const { line, agreement, problems } of read) {
      const about = {
        line,
        externalReference: agreement?.externalReference ?? '',
        reference: agreement?.reference ?? '',
      };
      const refused = (fields: readonly FieldProblem[]) =>
        rows.push({ ...about, outcome: 'refused', problems: fields });
      if (!agreement) {
        refused(problems);
        continue;
      }
      const before = seen.get(agreement.externalReference);
      seen.set(agreement.externalReference, line);
      const twice: FieldProblem[] =
        before !== undefined && agreement.externalReference
          ? [{ field: 'external_reference', problem: 'twice_in_file', values: { line: before } }]
          : [];
      const found = await this.content(ctx, agreement, options.scans);
      const all = [...problems, ...twice, ...found.problems].filter(
        (each, place, list) => list.findIndex(({ field }) => field === each.field) === place,
      );
      if (all.length > 0 || !found.content) {
        refused(all);
        continue;
      }
      try {
        const outcome = await this.one(ctx, found.content, found.scan, options.asDrafts);
        rows.push({ ...about, outcome, problems: [] });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        refused(problemsOf(error));
      }
    }
    return rows;
  }

  /** Takes one, whoever may: a new one is prepared, one that is known and not decided on says from now on what the file says. */
  private async one(
    ctx: Ctx,
    said: AgreementContent,
    scan: ReceivedFile | null,
    asDraft: boolean,
  ): Promise<'new' | 'changed' | 'unchanged'> {
    const external = said.paper?.externalReference ?? '';
    const known = await ctx.tx.findOneBy(AgreementEntity, { externalReference: external });
    if (!known) {
      const facts = { ...partiesOf(said), state: agreementStates.initial, preparers: [] };
      authorise(ctx, agreementsPolicy, 'agreement.import', facts, 'agreement.import');
      if (await ctx.tx.existsBy(AgreementEntity, { reference: said.reference })) {
        throw new DomainError('invalid', { fields: [{ field: 'reference', problem: 'reference_taken' }] });
      }
      const id = await this.prepare.write(ctx, said);
      await this.finish(ctx, id, said, scan, asDraft);
      return 'new';
    }
    const record = await this.records.lock(ctx, known.id);
    const [newest] = await this.versions.of(ctx, known.id);
    if (!newest) throw new Error(`agreement ${known.id} has no version`);
    const { agreement, open } = record;
    const kept = newest.content.annexes ?? [];
    const scanned = scan !== null && !kept.some(({ sha256 }) => sha256 === scan.sha256);
    const content = kept.length > 0 ? { ...said, annexes: kept } : said;
    const same = !scanned && contentHash(agreementContent(content, newest.number)) === newest.contentHash;
    const waits = open?.state === 'draft' && !asDraft;
    // What came back is put forward anew by whoever takes it in hand; taken again without a change it is not.
    if (same && !waits) return 'unchanged';
    if (agreement.inForceFrom !== null) {
      throw new DomainError('invalid', {
        fields: [{ field: 'external_reference', problem: 'import_in_force' }],
      });
    }
    if (open?.state === 'proposed') {
      throw new DomainError('invalid', {
        fields: [{ field: 'external_reference', problem: 'import_is_decided' }],
      });
    }
    authorise(ctx, agreementsPolicy, 'agreement.import', factsOf(record, 'version'), 'agreement.import');
    if (JSON.stringify(partiesOf(content)) !== JSON.stringify(partiesOf(newest.content))) {
      throw new DomainError('invalid', { fields: [{ field: 'parties', problem: 'parties_stay' }] });
    }
    if (content.reference !== agreement.reference || content.kind !== agreement.kind) {
      throw new DomainError('invalid', { fields: [{ field: 'reference', problem: 'reference_stays' }] });
    }
    if (!open) {
      const next = await beginVersion(ctx, known.id, newest.number + 1, content);
      await this.annexes.carry(ctx, newest, next);
    }
    await this.finish(ctx, known.id, content, scanned ? scan : null, asDraft);
    return 'changed';
  }

  /** Says what the file says, with its scan, and puts it before both ministries where that is wished. */
  private async finish(
    ctx: Ctx,
    id: Id,
    said: AgreementContent,
    scan: ReceivedFile | null,
    asDraft: boolean,
  ): Promise<void> {
    const record = requireOpen(await this.records.lock(ctx, id));
    const { open } = record;
    const annex = scan && (await this.annexes.attach(ctx, open.id, this.scanTitle(), scan));
    const content = annex ? { ...said, annexes: [...(said.annexes ?? []), annex] } : said;
    await this.records.keepDraft(ctx, record, open.edit, content, preparing(ctx, open.preparers));
    await this.audit.record(ctx, {
      action: 'agreement.imported',
      subject: { kind: 'agreement', id },
      data: {
        version: open.number,
        external: said.paper?.externalReference ?? null,
        scan: scan?.sha256 ?? null,
      },
    });
    if (asDraft) return;
    await this.propose.within(ctx, requireOpen(await this.records.lock(ctx, id)));
  }

  /** What a row says as the content of a version, with its parties from the register. */
  private async content(
    ctx: Ctx,
    agreement: ImportedAgreement,
    scans: ImportOptions['scans'],
  ): Promise<{
    readonly content: AgreementContent | null;
    readonly scan: ReceivedFile | null;
    readonly problems: readonly FieldProblem[];
  }> {
    const problems: FieldProblem[] = [];
    const { externalReference, signedOn, scan, parties: named, articles, ...says } = agreement;
    const parties: AgreementParty[] = [];
    for (const [place, party] of named.entries()) {
      const found = await this.party(ctx, party, agreement.kind);
      if (found) parties.push(found);
      else problems.push({ field: 'parties', problem: 'party_unknown', values: { number: place + 1 } });
    }
    const today = ctx.clock.now().toISOString().slice(0, 10);
    if (signedOn > today) problems.push({ field: 'signed_on', problem: 'signed_in_future' });
    const codes = new Set(themes().map(({ code }) => code));
    if (says.themes.some((code) => !codes.has(code)))
      problems.push({ field: 'themes', problem: 'not_in_list' });
    const file = scan === undefined ? null : (scans?.get(scan) ?? null);
    if (scan !== undefined && !file) problems.push({ field: 'scan', problem: 'scan_missing' });
    // What says no first day bound from the day on which it was signed.
    const validFrom = says.validFrom ?? (signedOn || undefined);
    const content: AgreementContent = {
      ...says,
      ...(validFrom ? { validFrom } : {}),
      parties,
      text: { articles },
      paper: { signedOn, externalReference },
    };
    // What is missing is told of by the names that the file has for it.
    problems.push(
      ...[...storageProblems(content), ...missingOf(content)]
        // Without a day of signing, that is what is missing.
        .filter(({ field }) => field !== 'validFrom' || validFrom !== undefined)
        .map((problem) => ({ ...problem, field: columnOf(problem.field) })),
    );
    return { content: problems.length > 0 ? null : content, scan: file, problems };
  }

  private async party(
    ctx: Ctx,
    party: NamedParty,
    kind: AgreementContent['kind'],
  ): Promise<AgreementParty | null> {
    if ('slug' in party) {
      const institution = await this.institutions.bySlug(ctx, party.slug);
      return (
        institution && {
          country: institution.country,
          institutionId: institution.id,
          name: {
            sr: institutionName('sr-Cyrl', institution).text,
            ru: institutionName('ru', institution).text,
            en: institutionName('en', institution).text,
          },
        }
      );
    }
    const country = await this.countries.find(ctx, party.country);
    // An institution signs as itself; a state and an organisation of it only sign memoranda.
    if (!country || kind !== 'memorandum') return null;
    return { country: country.code, institutionId: null, name: party.name ?? country.ministry };
  }

  private scanTitle(): LocalizedText {
    const said = (language: 'sr-Cyrl' | 'ru' | 'en') =>
      this.translator.t(language, 'agreements.import.scan_title');
    return { sr: said('sr-Cyrl'), ru: said('ru'), en: said('en') };
  }
}

/** A refusal of the act, at the field that it is about. */
function problemsOf(error: DomainError): readonly FieldProblem[] {
  if (error.fields.length > 0) return error.fields.map((each) => ({ ...each, field: columnOf(each.field) }));
  if (error.code === 'forbidden' || error.code === 'not_found') {
    return [{ field: 'parties', problem: 'not_your_country' }];
  }
  if (error.blockers.length > 0) {
    return error.blockers.map(({ field }) => ({ field: columnOf(field), problem: 'required' }));
  }
  throw error;
}

/** `title.sr` is the column `title_sr`; of a list the column is named. */
function columnOf(field: string): string {
  const [first = '', second = ''] = field.split('.');
  if (first === 'title' && second) return `title_${second}`;
  const snake = first.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return IMPORT_COLUMNS.find((column) => column === snake) ?? first;
}

function readFile(text: string): readonly ReadRow[] | FieldProblem {
  const plain = text.replace(/^\uFEFF/, '').trim();
  if (plain === '') return { field: 'file', problem: 'empty_file' };
  const rows = /^[[{]/.test(plain) ? readJson(plain) : readCsv(plain);
  if ('problem' in rows) return rows;
  if (rows.length > MOST_IMPORTED) {
    return { field: 'file', problem: 'too_many', values: { max: MOST_IMPORTED } };
  }
  return rows.length === 0 ? { field: 'file', problem: 'empty_file' } : rows;
}

function readJson(text: string): readonly ReadRow[] | FieldProblem {
  try {
    const parsed: unknown = JSON.parse(text);
    const items: unknown =
      typeof parsed === 'object' && parsed !== null && 'items' in parsed ? parsed.items : parsed;
    if (!Array.isArray(items)) return { field: 'file', problem: 'not_list' };
    return items.map((item: unknown, place) => readItem(place + 1, item));
  } catch {
    return { field: 'file', problem: 'not_json' };
  }
}

function readCsv(text: string): readonly ReadRow[] | FieldProblem {
  try {
    // Spreadsheets of both countries part columns by semicolons, the standard by commas: the heading tells which.
    const heading = text.slice(0, text.search(/\r?\n|$/));
    const delimiter = heading.includes(';') && !heading.includes(',') ? ';' : ',';
    const records: { record: Record<string, string>; info: { lines: number } }[] = parse(text, {
      bom: true,
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      delimiter,
      info: true,
      skip_empty_lines: true,
    });
    const [first] = records;
    if (!first) return { field: 'file', problem: 'empty_file' };
    const missing = REQUIRED_COLUMNS.filter((column) => !(column in first.record));
    if (missing.length > 0) {
      return { field: 'file', problem: 'missing_columns', values: { columns: missing.join(', ') } };
    }
    const unknown = Object.keys(first.record).filter(
      (name) => !IMPORT_COLUMNS.some((column) => column === name),
    );
    if (unknown.length > 0) {
      return { field: 'file', problem: 'unknown_columns', values: { columns: unknown.join(', ') } };
    }
    return records.map(({ record, info }) => readCells(info.lines, record));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { field: 'file', problem: 'not_csv', values: { line: Number(error['lines'] ?? 1) } };
  }
}
