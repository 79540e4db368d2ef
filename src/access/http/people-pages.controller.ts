import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Flash, Message, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { GrantedRole } from '../../shared/actor.js';
import { GRANTED_ROLES, OFFICIAL_ROLES, ROLE_TABLE } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { isLanguage } from '../../shared/language.js';
import { AccessPorts } from '../access-ports.js';
import { People } from '../data/people.js';
import { RoleDirectory } from '../data/role-directory.js';
import type { GrantView } from '../data/role-directory.js';
import { RoleGrants } from '../data/role-grants.js';
import { FOUR_EYES_ROLES, rolesGrantableBy } from '../domain/delegation.js';
import { GRANT_STATES, peoplePolicy } from '../domain/roles.policy.js';
import { PolicyRegistry } from '../domain/policy-registry.js';
import { GrantRole } from '../operations/grant-role.js';
import { InviteToRole } from '../operations/invite-to-role.js';
import { RevokeGrant } from '../operations/revoke-grant.js';
import { ENDING_SOON_DAYS, offered, presentGrant } from './presenters/present-grant.js';
import { LISTED_STATES, presentPeople } from './presenters/people.presenter.js';
import type { PeopleAddress } from './presenters/people.presenter.js';
import { ReadConflicts } from './read-conflicts.js';
import { ReadRoles } from './read-roles.js';
import { NO_PROBLEMS, RoleForm, problemsFrom } from './role-form.js';
import type { FormProblems, TypedRole } from './role-form.js';
import type { Choice, GrantFormView, PersonPageView, ReasonFormView } from './views/people-views.js';

const PAGE_SIZE = 50;
const EVERY_GRANT = 200;
const DAY_MS = 86_400_000;
const NOT_ENDED = GRANT_STATES.filter((state) => state !== 'ended');

type Way = 'grant' | 'invite';

/** People and the roles that they hold in one's scope; giving a role, inviting to one, ending one. */
@ApiExcludeController()
@Controller('admin/people')
export class PeoplePagesController {
  constructor(
    private readonly database: Database,
    private readonly directory: RoleDirectory,
    private readonly grants: RoleGrants,
    private readonly people: People,
    private readonly policies: PolicyRegistry,
    private readonly ports: AccessPorts,
    private readonly roles: ReadRoles,
    private readonly form: RoleForm,
    private readonly conflicts: ReadConflicts,
    private readonly translator: Translator,
    private readonly grantRole: GrantRole,
    private readonly inviteToRole: InviteToRole,
    private readonly revokeGrant: RevokeGrant,
  ) {}

  @Get()
  @Can('person.list')
  list(@Web() web: WebRequest): Promise<View> {
    const { clock } = web.ctx;
    const { query } = web;
    const institution = query['institution'] ?? '';
    const address: PeopleAddress = {
      q: query['q']?.trim().slice(0, 200) ?? '',
      role: GRANTED_ROLES.find((role) => role === query['role']) ?? null,
      institution: isId(institution) ? institution : null,
      state: LISTED_STATES.find((state) => state === query['state']) ?? null,
      after: query['after'] ?? null,
    };
    const endingBefore = new Date(clock.now().getTime() + ENDING_SOON_DAYS * DAY_MS);
    return this.database.read(web.ctx, async (ctx) => {
      const page = await this.directory.grants(ctx, {
        ...(address.q ? { q: address.q } : {}),
        ...(address.role ? { role: address.role } : {}),
        ...(address.institution ? { institutionId: address.institution } : {}),
        ...(address.state === 'ending'
          ? { states: ['in_force'], endingBefore }
          : { states: address.state ? [address.state] : NOT_ENDED }),
        limit: PAGE_SIZE,
        ...(address.after ? { after: address.after } : {}),
      });
      const model = presentPeople(await this.roles.reading(ctx, page.items), page, address, {
        tabs: this.roles.administration(ctx, '/admin/people'),
        institutions: await this.institutionChoices(ctx),
        mayGrant: this.policies.mayEver(ctx.actor, 'role.grant').allowed,
        secondFactorMissing: idleOffice(ctx),
      });
      return view('access/people.njk', model, { title: { key: 'access.people.title' } });
    });
  }

