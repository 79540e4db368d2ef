import { applyDecorators } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiPreconditionFailedResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';

/** How a room says the same of its own routes in the description of the API. */
export interface RefusalWords {
  readonly forbidden?: string;
  readonly conflict?: string;
  readonly fields?: string;
  readonly stale?: string;
}

/** Refusals that every route on one record may answer with. */
export const Refusals = ({ forbidden = 'Not for this role or token' }: RefusalWords = {}) =>
  applyDecorators(
    ApiForbiddenResponse({ description: forbidden }),
    ApiNotFoundResponse({ description: 'There is none, or it is not open to you' }),
  );

/** Refusals of an act besides. */
export const ActRefusals = (words: RefusalWords = {}) =>
  applyDecorators(
    Refusals(words),
    ApiConflictResponse({ description: words.conflict ?? 'Not in this state of it: `reason` says why' }),
    ApiUnprocessableEntityResponse({ description: words.fields ?? 'Fields that are wrong, all of them' }),
  );

/** An act on what was read: of another version nothing is done. */
export const IfMatch = ({ stale = 'Something happened since it was read' }: RefusalWords = {}) =>
  applyDecorators(
    ApiHeader({ name: 'If-Match', required: true, description: '`ETag` as it was read' }),
    ApiPreconditionFailedResponse({ description: stale }),
  );
