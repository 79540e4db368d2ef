import { Global, Module } from '@nestjs/common';
import { Outbox } from './outbox.js';
import { Worker } from './worker.js';

@Global()
@Module({ providers: [Outbox, Worker], exports: [Outbox, Worker] })
export class OutboxModule {}
