import { applyDecorators } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiPreconditionFailedResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';

export const Refusals = () =>
  applyDecorators(
    ApiForbiddenResponse({ description: 'Not for this role or token, or not in this phase of the panel' }),
    ApiNotFoundResponse({ description: 'There is none, or it is not open to you' }),
  );

/** Refusals of an act besides. */
export const ActRefusals = () =>
  applyDecorators(
    Refusals(),
    ApiConflictResponse({ description: 'Not in this state, or the two do not fit: `reason` says why' }),
    ApiUnprocessableEntityResponse({ description: 'Fields that are wrong' }),
  );

export const IfMatch = () =>
  applyDecorators(
    ApiHeader({ name: 'If-Match', required: true, description: '`ETag` of the review as it was read' }),
    ApiPreconditionFailedResponse({ description: 'Written on since it was read' }),
  );

export const IdempotencyKey = () => ApiHeader({ name: 'Idempotency-Key', required: false });
