import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { webOf } from './request-state.js';

/** Gives a handler the request as the application sees it. */
export const Web = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  webOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
