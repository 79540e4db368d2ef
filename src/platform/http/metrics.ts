import { Controller, Get, Header, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Req } from '@nestjs/common';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { ApiExcludeController } from '@nestjs/swagger';
import { DomainError } from '../../shared/domain-error.js';
import { webOf } from './request-state.js';
import { Public } from './route-access.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const SCOPE = 'metrics:read';

/** What this process tells operators. Modules add their own measures to the registry. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'most_http_request_seconds',
    help: 'Time from a request to its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  observe(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }
}

@ApiExcludeController()
@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** For the machine itself, or with a token of the scope `metrics:read`. */
  @Get('metrics')
  @Public()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  read(@Req() request: FastifyRequest): Promise<string> {
    const { actor } = webOf(request).ctx;
    // The connection itself and whom it speaks for: a header alone makes nobody local.
    const local = LOOPBACK.has(request.ip) && LOOPBACK.has(request.socket.remoteAddress ?? '');
    if (!local && !actor.scopes?.includes(SCOPE)) throw new DomainError('not_found');
    return this.metrics.registry.metrics();
  }
}
