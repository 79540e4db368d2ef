import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Public } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { DomainError } from '../../shared/domain-error.js';
import { Institutions } from '../data/institutions.js';
import {
  InstitutionPageResource,
  InstitutionQuery,
  InstitutionResource,
  institutionResource,
} from './dto/institution-resource.js';

@ApiTags('institutions')
@Controller('api/v1/institutions')
export class InstitutionsApiController {
  constructor(
    private readonly database: Database,
    private readonly institutions: Institutions,
  ) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'The register, in the alphabetical order of the answer’s language' })
  @ApiOkResponse({ type: InstitutionPageResource })
  async list(@Web() web: WebRequest, @Query() query: InstitutionQuery): Promise<InstitutionPageResource> {
    const { q, country, kind, limit, after } = query;
    const page = await this.database.read(web.ctx, (ctx) =>
      this.institutions.search(ctx, {
        ...(q ? { text: q } : {}),
        ...(country ? { country } : {}),
        ...(kind ? { kind } : {}),
        ...(after ? { after } : {}),
        limit,
      }),
    );
    return { items: page.items.map(institutionResource), next: page.next };
  }

  @Get(':slug')
  @Public()
  @ApiOperation({ summary: 'One institution' })
  @ApiOkResponse({ type: InstitutionResource })
  @ApiNotFoundResponse({ description: 'There is no such institution' })
  async one(@Web() web: WebRequest, @Param('slug') slug: string): Promise<InstitutionResource> {
    const institution = await this.database.read(web.ctx, (ctx) => this.institutions.bySlug(ctx, slug));
    if (!institution) throw new DomainError('not_found');
    return institutionResource(institution);
  }
}
