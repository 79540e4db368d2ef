import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { FormFields } from '../../platform/http/session-data.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Actor, ExchangeSide } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { GateRuleRow } from '../data/gate-rule.entity.js';
import { GATE_KINDS } from '../domain/gate-rule.js';
import { GatePorts } from '../gate-ports.js';
import { evidenceAsText, evidenceIn } from '../domain/gate-rule-draft.js';
import type { GateRuleDraft } from '../domain/gate-rule-draft.js';
import { EditGateRules } from '../operations/edit-gate-rules.js';
import { ReadGates } from '../operations/read-gates.js';
import { presentRuleForm, presentRules } from './presenters/present-rules.js';
import { dayParts, partsOf, typedDay } from './typed-day.js';
import type { DayParts } from './typed-day.js';

interface RuleForm {
  readonly typed: Readonly<Record<string, string>>;
  readonly sides: readonly string[];
  readonly categories: readonly string[];
  readonly from: DayParts;
  readonly problems: readonly FieldProblem[];
}

/** What each country asks before somebody may come or go: read by whoever plans, said by its own ministry. */
@ApiExcludeController()
@Controller('gates/rules')
export class GateRulesPagesController {
  constructor(
    private readonly database: Database,
    private readonly translator: Translator,
    private readonly gates: ReadGates,
    private readonly edit: EditGateRules,
    private readonly ports: GatePorts,
  ) {}

  @Get()
  @Can('gate_rule.read')
  list(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'gates/rules.njk',
        presentRules(
          this.translator,
          ctx,
          await this.gates.rules(ctx),
          { calls: await this.ports.calls.calls(ctx), categories: this.ports.calls.categories },
          countriesOf(ctx.actor).length > 0,
        ),
        { title: { key: 'gates.rules.title' } },
      ),
    );
  }

  @Get('new')
  @Can('gate_rule.edit')
  start(@Web() web: WebRequest): Promise<View> {
    return this.form(web, null, {
      typed: {},
      sides: ['host'],
      categories: [],
      from: partsOf(null),
      problems: [],
    });
  }

  @Post('new')
  @Can('gate_rule.edit')
  add(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = eachOnce(web.body);
    return this.save(web, null, typed.country ?? '', typed.kind ?? '');
  }

  @Get(':id')
  @Can('gate_rule.edit')
  open(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const rule = await this.gates.editableRule(ctx, id);
      return this.form(web, rule, {
        typed: typedOf(rule),
        sides: rule.sides,
        categories: rule.categories,
        from: partsOf(null),
        problems: [],
      });
    });
  }

  @Post(':id')
  @Can('gate_rule.edit')
  async replace(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const rule = await this.database.read(web.ctx, (ctx) => this.gates.editableRule(ctx, id));
    return this.save(web, rule, rule.country, rule.kind);
  }

  @Post(':id/end')
  @Can('gate_rule.edit')
  async end(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    await this.edit.end(web.ctx, id);
    return redirect('/gates/rules', { flash: { kind: 'success', key: 'gates.rules.done_ended' } });
  }

  private async save(
    web: WebRequest,
    replaces: GateRuleRow | null,
    country: string,
    kind: string,
  ): Promise<View | Redirect> {
    const { body } = web;
    try {
      const draft = draftOf(body, country, kind);
      await this.edit.say(web.ctx, draft, replaces?.id ?? null);
      return redirect('/gates/rules', { flash: { kind: 'success', key: 'gates.rules.done' } });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      const form = {
        typed: eachOnce(body),
        sides: manyOf(body, 'sides'),
        categories: manyOf(body, 'categories'),
        from: dayParts(body, 'validFrom'),
        problems: error.fields,
      };
      return this.form(web, replaces, form, STATUS.invalid);
    }
  }

  private form(web: WebRequest, rule: GateRuleRow | null, form: RuleForm, status = 200): Promise<View> {
    const countries = countriesOf(web.ctx.actor);
    return this.database.read(web.ctx, async (ctx) =>
      view(
        'gates/rule-form.njk',
        presentRuleForm(this.translator, ctx, {
          ...form,
          calls: await this.ports.calls.calls(ctx),
          knownCategories: this.ports.calls.categories,
          countries: rule ? [rule.country] : countries,
          action: rule ? `/gates/rules/${rule.id}` : '/gates/rules/new',
          fixed: rule !== null,
        }),
        { status, title: { key: rule ? 'gates.rules.replace' : 'gates.rules.add' } },
      ),
    );
  }
}

/** For which countries the actor is an officer. */
export function countriesOf(actor: Actor): readonly string[] {
  return [
    ...new Set(
      actor.grants.flatMap(({ role, country }) => (role === 'ministry_officer' && country ? [country] : [])),
    ),
  ];
}

function manyOf(fields: FormFields, name: string): readonly string[] {
  const value = fields[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** What was typed, as a rule. */
function draftOf(fields: FormFields, country: string, kind: string): GateRuleDraft {
  const typed = eachOnce(fields);
  const known = GATE_KINDS.find((each) => each === kind);
  if (!known) throw new DomainError('invalid', { fields: [{ field: 'kind', problem: 'required_choice' }] });
  const number = (name: string) => (/^\d{1,4}$/.test(typed[name] ?? '') ? Number(typed[name]) : Number.NaN);
  return {
    kind: known,
    country,
    callId: typed.callId || null,
    fields: (typed.fields ?? '').split(/[\s,;]+/).filter(Boolean),
    categories: manyOf(fields, 'categories'),
    sides: manyOf(fields, 'sides').filter((side): side is ExchangeSide => side === 'home' || side === 'host'),
    forwardDays: number('forwardDays'),
    decideDays: number('decideDays'),
    office: {
      sr: typed['office-sr'] ?? '',
      ru: typed['office-ru'] ?? '',
      en: typed['office-en'] ?? '',
    },
    evidence: evidenceIn(typed.evidence ?? ''),
    validityDays: typed.validityDays ? number('validityDays') : null,
    source: typed.source ?? '',
    toVerify: false,
    validFrom: typedDay(fields, 'validFrom'),
  };
}

function typedOf(rule: GateRuleRow): Record<string, string> {
  return {
    country: rule.country,
    kind: rule.kind,
    callId: rule.callId ?? '',
    fields: rule.fields.join(', '),
    forwardDays: String(rule.forwardDays),
    decideDays: String(rule.decideDays),
    'office-sr': rule.office.sr,
    'office-ru': rule.office.ru,
    'office-en': rule.office.en,
    evidence: evidenceAsText(rule.evidence),
    validityDays: rule.validityDays === null ? '' : String(rule.validityDays),
    source: rule.source,
  };
}
