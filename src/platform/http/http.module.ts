import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import type { Clock } from '../../shared/clock.js';
import { AccessGuard } from './access.guard.js';
import { ErrorFilter } from './error.filter.js';
import { HealthController, ReadinessChecks } from './health.js';
import { HTTP_CLOCK } from './http-clock.js';
import { HttpLog } from './http-log.js';
import { HttpPorts } from './http-ports.js';
import { IdempotencyKeys } from './idempotency.js';
import { Metrics, MetricsController } from './metrics.js';
import { PageRenderer } from './page-renderer.js';
import { RateLimitGuard, RateLimits } from './rate-limits.js';
import { RouteTable } from './route-table.js';
import { Sessions } from './sessions.js';
import { apiValidation } from './validation.js';

/** All that knows the HTTP server. The order of guards is the order of the list. */
@Global()
@Module({})
export class HttpModule {
  static forRoot(options: { readonly clock: Clock }): DynamicModule {
    return {
      module: HttpModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: HTTP_CLOCK, useValue: options.clock },
        HttpLog,
        HttpPorts,
        IdempotencyKeys,
        Metrics,
        PageRenderer,
        RateLimits,
        ReadinessChecks,
        RouteTable,
        Sessions,
        { provide: APP_GUARD, useClass: RateLimitGuard },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_PIPE, useFactory: apiValidation },
      ],
      exports: [
        HTTP_CLOCK,
        HttpLog,
        HttpPorts,
        IdempotencyKeys,
        Metrics,
        PageRenderer,
        RateLimits,
        ReadinessChecks,
        RouteTable,
        Sessions,
      ],
    };
  }
}
