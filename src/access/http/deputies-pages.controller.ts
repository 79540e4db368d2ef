import { Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { RoleDirectory } from '../data/role-directory.js';
import type { GrantView } from '../data/role-directory.js';
import { AppointDeputy } from '../operations/appoint-deputy.js';
import { presentGrant, presentScope } from './presenters/present-grant.js';
import type { Reading } from './presenters/present-grant.js';
import { reasonWords } from './presenters/rights.presenter.js';
import { ReadRoles } from './read-roles.js';
import { NO_PROBLEMS, RoleForm, errorOf, problemsFrom } from './role-form.js';
import type { FormProblems, TypedRole } from './role-form.js';
import type { Choice, DeputiesView } from './views/people-views.js';

const EVERY_GRANT = 200;

/** Who acts for one while one is away, and for whom one acts oneself. */
@ApiExcludeController()
@Controller('account/deputies')
export class DeputiesPagesController {
  constructor(
    private readonly database: Database,
    private readonly directory: RoleDirectory,
    private readonly roles: ReadRoles,
    private readonly form: RoleForm,
    private readonly translator: Translator,
    private readonly appointDeputy: AppointDeputy,
  ) {}

  @Get()
  @Can('account.read')
  list(@Web() web: WebRequest): Promise<View> {
    return this.show(web, this.form.typed(web.takeStash() ?? {}), NO_PROBLEMS, 200);
  }

  @Post()
  @Can('role.deputise')
  async appoint(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = this.form.typed(web.body);
    const { terms, whom } = await this.database.read(web.ctx, async (ctx) => ({
      terms: await this.form.terms(ctx, typed),
      whom: this.form.whom(typed),
    }));
    const grantId = typed['grant'] ?? '';
    const { validFrom, validUntil } = terms;
    const fields = [
      ...(isId(grantId) ? [] : [{ field: 'grant', problem: 'required_choice' }]),
      ...whom.problems,
      ...terms.problems,
      ...(validUntil === null && !terms.problems.some(({ field }) => field === 'until')
        ? [{ field: 'until', problem: 'required' }]
        : []),
    ];
    if (fields.length > 0 || validUntil === null) return this.show(web, typed, { fields, refusal: null });
    const { email, reason } = whom;
    try {
      const outcome = await this.appointDeputy.run(web.ctx, {
        grantId,
        email,
        reason,
        validFrom,
        validUntil,
      });
      const key = `access.done.${outcome.kind === 'invited' ? 'deputy_invited' : 'deputy'}`;
      return redirect('/account/deputies', { flash: { kind: 'success', key, values: { email } } });
    } catch (error) {
      const status = error instanceof DomainError ? STATUS[error.code] : STATUS.invalid;
      return this.show(web, typed, problemsFrom(error), status);
    }
  }

  private show(
    web: WebRequest,
    typed: TypedRole,
    problems: FormProblems,
    status: number = STATUS.invalid,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const { personId } = ctx.actor;
      if (personId === null) throw new DomainError('not_signed_in');
      // Everything in sight; of it one's own, and what was lent by oneself.
      const own = await this.directory.grants(ctx, { personId, limit: EVERY_GRANT });
      const lent = await this.directory.lentBy(ctx, personId);
      const reading = await this.roles.reading(ctx, [...own.items, ...lent]);
      const lendable = own.items.filter(({ may }) => may.deputise.allowed);
      const model: DeputiesView = {
        tabs: this.roles.account(ctx, '/account/deputies'),
        deputies: lent.map((grant) => presentGrant(reading, grant)),
        actingFor: own.items
          .filter(({ actingFor, state }) => actingFor !== null && state !== 'ended')
          .map((grant) => presentGrant(reading, grant)),
        refusal: lendable.length > 0 ? null : refusalOf(own.items),
        fields:
          lendable.length > 0
            ? [
                {
                  kind: 'radios',
                  name: 'grant',
                  label: { key: 'access.deputies.which' },
                  value: typed['grant'] ?? (lendable.length === 1 ? (lendable[0]?.id ?? '') : ''),
                  options: lendable.map((grant) => this.choiceOf(reading, grant)),
                  ...errorOf(problems, 'grant'),
                },
                this.form.email(typed, problems, 'access.deputies.email_hint'),
                ...this.form.termFields(typed, problems, true),
                this.form.reason(typed, problems, 'access.deputies.reason_hint'),
              ]
            : [],
        problems: this.form.problemLines(ctx, problems),
      };
      return view('access/deputies.njk', model, { status, title: { key: 'access.deputies.title' } });
    });
  }

  private choiceOf(reading: Reading, grant: GrantView): Choice {
    const parts = presentScope(reading, grant).map((part) =>
      typeof part === 'string' ? part : this.translator.t(reading.language, part.key, part.values),
    );
    return { value: grant.id, label: { key: `roles.${grant.role}` }, hint: parts.join(' · ') };
  }
}

/** Why nothing can be lent: the most telling refusal of the roles that one has. */
function refusalOf(grants: readonly GrantView[]): DeputiesView['refusal'] {
  const reasons = grants
    .filter(({ state }) => state === 'in_force')
    .flatMap(({ may }) => (may.deputise.allowed ? [] : may.deputise.reason));
  if (reasons.includes('second_factor_needed')) return reasonWords('second_factor_needed');
  return { key: 'access.deputies.nothing' };
}
