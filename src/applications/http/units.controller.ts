import { Body, Controller, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { redirect } from '../../platform/http/page.js';
import type { Redirect } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { parseForm } from '../../platform/http/validation.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import type { ExchangeSide } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import { AssignUnit } from '../operations/assign-unit.js';
import { UnitForm, UnitRequest } from './dto/unit-request.js';

/** Which unit of an institution works on an application: the small form beside the file. */
@Controller('applications')
export class UnitPagesController {
  constructor(@Inject(AssignUnit) private readonly assign: AssignUnit) {}

  @Post(':id/review/home-unit')
  @Can('application.assign_home_unit')
  home(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    return this.change(web, id, 'home');
  }

  @Post(':id/review/host-unit')
  @Can('application.assign_host_unit')
  host(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    return this.change(web, id, 'host');
  }

  private async change(web: WebRequest, id: string, side: ExchangeSide): Promise<Redirect> {
    const { value, problems } = parseForm(UnitForm, web.body);
    if (problems.length > 0) throw new DomainError('invalid', { reason: 'unit_unknown', fields: problems });
    await this.assign.run(web.ctx, id, side, value.unitId);
    return redirect(`/applications/${id}/review`, {
      flash: { kind: 'success', key: 'applications.office.units.done' },
    });
  }
}

@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class UnitsApiController {
  constructor(@Inject(AssignUnit) private readonly assign: AssignUnit) {}

  @Put(':id/home-unit')
  @HttpCode(204)
  @Can('application.assign_home_unit')
  @ApiOperation({ summary: 'Home institution: gives it to one of its units, or back to the whole' })
  @ApiNoContentResponse({ description: 'It lies there now' })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  @ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
  @ApiConflictResponse({ description: 'Not in this state' })
  @ApiUnprocessableEntityResponse({ description: 'No such unit' })
  home(@Web() web: WebRequest, @Param('id') id: string, @Body() { unitId }: UnitRequest): Promise<void> {
    return this.assign.run(web.ctx, id, 'home', unitId);
  }

  @Put(':id/host-unit')
  @HttpCode(204)
  @Can('application.assign_host_unit')
  @ApiOperation({ summary: 'Host institution: gives it to one of its units, or back to the whole' })
  @ApiNoContentResponse({ description: 'It lies there now' })
  @ApiForbiddenResponse({ description: 'Not for this role or token' })
  @ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
  @ApiConflictResponse({ description: 'Not in this state' })
  @ApiUnprocessableEntityResponse({ description: 'No such unit' })
  host(@Web() web: WebRequest, @Param('id') id: string, @Body() { unitId }: UnitRequest): Promise<void> {
    return this.assign.run(web.ctx, id, 'host', unitId);
  }
}
