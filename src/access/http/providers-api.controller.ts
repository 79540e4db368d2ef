import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Idempotent } from '../../platform/http/idempotency.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { ConfirmProvider } from '../operations/confirm-provider.js';
import { EndProvider } from '../operations/end-provider.js';
import { ProposeProvider } from '../operations/propose-provider.js';
import { ReadProviders } from '../operations/read-providers.js';
import {
  ConfirmProviderRequest,
  EndProviderRequest,
  ProposeProviderRequest,
  ProviderListResource,
  ProviderResource,
  ProviderVersionIdResource,
  providerResource,
} from './dto/provider-resources.js';

/** The register of identity providers. */
@ApiTags('identity providers')
@Controller('api/v1/identity-providers')
export class ProvidersApiController {
  constructor(
    private readonly providers: ReadProviders,
    private readonly proposeProvider: ProposeProvider,
    private readonly confirmProvider: ConfirmProvider,
    private readonly endProvider: EndProvider,
  ) {}

  @Get()
  @Can('provider.read')
  @ApiOperation({ summary: 'Who may vouch for people, with what is proposed and what was ended' })
  @ApiOkResponse({ type: ProviderListResource })
  async list(@Web() web: WebRequest): Promise<ProviderListResource> {
    return { items: (await this.providers.all(web.ctx)).map(providerResource) };
  }

  @Get(':key')
  @Can('provider.read')
  @ApiOperation({ summary: 'One provider with its history' })
  @ApiOkResponse({ type: ProviderResource })
  @ApiNotFoundResponse({ description: 'There is no such provider' })
  async one(@Web() web: WebRequest, @Param('key') key: string): Promise<ProviderResource> {
    return providerResource(await this.providers.one(web.ctx, key));
  }

  @Post()
  @Can('provider.propose')
  @Idempotent()
  @ApiOperation({
    summary: 'Proposes a provider, or another version of one',
    description: 'It takes effect when a second administrator has confirmed it.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: ProviderVersionIdResource })
  @ApiConflictResponse({ description: '`proposal_waiting`: another version of it waits already' })
  @ApiUnprocessableEntityResponse({ description: 'Fields of the entry that are wrong' })
  async propose(
    @Web() web: WebRequest,
    @Body() { entry, clientSecret, keepSecret, reason }: ProposeProviderRequest,
  ): Promise<ProviderVersionIdResource> {
    const whole = clientSecret === undefined ? entry : { ...entry, clientSecret };
    return { id: await this.proposeProvider.run(web.ctx, { entry: whole, keepSecret, reason }) };
  }

  @Post(':key/confirm')
  @Can('provider.confirm')
  @HttpCode(204)
  @ApiOperation({ summary: 'Brings a proposed version into force' })
  @ApiNoContentResponse()
  @ApiForbiddenResponse({ description: '`own_proposal`: whoever proposed it does not confirm it' })
  confirm(
    @Web() web: WebRequest,
    @Param('key') key: string,
    @Body() { version }: ConfirmProviderRequest,
  ): Promise<void> {
    return this.confirmProvider.run(web.ctx, key, version);
  }

  @Post(':key/end')
  @Can('provider.end')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes a version out of force, or a proposal back' })
  @ApiNoContentResponse()
  end(
    @Web() web: WebRequest,
    @Param('key') key: string,
    @Body() { version, reason }: EndProviderRequest,
  ): Promise<void> {
    return this.endProvider.run(web.ctx, key, version, reason);
  }
}
