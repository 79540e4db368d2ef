import { Controller, Get, Inject, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import { view } from '../../platform/http/page.js';
import type { FileResult, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { tableFile } from '../../platform/tables/table-file.js';
import { isId } from '../../shared/ids.js';
import { privacyRegisterPolicy } from '../domain/privacy-register.policy.js';
import { ExportRegister } from '../operations/export-register.js';
import { ReadRetention } from '../operations/read-retention.js';
import { ReadTransfers } from '../operations/read-transfers.js';
import type { RegisterFilter, RegisterKnown, RegisterLine } from '../operations/read-transfers.js';
import type { RetentionRule } from '../operations/retention-rules.js';
import { presentLine, worded } from './presenters/present-register.js';
import { presentRun, presentRule } from './presenters/present-retention.js';

const PAGE = 50;
const RUNS = 60;
const SIGHTS = ['seen', 'ended'] as const;
const COLUMNS = [
  'transfer',
  'at',
  'person',
  'record_kind',
  'record',
  'owner_country',
  'from_country',
  'to_country',
  'recipient',
  'purpose',
  'legal_basis',
  'legal_version',
  'fields',
  'act',
  'ended_at',
  'cause',
  'kept',
  'kept_until',
] as const;

/** For whoever answers for the programme: what crossed the border, and what the clock took away. It names no person. */
@ApiExcludeController()
@Controller('admin')
export class RegisterController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ReadTransfers) private readonly register: ReadTransfers,
    @Inject(ExportRegister) private readonly exports: ExportRegister,
    @Inject(ReadRetention) private readonly retention: ReadRetention,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get('transfers')
  @Can('privacy_register.read')
  transfers(@Web() web: WebRequest): Promise<View> {
    const filter = filterOf(web.query);
    const { before = '' } = web.query;
    return this.database.read(web.ctx, async (ctx) => {
      allow(ctx, 'privacy_register.read');
      const lines = await this.register.ofProgramme(ctx, filter, isId(before) ? before : null, PAGE + 1);
      const shown = lines.slice(0, PAGE);
      const query = queryOf(filter);
      const next = new URLSearchParams(query);
      next.set('before', shown.at(-1)?.id ?? '');
      return view(
        'privacy/register.njk',
        {
          lines: shown.map((line) => ({
            ...presentLine(this.translator, ctx.language, line),
            person: line.personId,
          })),
          fields: this.choices(ctx, filter, await this.register.known(ctx)),
          filter: [...query],
          next: lines.length > PAGE ? `/admin/transfers?${next.toString()}` : null,
        },
        { title: { key: 'privacy.programme_register.title' } },
      );
    });
  }

  @Post('transfers/export')
  @Can('privacy_register.export')
  @Limited('export')
  async export(@Web() web: WebRequest): Promise<FileResult> {
    const batches = rowsOf(await this.exports.begin(web.ctx, filterOf(eachOnce(web.body))));
    const day = web.ctx.clock.now().toISOString().slice(0, 10);
    return tableFile({ title: 'most-transfers', day, format: 'csv', columns: COLUMNS, batches });
  }

  @Get('retention')
  @Can('privacy_register.read_retention')
  runs(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      allow(ctx, 'privacy_register.read_retention');
      const runs = await this.retention.runs(ctx, RUNS);
      const rules = await this.retention.rules(ctx);
      // An officer sees what is kept by their country's law, or by the one for every country that has none of its own.
      const own = countriesOf(ctx.actor);
      const of = (line: { readonly country: string | null }) =>
        own.length === 0 || line.country === null || own.includes(line.country);
      return view(
        'privacy/retention.njk',
        {
          next: this.translator.dateTime(ctx.language, this.retention.nextRun(ctx), 'UTC'),
          runs: runs.map((run) =>
            presentRun(
              this.translator,
              ctx.language,
              run.report ? { ...run, report: { ...run.report, lines: run.report.lines.filter(of) } } : run,
            ),
          ),
          rules: rules
            .filter((rule) => of(rule) && !isReplaced(rule, own, rules))
            .map((rule) => presentRule(this.translator, ctx.language, rule)),
        },
        { title: { key: 'privacy.retention.title' } },
      );
    });
  }

  private choices({ language }: Ctx, filter: RegisterFilter, known: RegisterKnown) {
    const select = (
      name: string,
      value: string | null,
      options: readonly { value: string; label: string }[],
    ) => ({
      kind: 'select',
      name,
      label: { key: `privacy.programme_register.${name}` },
      value: value ?? '',
      options,
    });
    return [
      select(
        'to',
        filter.toCountry,
        known.countries.map((code) => ({ value: code, label: this.translator.countryName(language, code) })),
      ),
      select(
        'purpose',
        filter.purpose,
        known.purposes.map((value) => ({
          value,
          label: worded(this.translator, language, 'privacy.register.purposes', value),
        })),
      ),
      select(
        'year',
        filter.year === null ? null : String(filter.year),
        known.years.map((year) => ({ value: String(year), label: String(year) })),
      ),
      select(
        'sight',
        filter.sight,
        SIGHTS.map((value) => ({
          value,
          label: this.translator.t(language, `privacy.programme_register.sights.${value}`),
        })),
      ),
    ];
  }
}

