import { applyDecorators } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiPreconditionFailedResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';

/** What the description of the API says of every route on one record. */
export const Refusals = () =>
  applyDecorators(
    ApiForbiddenResponse({ description: 'Not for this role or token, or not now' }),
    ApiNotFoundResponse({ description: 'There is none, or it is not open to you' }),
  );

/** Refusals of an act besides. */
export const ActRefusals = () =>
  applyDecorators(
    Refusals(),
    ApiConflictResponse({ description: 'Not in this state of it: `reason` says why' }),
    ApiUnprocessableEntityResponse({ description: 'Fields that are wrong, all of them' }),
  );

/** An act on what was read: of another version nothing is done. */
export const IfMatch = () =>
  applyDecorators(
    ActRefusals(),
    ApiHeader({ name: 'If-Match', required: true, description: '`ETag` as it was read' }),
    ApiPreconditionFailedResponse({ description: 'Something happened since it was read' }),
  );

export const IdempotencyKey = () => ApiHeader({ name: 'Idempotency-Key', required: false });
