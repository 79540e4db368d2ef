import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { Can, Public } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { Units } from '../data/units.js';
import type { UnitView } from '../data/units.js';
import { ManageUnits } from '../operations/manage-units.js';
import {
  CreatedUnit,
  NewUnit,
  UnitChange,
  UnitQuery,
  UnitResource,
  UnitsResource,
  unitResource,
} from './dto/unit-resource.js';

@ApiTags('institutions')
@ApiBearerAuth('bearer')
@Controller('api/v1/units')
export class UnitsApiController {
  constructor(
    private readonly database: Database,
    private readonly units: Units,
    private readonly manage: ManageUnits,
  ) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'Units of an institution that are open' })
  @ApiOkResponse({ type: UnitsResource })
  async list(@Web() web: WebRequest, @Query() { institution }: UnitQuery): Promise<UnitsResource> {
    const units = await this.database.read(web.ctx, (ctx) => this.units.of(ctx, institution));
    return { items: units.map(unitResource) };
  }

  @Get(':id')
  @Public()
  @ApiOperation({ summary: 'One unit' })
  @ApiOkResponse({ type: UnitResource, headers: { ETag: { description: 'For `If-Match`' } } })
  @ApiNotFoundResponse({ description: 'There is no such unit' })
  async one(@Web() web: WebRequest, @Param('id') id: string): Promise<UnitResource> {
    const unit = await this.database.read(web.ctx, (ctx) => this.units.one(ctx, id));
    web.tagAnswer(versionOf(unit));
    return unitResource(unit);
  }

  @Post()
  @Can('unit.manage')
  @Idempotent()
  @ApiOperation({ summary: 'The administrator of an institution adds a unit' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: CreatedUnit })
  @ApiForbiddenResponse({ description: 'Another institution’s' })
  @ApiConflictResponse({ description: '`unit_name_taken`' })
  add(@Web() web: WebRequest, @Body() body: NewUnit): Promise<CreatedUnit> {
    return this.manage.add(web.ctx, body);
  }

  @Put(':id')
  @Can('unit.manage')
  @HttpCode(204)
  @ApiOperation({ summary: 'Renames a unit' })
  @ApiHeader({ name: 'If-Match', required: true, description: '`ETag` of the unit' })
  @ApiNoContentResponse()
  @ApiPreconditionFailedResponse({ description: 'Changed since it was read' })
  async rename(@Web() web: WebRequest, @Param('id') id: string, @Body() { name }: UnitChange): Promise<void> {
    await this.requireMatch(web, id);
    await this.manage.rename(web.ctx, { unitId: id, name });
  }

  @Delete(':id')
  @Can('unit.manage')
  @HttpCode(204)
  @ApiOperation({ summary: 'Closes a unit; what was granted for it stays readable' })
  @ApiHeader({ name: 'If-Match', required: true, description: '`ETag` of the unit' })
  @ApiNoContentResponse()
  @ApiPreconditionFailedResponse({ description: 'Changed since it was read' })
  async close(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    await this.requireMatch(web, id);
    await this.manage.close(web.ctx, { unitId: id });
  }

  private async requireMatch(web: WebRequest, id: string): Promise<void> {
    web.requireMatch(versionOf(await this.database.read(web.ctx, (ctx) => this.units.one(ctx, id))));
  }
}

function versionOf({ name, state }: UnitView): string {
  return JSON.stringify([state, name.sr, name.ru, name.en]);
}