/** Of which countries the actor is an officer; none for those who answer for the whole programme. */
function countriesOf({ grants }: Ctx['actor']): readonly string[] {
  if (grants.some(({ role }) => role === 'auditor' || role === 'programme_administrator')) return [];
  return grants.flatMap(({ role, country }) => (role === 'ministry_officer' && country ? [country] : []));
}

/** Whether a rule for every country says nothing to these, because each of them has one of its own. */
function isReplaced(rule: RetentionRule, own: readonly string[], all: readonly RetentionRule[]): boolean {
  return (
    rule.country === null &&
    own.length > 0 &&
    own.every((country) =>
      all.some(
        (each) => each.country === country && each.category === rule.category && each.kind === rule.kind,
      ),
    )
  );
}

function allow(ctx: Ctx, action: 'privacy_register.read' | 'privacy_register.read_retention'): void {
  authorise(ctx, privacyRegisterPolicy, action, { state: 'kept' }, action);
}

/** What an address or a form says of the filter; what is no such thing narrows nothing. */
function filterOf(said: Readonly<Record<string, string | undefined>>): RegisterFilter {
  const { to = '', purpose = '', year = '', sight } = said;
  return {
    toCountry: /^[A-Z]{2}$/.test(to) ? to : null,
    purpose: /^[a-z_]{1,40}$/.test(purpose) ? purpose : null,
    year: /^\d{4}$/.test(year) ? Number(year) : null,
    sight: SIGHTS.find((each) => each === sight) ?? null,
  };
}

function queryOf({ toCountry, purpose, year, sight }: RegisterFilter): URLSearchParams {
  const query = new URLSearchParams();
  if (toCountry) query.set('to', toCountry);
  if (purpose) query.set('purpose', purpose);
  if (year !== null) query.set('year', String(year));
  if (sight) query.set('sight', sight);
  return query;
}

async function* rowsOf(
  batches: AsyncIterable<readonly RegisterLine[]>,
): AsyncGenerator<readonly (readonly string[])[]> {
  for await (const lines of batches) {
    yield lines.map((line) => [
      line.id,
      line.at.toISOString(),
      line.personId,
      line.subjectKind,
      line.subjectId,
      line.ownerCountry ?? '',
      line.fromCountry,
      line.toCountry,
      line.recipientInstitutionId ?? '',
      line.purpose,
      line.legalBasis,
      line.legalVersion ?? '',
      line.fields.join(' '),
      line.act,
      line.endedAt?.toISOString() ?? '',
      line.cause ?? '',
      line.kept?.join(' ') ?? '',
      line.keptUntil?.toISOString() ?? '',
    ]);
  }
}
