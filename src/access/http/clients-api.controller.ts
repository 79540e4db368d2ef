import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { Can, Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { decodeCursor, pageOf } from '../../shared/cursor.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { IntegrationClients } from '../data/integration-clients.js';
import { apiScopes } from '../domain/api-scopes.js';
import { clientsPolicy } from '../domain/clients.policy.js';
import { PolicyRegistry } from '../domain/policy-registry.js';
import { RegisterClient } from '../operations/register-client.js';
import { RevokeClient } from '../operations/revoke-client.js';
import { ClientQuery, RegisterClientRequest, RevokeClientRequest } from './dto/client-requests.js';
import {
  ClientPageResource,
  ClientResource,
  RegisteredResource,
  ScopeListResource,
  clientResource,
  scopeResource,
} from './dto/client-resources.js';

/** Other systems that institutions let in. */
@ApiTags('clients')
@Controller('api/v1/clients')
export class ClientsApiController {
  constructor(
    private readonly database: Database,
    private readonly clients: IntegrationClients,
    private readonly registerClient: RegisterClient,
    private readonly revokeClient: RevokeClient,
  ) {}

  @Get()
  @Can('client.list')
  @ApiOperation({ summary: 'The systems of one’s institutions, those in force first' })
  @ApiOkResponse({ type: ClientPageResource })
  list(@Web() web: WebRequest, @Query() { limit, after }: ClientQuery): Promise<ClientPageResource> {
    const last = after === undefined ? null : String(decodeCursor(after, 1)[0]);
    if (last !== null && !isId(last)) {
      throw new DomainError('invalid', { fields: [{ field: 'after', problem: 'cursor' }] });
    }
    return this.database.read(web.ctx, async (ctx) => {
      const rows = await this.clients.list(ctx, limit + 1, last);
      const now = ctx.clock.now();
      return pageOf(
        rows,
        limit,
        ({ id }) => [id],
        (row) => clientResource(row, now),
      );
    });
  }

  @Get(':id')
  @Can('client.read')
  @ApiOperation({ summary: 'One system' })
  @ApiOkResponse({ type: ClientResource })
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<ClientResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const client = isId(id) ? await this.clients.byId(ctx, id) : null;
      if (!client) throw new DomainError('not_found');
      authorise(ctx, clientsPolicy, 'client.read', client, 'client.read');
      return clientResource(client, ctx.clock.now());
    });
  }

  @Post()
  @Can('client.register')
  @Idempotent()
  @ApiOperation({ summary: 'Lets another system of an institution in, within scopes and for a time' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: RegisteredResource })
  async register(@Web() web: WebRequest, @Body() body: RegisterClientRequest): Promise<RegisteredResource> {
    const { institution, ...wanted } = body;
    return { id: await this.registerClient.run(web.ctx, { institutionId: institution, ...wanted }) };
  }

  @Post(':id/revoke')
  @Can('client.revoke')
  @HttpCode(204)
  @ApiOperation({ summary: 'Shuts a system out, from its next call on' })
  @ApiNoContentResponse()
  revoke(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { reason }: RevokeClientRequest,
  ): Promise<void> {
    return this.revokeClient.run(web.ctx, id, reason);
  }
}

/** What a token can be limited to. Open to everybody: whoever asks an issuer for one must know what to ask for. */
@ApiTags('scopes')
@Controller('api/v1/scopes')
export class ScopesApiController {
  constructor(private readonly policies: PolicyRegistry) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'The scopes of tokens, with the actions that each opens' })
  @ApiOkResponse({ type: ScopeListResource })
  all(): ScopeListResource {
    return { items: apiScopes(this.policies).map(scopeResource) };
  }
}
