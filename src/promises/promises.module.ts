import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Database, systemContext } from '../platform/database/database.js';
import { Worker } from '../platform/outbox/worker.js';
import { systemClock } from '../shared/clock.js';
import { Promises } from './data/promises.js';

@Module({ providers: [Promises], exports: [Promises] })
export class PromisesModule implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Worker) private readonly worker: Worker,
    @Inject(Promises) private readonly promises: Promises,
  ) {}

  onModuleInit(): void {
    this.worker.schedule('*/5 * * * *', 'count_promises', async () => {
      await this.database.transaction(systemContext(systemClock), (ctx) => this.promises.count(ctx));
    });
    this.worker.schedule('* * * * *', 'gather_promise_queues', async () => {
      await this.database.transaction(systemContext(systemClock), (ctx) => this.promises.gather(ctx));
    });
  }
}
