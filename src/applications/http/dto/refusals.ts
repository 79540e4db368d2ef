import { applyDecorators } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiNotFoundResponse,
  ApiUnauthorizedResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { ProblemResource } from './application-resources.js';

/** Refusals that every route on one application may answer with. */
export const Refusals = () =>
  applyDecorators(
    ApiUnauthorizedResponse({ type: ProblemResource, description: 'No token, or one that does not hold' }),
    ApiForbiddenResponse({ type: ProblemResource, description: 'Not for this role or token' }),
    ApiNotFoundResponse({ type: ProblemResource, description: 'There is none, or it is not open to you' }),
  );

/** Refusals of an act besides. */
export const ActRefusals = () =>
  applyDecorators(
    Refusals(),
    ApiConflictResponse({
      type: ProblemResource,
      description: 'Not in this state, done already, or too late',
    }),
    ApiUnprocessableEntityResponse({
      type: ProblemResource,
      description: 'Fields that are wrong, or what is still missing',
    }),
  );
