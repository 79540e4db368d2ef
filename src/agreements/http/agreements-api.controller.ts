import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Public } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { DomainError } from '../../shared/domain-error.js';
import { Agreements } from '../data/agreements.js';
import {
  AgreementPageResource,
  AgreementQuery,
  AgreementResource,
  AgreementVersionsResource,
  WholeVersionResource,
  agreementResource,
  versionResource,
  wholeVersionResource,
} from './dto/agreement-resources.js';
import { ReadAgreement } from './read-agreement.js';

/** What is or was in force, for every program; what is prepared or decided, for whoever may read it. */
@ApiTags('agreements')
@ApiNotFoundResponse({ description: 'There is none, or not for this reader' })
@Controller('api/v1/agreements')
export class AgreementsApiController {
  constructor(
    private readonly database: Database,
    private readonly agreements: Agreements,
    private readonly reading: ReadAgreement,
  ) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'Agreements, those in force first' })
  @ApiOkResponse({ type: AgreementPageResource })
  async list(@Web() web: WebRequest, @Query() query: AgreementQuery): Promise<AgreementPageResource> {
    const { q, kind, state, country, institution, limit, after } = query;
    const found = await this.database.read(web.ctx, (ctx) =>
      this.agreements.search(ctx, {
        ...(q ? { text: q } : {}),
        ...(kind ? { kind } : {}),
        ...(state ? { state } : {}),
        ...(country ? { country } : {}),
        ...(institution ? { institutionId: institution } : {}),
        limit,
        offset: after,
      }),
    );
    return {
      items: found.slice(0, limit).map(agreementResource),
      next: found.length > limit ? String(after + limit) : null,
    };
  }

  @Get(':reference')
  @Public()
  @ApiOperation({ summary: 'One agreement, as it is in force or, before anything was, as it is prepared' })
  @ApiOkResponse({ type: AgreementResource })
  one(@Web() web: WebRequest, @Param('reference') reference: string): Promise<AgreementResource> {
    return this.database.read(web.ctx, async (ctx) =>
      agreementResource((await this.reading.byReference(ctx, reference)).agreement),
    );
  }

  @Get(':reference/versions')
  @Public()
  @ApiOperation({ summary: 'Its versions, the latest first' })
  @ApiOkResponse({ type: AgreementVersionsResource })
  versions(
    @Web() web: WebRequest,
    @Param('reference') reference: string,
  ): Promise<AgreementVersionsResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const record = await this.reading.byReference(ctx, reference);
      return { items: (await this.reading.versionsOf(ctx, record)).map(versionResource) };
    });
  }

  @Get(':reference/versions/:number')
  @Public()
  @ApiOperation({ summary: 'Everything that a version says' })
  @ApiOkResponse({ type: WholeVersionResource })
  version(
    @Web() web: WebRequest,
    @Param('reference') reference: string,
    @Param('number') number: string,
  ): Promise<WholeVersionResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const record = await this.reading.byReference(ctx, reference);
      const versions = await this.reading.versionsOf(ctx, record);
      const version = versions.find((each) => String(each.number) === number);
      if (!version) throw new DomainError('not_found');
      return wholeVersionResource(version);
    });
  }
}
