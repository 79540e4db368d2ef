import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { AccessPorts } from '../access-ports.js';
import { People } from '../data/people.js';
import { RoleDirectory } from '../data/role-directory.js';
import type { GrantView } from '../data/role-directory.js';
import { PolicyRegistry } from '../domain/policy-registry.js';
import { actorOf, presentWhy } from './presenters/why.presenter.js';
import { ReadRoles } from './read-roles.js';
import type { FormField, WhyView } from './views/people-views.js';

const EVERY_GRANT = 200;
const SAME_ADDRESS = 10;

interface Subject {
  readonly id: Id;
  readonly name: string;
  readonly own: boolean;
  readonly grants: readonly GrantView[];
}

interface Asked {
  readonly email: string;
  readonly action: string;
  readonly record: string;
}

/**
 * Why somebody can, or can't, do something. The answer holds nothing that the asker could not read elsewhere: of the
 * person only the roles that they may see, of records only those that they may open; what is neither is "not found" alike.
 */
@ApiExcludeController()
@Controller('admin/why')
export class WhyPagesController {
  constructor(
    private readonly database: Database,
    private readonly directory: RoleDirectory,
    private readonly people: People,
    private readonly policies: PolicyRegistry,
    private readonly ports: AccessPorts,
    private readonly roles: ReadRoles,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('account.read')
  why(@Web() web: WebRequest): Promise<View> {
    const { query } = web;
    const asked: Asked = {
      email: query['email']?.trim() ?? '',
      action: query['action'] ?? '',
      record: query['record']?.trim() ?? '',
    };
    return this.database.read(web.ctx, async (ctx) => {
      const named = query['person'];
      if (named !== undefined && !isId(named)) throw new DomainError('not_found');
      const errors: Partial<Record<keyof Asked, string>> = {};
      const person =
        named !== undefined
          ? await this.personById(ctx, named)
          : asked.email !== ''
            ? await this.personByAddress(ctx, asked.email)
            : await this.personById(ctx, ownId(ctx));
      if (!person) errors.email = 'access.why.problems.person';
      const policy = this.policies.policies().find((each) => each.actions().includes(asked.action));
      if (asked.action !== '' && !policy) errors.action = 'problems.not_in_list';
      const kind = this.ports.records.find(({ subject }) => subject === policy?.subject);
      const record = policy && kind && asked.record !== '' ? await kind.find(ctx, asked.record) : null;
      if (asked.record !== '' && policy) {
        if (!kind) errors.record = 'access.why.problems.no_records';
        else if (!record) errors.record = 'access.why.problems.record';
      }
      const problems = Object.entries(errors).map(([field, key]) => ({
        message: { key },
        href: `#field-${field}`,
      }));
      const answer =
        person && policy && problems.length === 0
          ? presentWhy(await this.roles.reading(ctx, []), {
              subject: policy.subject,
              action: asked.action,
              person,
              grants: person.grants,
              // Nobody knows how another will sign in: it is asked as if they did it fully.
              actor: actorOf(
                person.id,
                person.name,
                person.grants,
                await this.people.tiesOf(ctx, person.id),
                !person.own || ctx.actor.secondFactor,
              ),
              record,
              rows: policy.rowsOf(asked.action),
            })
          : null;
      const model: WhyView = {
        tabs: this.roles.administration(ctx, '/admin/why'),
        action: '/admin/why',
        fields: this.fieldsOf(ctx, asked, errors, named !== undefined),
        hidden: named === undefined ? {} : { person: named },
        person:
          person && named !== undefined ? { name: person.name, href: `/admin/people/${person.id}` } : null,
        problems,
        answer,
      };
      return view('access/why.njk', model, {
        title: { key: 'access.why.title' },
        ...(problems.length > 0 ? { status: STATUS.invalid } : {}),
      });
    });
  }

  private fieldsOf(
    ctx: Ctx,
    asked: Asked,
    errors: Partial<Record<keyof Asked, string>>,
    personIsNamed: boolean,
  ): FormField[] {
    const { language } = ctx;
    const error = (field: keyof Asked) => {
      const key = errors[field];
      return key ? { error: { key } } : {};
    };
    const fields: FormField[] = [
      {
        kind: 'select',
        name: 'action',
        label: { key: 'access.why.action' },
        value: asked.action,
        options: this.policies.policies().flatMap((policy) =>
          policy.actions().map((action) => ({
            value: action,
            label: `${this.translator.t(language, `subjects.${policy.subject}`)}: ${this.translator.t(language, `actions.${action}`)}`,
          })),
        ),
        ...error('action'),
      },
      {
        kind: 'text',
        name: 'record',
        label: { key: 'access.why.record' },
        hint: { key: 'access.why.record_hint' },
        value: asked.record,
        optional: true,
        ...error('record'),
      },
    ];
    // Whoever reads nobody's roles but their own asks about themselves.
    if (personIsNamed || !this.policies.mayEver(ctx.actor, 'person.list').allowed) return fields;
    return [
      {
        kind: 'email',
        name: 'email',
        label: { key: 'access.why.person' },
        hint: { key: 'access.why.person_hint' },
        value: asked.email,
        optional: true,
        ...error('email'),
      },
      ...fields,
    ];
  }

  /** @throws DomainError `not_found` for somebody of whom the asker sees no role. */
  private async personById(ctx: Ctx, id: Id): Promise<Subject> {
    const own = id === ctx.actor.personId;
    const { items } = await this.directory.grants(ctx, { personId: id, limit: EVERY_GRANT });
    const name = own ? ctx.actor.name : items[0]?.personName;
    if (name === undefined || name === null) throw new DomainError('not_found');
    return { id, name, own, grants: items };
  }

  private async personByAddress(ctx: Ctx, email: string): Promise<Subject | null> {
    const { items } = await this.directory.people(ctx, { q: email, limit: SAME_ADDRESS });
    const found = items.find((person) => person.email.toLowerCase() === email.toLowerCase());
    return found ? this.personById(ctx, found.id) : null;
  }
}

function ownId({ actor }: Ctx): Id {
  if (actor.personId === null) throw new DomainError('not_signed_in');
  return actor.personId;
}