  @Get('grant')
  @Can('role.grant')
  grantForm(@Web() web: WebRequest): Promise<View> {
    return this.openForm(web, 'grant');
  }

  @Post('grant')
  @Can('role.grant')
  async grant(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = this.form.typed(web.body);
    const role = roleIn(typed);
    if (!role) return redirect('/admin/people/grant');
    const { value, problems } = await this.database.read(web.ctx, (ctx) => this.form.read(ctx, role, typed));
    if (problems.length > 0)
      return this.showForm(web, 'grant', role, typed, { fields: problems, refusal: null });
    const { email, ...wanted } = value;
    try {
      const known = typed['person'];
      const outcome = await this.grantRole.run(web.ctx, {
        role,
        ...wanted,
        ...(known && isId(known) ? { personId: known } : { email }),
      });
      if (outcome.kind === 'invited') {
        return redirect('/admin/invitations', { flash: done('invited', { email }) });
      }
      return redirect('/admin/people', {
        flash: done(outcome.state === 'pending' ? 'granted_pending' : 'granted', { email }),
      });
    } catch (error) {
      return this.showForm(web, 'grant', role, typed, problemsFrom(error), statusOf(error));
    }
  }

  @Get('invite')
  @Can('role.invite')
  inviteForm(@Web() web: WebRequest): Promise<View> {
    return this.openForm(web, 'invite');
  }

  @Post('invite')
  @Can('role.invite')
  async invite(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = this.form.typed(web.body);
    const role = roleIn(typed);
    if (!role) return redirect('/admin/people/invite');
    const { value, problems } = await this.database.read(web.ctx, (ctx) => this.form.read(ctx, role, typed));
    if (problems.length > 0)
      return this.showForm(web, 'invite', role, typed, { fields: problems, refusal: null });
    const { language } = typed;
    try {
      await this.inviteToRole.run(web.ctx, {
        role,
        ...value,
        ...(isLanguage(language) ? { language } : {}),
      });
      return redirect('/admin/invitations', { flash: done('invited', { email: value.email }) });
    } catch (error) {
      return this.showForm(web, 'invite', role, typed, problemsFrom(error), statusOf(error));
    }
  }

  @Get('grants/:grantId/end')
  @Can('role.revoke')
  endForm(@Web() web: WebRequest, @Param('grantId') id: string): Promise<View> {
    return this.showEnd(web, id, this.form.typed(web.takeStash() ?? {}), NO_PROBLEMS);
  }

  @Post('grants/:grantId/end')
  @Can('role.revoke')
  async end(@Web() web: WebRequest, @Param('grantId') id: string): Promise<View | Redirect> {
    const typed = this.form.typed(web.body);
    const grant = await this.database.read(web.ctx, (ctx) => this.directory.grant(ctx, id));
    try {
      await this.revokeGrant.run(web.ctx, { grantId: grant.id, reason: typed['reason'] ?? '' });
    } catch (error) {
      return this.showEnd(web, id, typed, problemsFrom(error), statusOf(error));
    }
    return redirect(backFrom(web.ctx, grant), { flash: done('ended', { name: grant.personName }) });
  }

