import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { FormFields } from '../../platform/http/session-data.js';
import { parseForm } from '../../platform/http/validation.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { parseDate } from '../../shared/parse-entry.js';
import { AccessPorts } from '../access-ports.js';
import { IntegrationClients } from '../data/integration-clients.js';
import { People } from '../data/people.js';
import { apiScopes, scopesForClients } from '../domain/api-scopes.js';
import { clientsPolicy } from '../domain/clients.policy.js';
import { PolicyRegistry } from '../domain/policy-registry.js';
import { BearerTokens } from '../operations/bearer-tokens.js';
import { RegisterClient } from '../operations/register-client.js';
import { RevokeClient } from '../operations/revoke-client.js';
import { ClientForm } from './dto/client-requests.js';
import { presentClient, presentClients, presentNewClient } from './presenters/clients.presenter.js';
import type { TypedClient } from './presenters/clients.presenter.js';

const PAGE_SIZE = 50;
const TITLE = { key: 'access.clients.title' };

/** Other systems of institutions: who was let in, for what, until when, by whom. */
@ApiExcludeController()
@Controller('admin/clients')
export class ClientsPagesController {
  constructor(
    private readonly database: Database,
    private readonly translator: Translator,
    private readonly ports: AccessPorts,
    private readonly people: People,
    private readonly policies: PolicyRegistry,
    private readonly tokens: BearerTokens,
    private readonly clients: IntegrationClients,
    private readonly registerClient: RegisterClient,
    private readonly revokeClient: RevokeClient,
  ) {}

  @Get()
  @Can('client.list')
  list(@Web() web: WebRequest): Promise<View> {
    const { after } = web.query;
    return this.database.read(web.ctx, async (ctx) => {
      const rows = await this.clients.list(ctx, PAGE_SIZE + 1, isId(after) ? after : null);
      const clients = rows.slice(0, PAGE_SIZE);
      const last = clients.at(-1);
      const institutionIds = clients.map(({ institutionId }) => institutionId);
      const model = presentClients(this.translator, ctx.language, ctx.clock.now(), {
        clients,
        institutionNames: await this.ports.places.institutionNames(ctx, institutionIds),
        mayRegister: this.policies.mayEver(ctx.actor, 'client.register').allowed,
        more: rows.length > PAGE_SIZE && last ? `/admin/clients?after=${last.id}` : null,
      });
      return view('access/clients.njk', model, { title: TITLE });
    });
  }

  @Get('new')
  @Can('client.register')
  blank(@Web() web: WebRequest): Promise<View> {
    const kept = web.takeStash('/admin/clients');
    return this.form(web, kept ? typedIn(kept) : this.suggested(web.ctx.clock.now()), []);
  }

  @Post()
  @Can('client.register')
  async register(@Web() web: WebRequest): Promise<View | Redirect> {
    const { value, problems } = parseForm(ClientForm, web.body);
    const typed = typedIn(web.body);
    const until = parseDate(Object.values(typed.until).join(' '));
    const every: FieldProblem[] = [
      ...problems,
      ...(until.ok ? [] : [{ field: 'validUntil', problem: until.problem }]),
    ];
    if (every.length > 0 || !until.ok) return this.form(web, typed, every);
    try {
      const validUntil = new Date(`${until.value}T23:59:59Z`);
      const id = await this.registerClient.run(web.ctx, { ...value, validUntil });
      return redirect(`/admin/clients/${id}`, {
        flash: { kind: 'success', key: 'access.clients.done.registered' },
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'invalid') return this.form(web, typed, error.fields);
      if (error.reason === 'client_registered') {
        return this.form(web, typed, [{ field: 'subject', problem: 'already_used' }]);
      }
      throw error;
    }
  }

  @Get(':id')
  @Can('client.read')
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const kept = web.takeStash(`/admin/clients/${id}/revoke`);
    return this.page(web, id, text(kept?.reason), []);
  }

  /** Reloaded after a refusal, or opened in another language: the page that the form stands on. */
  @Get(':id/revoke')
  @Can('client.read')
  beforeRevoking(@Param('id') id: string): Redirect {
    return redirect(`/admin/clients/${id}`);
  }

  @Post(':id/revoke')
  @Can('client.revoke')
  async revoke(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const reason = text(web.body.reason).trim();
    try {
      await this.revokeClient.run(web.ctx, id, reason);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'invalid')
        return this.page(web, id, reason, error.fields);
      throw error;
    }
    return redirect(`/admin/clients/${id}`, {
      flash: { kind: 'success', key: 'access.clients.done.revoked' },
    });
  }

  private form(web: WebRequest, typed: TypedClient, problems: readonly FieldProblem[]): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const institutions = await this.clients.institutionsOf(ctx);
      const names = await this.ports.places.institutionNames(
        ctx,
        institutions.map(({ id }) => id),
      );
      const [only, another] = institutions;
      const institutionId = typed.institutionId || (only && !another ? only.id : '');
      const model = presentNewClient(this.translator, ctx.language, {
        typed: { ...typed, institutionId },
        problems,
        institutions: institutions.map(({ id }) => ({ id, name: names.get(id) ?? id })),
        issuers: this.tokens.issuers(),
        scopes: scopesForClients(this.policies),
      });
      return view('access/client-new.njk', model, {
        title: { key: 'access.clients.new' },
        status: problems.length > 0 ? STATUS.invalid : 200,
      });
    });
  }

  private page(
    web: WebRequest,
    id: string,
    reason: string,
    problems: readonly FieldProblem[],
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const client = isId(id) ? await this.clients.byId(ctx, id) : null;
      if (!client) throw new DomainError('not_found');
      authorise(ctx, clientsPolicy, 'client.read', client, 'client.read');
      const { institutionId, grantedBy, revokedBy } = client;
      const names = await this.ports.places.institutionNames(ctx, [institutionId]);
      const model = presentClient(this.translator, ctx.language, ctx.clock.now(), {
        client,
        institutionName: names.get(institutionId) ?? institutionId,
        people: await this.people.displayNames(ctx, [grantedBy, ...(revokedBy ? [revokedBy] : [])]),
        scopes: apiScopes(this.policies),
        mayRevoke: clientsPolicy.decide(ctx.actor, 'client.revoke', client).allowed,
        reason,
        problems,
      });
      return view('access/client.njk', model, {
        title: { key: 'access.clients.named', values: { name: client.name } },
        status: problems.length > 0 ? STATUS.invalid : 200,
      });
    });
  }

  /** A year is long enough to be useful, and short enough to be asked again. */
  private suggested(now: Date): TypedClient {
    const until = new Date(now);
    until.setUTCFullYear(until.getUTCFullYear() + 1);
    const [issuer, another] = this.tokens.issuers();
    return {
      institutionId: '',
      name: '',
      issuer: issuer !== undefined && another === undefined ? issuer : '',
      subject: '',
      scopes: [],
      until: {
        day: String(until.getUTCDate()),
        month: String(until.getUTCMonth() + 1),
        year: String(until.getUTCFullYear()),
      },
      reason: '',
    };
  }
}

function typedIn(fields: FormFields): TypedClient {
  return {
    institutionId: text(fields.institutionId),
    name: text(fields.name),
    issuer: text(fields.issuer),
    subject: text(fields.subject),
    scopes: [fields.scopes ?? []].flat().filter((scope) => typeof scope === 'string'),
    until: {
      day: text(fields['validUntil-day']),
      month: text(fields['validUntil-month']),
      year: text(fields['validUntil-year']),
    },
    reason: text(fields.reason),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
