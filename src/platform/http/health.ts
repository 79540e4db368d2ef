import { Controller, Get, Header, Injectable, Optional } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { HealthCheckResult, HealthIndicatorResult } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../database/migrations/all.js';
import { FileStore } from '../storage/file-store.js';
import { Public } from './route-access.js';

const CHECK_TIMEOUT_MS = 2_000;

interface ReadinessCheck {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  /** Whether requests should go elsewhere while it fails. */
  readonly fatal: boolean;
}

/** What must be there before requests are sent here. Modules add what they depend on. */
@Injectable()
export class ReadinessChecks {
  private readonly checks: ReadinessCheck[] = [];

  constructor(dataSource: DataSource, @Optional() store?: FileStore) {
    if (store) this.add('storage', () => store.ready());
    this.add('database', () => dataSource.query('select 1'));
    this.add('migrations', async () => {
      const rows: { n: number }[] = await dataSource.query(
        'select count(*)::int as n from schema_migrations',
      );
      if (rows[0]?.n !== MIGRATIONS.length) throw new Error('the schema is of another version');
    });
  }

  /** `run` rejects when the dependency is away. One that is not fatal is only reported. */
  add(name: string, run: () => Promise<unknown>, options: { readonly fatal?: boolean } = {}): void {
    this.checks.push({ name, run, fatal: options.fatal ?? true });
  }

  all(): readonly ReadinessCheck[] {
    return this.checks;
  }
}

@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly checks: ReadinessChecks,
  ) {}

  /** The process answers. */
  @Get('live')
  @Public()
  @Header('cache-control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Requests can be served. Says which part is missing, not why: reasons are in the log. */
  @Get('ready')
  @Public()
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  ready(): Promise<HealthCheckResult> {
    return this.health.check(this.checks.all().map((check) => () => this.ask(check)));
  }

  private async ask({ name, run, fatal }: ReadinessCheck): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(name);
    try {
      await withTimeout(run());
      return indicator.up();
    } catch {
      return fatal ? indicator.down() : indicator.up({ away: true });
    }
  }
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