  @Get(':id')
  @Can('person.read_roles')
  person(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      if (!isId(id)) throw new DomainError('not_found');
      const { items } = await this.directory.grants(ctx, { personId: id, limit: EVERY_GRANT });
      const person = await this.people.personById(ctx, id);
      // Of somebody of whom one sees no role there is no page: not even that they are there.
      if (!person || (items.length === 0 && id !== ctx.actor.personId)) throw new DomainError('not_found');
      const reading = await this.roles.reading(ctx, [...items, { institutionId: person.homeInstitutionId }]);
      const lines = items.map((grant) => presentGrant(reading, grant));
      const ended = new Set(items.filter(({ state }) => state === 'ended').map((grant) => grant.id));
      const own = id === ctx.actor.personId;
      const mayGrant = this.policies.mayEver(ctx.actor, 'role.grant').allowed;
      const institution = person.homeInstitutionId && reading.institutions.get(person.homeInstitutionId);
      const model: PersonPageView = {
        tabs: this.roles.administration(ctx, '/admin/people'),
        name: person.name,
        nameLanguage: person.nativeLanguage,
        facts: [
          { label: { key: 'access.account.email' }, value: person.email },
          {
            label: { key: 'access.grant.fields.country' },
            value: this.translator.countryName(ctx.language, person.country),
          },
          ...(institution ? [{ label: { key: 'access.account.institution' }, value: institution }] : []),
        ],
        own,
        current: lines.filter((line) => !ended.has(line.id)),
        ended: lines.filter((line) => ended.has(line.id)),
        whyHref: `/admin/why?person=${id}`,
        grantHref: mayGrant && !own ? `/admin/people/grant?person=${id}` : null,
        resetPasskeys: await this.passkeys(ctx, id, items),
        conflicts: await this.conflicts.ofPerson(ctx, reading, id),
      };
      return view('access/person.njk', model, {
        title: { key: 'access.people.named', values: { name: person.name } },
      });
    });
  }

  /** Whether the reader lets somebody who lost their passkey in again; only officials need one. */
  private async passkeys(
    ctx: Ctx,
    personId: Id,
    grants: readonly GrantView[],
  ): Promise<PersonPageView['resetPasskeys']> {
    const official = grants.some(({ role, state }) => state !== 'ended' && OFFICIAL_ROLES.includes(role));
    if (!official || !this.policies.mayEver(ctx.actor, 'person.reset_passkeys').allowed) return null;
    const facts = await this.grants.personFacts(ctx, personId);
    const decision = peoplePolicy.decide(ctx.actor, 'person.reset_passkeys', facts);
    return offered(`/admin/people/${personId}/reset-passkeys`, decision.allowed ? null : decision.reason);
  }

  /** The institutions that occur in the reader's scope: of those that they administer, or of their country. */
  private async institutionChoices(ctx: Ctx): Promise<readonly Choice[]> {
    const { grants } = ctx.actor;
    const own = await this.ports.places.institutionNames(
      ctx,
      grants.flatMap((grant) => grant.institutionId ?? []),
    );
    const found = new Map(own);
    const everywhere = grants.some(({ role }) => ROLE_TABLE[role].scope === 'programme');
    const countries = everywhere
      ? await this.ports.places.countries(ctx)
      : grants.flatMap(({ role, country }) => (role === 'ministry_officer' && country ? country : []));
    for (const country of new Set(countries)) {
      for (const { id, name } of await this.ports.places.institutionsOf(ctx, country)) found.set(id, name);
    }
    return [...found].map(([value, label]) => ({ value, label }));
  }

  private openForm(web: WebRequest, way: Way): Promise<View> {
    const kept = web.takeStash();
    const typed = this.form.typed(kept ?? web.query);
    return this.showForm(web, way, roleIn(typed), typed, NO_PROBLEMS, 200);
  }

  private showForm(
    web: WebRequest,
    way: Way,
    role: GrantedRole | null,
    typed: TypedRole,
    problems: FormProblems,
    status: number = STATUS.invalid,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const grantable = [...new Set(rolesGrantableBy(ctx.actor).map((each) => each.role))];
      const chosen = role !== null && grantable.includes(role) ? role : null;
      const known = await this.knownPerson(ctx, typed['person']);
      const action = `/admin/people/${way}`;
      const toRole = (each: GrantedRole) =>
        `${action}?${new URLSearchParams({ role: each, ...(known ? { person: known.id } : {}) }).toString()}`;
      const model: GrantFormView = {
        title: known
          ? { key: 'access.grant.title_known', values: { name: known.name } }
          : { key: `access.grant.title_${way}` },
        lead: { key: `access.grant.lead_${way}` },
        roles: chosen
          ? null
          : grantable.map((each) => ({
              value: each,
              label: { key: `roles.${each}` },
              hint: { key: `access.roles.about.${each}` },
              href: toRole(each),
            })),
        action,
        hidden: chosen ? { role: chosen, ...(known ? { person: known.id, email: known.email } : {}) } : {},
        chosen: chosen
          ? {
              role: { key: `roles.${chosen}` },
              about: { key: `access.roles.about.${chosen}` },
              changeHref: grantable.length > 1 ? `${action}${known ? `?person=${known.id}` : ''}` : null,
            }
          : null,
        fields: chosen
          ? [
              ...(known ? [] : [this.form.email(typed, problems, `access.grant.hints.email_${way}`)]),
              ...(way === 'invite' ? [this.form.language(ctx, typed)] : []),
              ...(await this.form.scopeFields(ctx, chosen, typed, problems)),
              ...this.form.termFields(typed, problems, false),
              this.form.reason(typed, problems, 'access.grant.hints.reason'),
            ]
          : [],
        problems: this.form.problemLines(ctx, problems),
        fourEyes: chosen !== null && FOUR_EYES_ROLES.includes(chosen),
        button: { key: `access.grant.button_${way}` },
        cancelHref: known ? `/admin/people/${known.id}` : '/admin/people',
      };
      return view('access/grant.njk', model, { status, title: model.title });
    });
  }

  /** Somebody of whom the reader sees a role. */
  private async knownPerson(
    ctx: Ctx,
    id: string | undefined,
  ): Promise<{ readonly id: Id; readonly name: string; readonly email: string } | null> {
    if (id === undefined || !isId(id)) return null;
    const { items } = await this.directory.grants(ctx, { personId: id, limit: 1 });
    const [grant] = items;
    return grant ? { id, name: grant.personName, email: grant.personEmail } : null;
  }

  private showEnd(
    web: WebRequest,
    id: string,
    typed: TypedRole,
    problems: FormProblems,
    status = 200,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const grant = await this.directory.grant(ctx, id);
      const { revoke } = grant.may;
      const refusal: Message | null =
        problems.refusal ?? (revoke.allowed ? null : { key: `reasons.${revoke.reason}` });
      const own = grant.personId === ctx.actor.personId;
      const model: ReasonFormView = {
        title: own
          ? { key: 'access.end.title_own' }
          : { key: 'access.end.title', values: { name: grant.personName } },
        lead: { key: own ? 'access.end.lead_own' : 'access.end.lead' },
        grant: presentGrant(await this.roles.reading(ctx, [grant]), grant),
        action: revoke.allowed ? `/admin/people/grants/${grant.id}/end` : '',
        field: this.form.reason(typed, problems, 'access.end.reason_hint'),
        problems: this.form.problemLines(ctx, { ...problems, refusal }),
        button: { key: 'access.people.end' },
        cancelHref: backFrom(ctx, grant),
      };
      return view('access/end.njk', model, { status, title: model.title });
    });
  }
}

function roleIn(typed: TypedRole): GrantedRole | null {
  return GRANTED_ROLES.find((role) => role === typed['role']) ?? null;
}

/** Whether an office of the reader is idle because they signed in with one factor. */
function idleOffice({ actor }: Ctx): boolean {
  return !actor.secondFactor && actor.grants.some(({ role }) => OFFICIAL_ROLES.includes(role));
}

function done(key: string, values: NonNullable<Flash['values']>): Flash {
  return { kind: 'success', key: `access.done.${key}`, values };
}

function statusOf(error: unknown): number {
  return error instanceof DomainError ? STATUS[error.code] : STATUS.invalid;
}

/** Where somebody goes on after a role has ended: their own roles, their deputies, or the other's page. */
function backFrom({ actor }: Pick<Ctx, 'actor'>, grant: GrantView): string {
  if (grant.actingFor === actor.personId) return '/account/deputies';
  return grant.personId === actor.personId ? '/account/rights' : `/admin/people/${grant.personId}`;
}
