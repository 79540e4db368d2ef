import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { AnswerMinistry } from '../operations/answer-ministry.js';
import { MinistryAnswerRequest } from './dto/ministry-answer-request.js';

@ApiTags('applications')
@ApiBearerAuth('bearer')
@Controller('api/v1/applications')
export class MinistryAnswerApiController {
  constructor(@Inject(AnswerMinistry) private readonly ministryAnswer: AnswerMinistry) {}

  @Post(':id/ministry-answer')
  @HttpCode(204)
  @Can('application.answer_ministry')
  @ApiOperation({ summary: 'The home institution answers a ministry that returned its side' })
  @ApiNoContentResponse({ description: 'The side waits for a decision again' })
  @ApiNotFoundResponse({ description: 'There is none, or it is not open to you' })
  @ApiConflictResponse({ description: 'That side has not returned it, or was answered already' })
  @ApiUnprocessableEntityResponse({ description: 'Fields that are wrong' })
  answer(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { country, answer }: MinistryAnswerRequest,
  ): Promise<void> {
    return this.ministryAnswer.run(web.ctx, id, { country, answer });
  }
}
