import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings.js';
import { CONNECTIONS, Database } from './database.js';
import { KEPT_IDLE_MS, PreparingClient } from './preparing-client.js';
import { ReadReplica } from './read-replica.js';
import { SnakeCaseNaming } from './snake-case-naming.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => ({
        type: 'postgres' as const,
        url: settings.databaseUrl,
        autoLoadEntities: true,
        synchronize: false,
        namingStrategy: new SnakeCaseNaming(),
        poolSize: CONNECTIONS,
        applicationName: 'most',
        // Where the worker has a connection of its own, the others go through a pooler.
        extra: {
          Client: PreparingClient,
          pooled: settings.databaseDirectUrl !== undefined,
          idleTimeoutMillis: KEPT_IDLE_MS,
        },
        // A connection that the server closes while it idles must not end the process.
        poolErrorHandler: () => undefined,
      }),
    }),
  ],
  providers: [Database, ReadReplica],
  exports: [Database],
})
export class DatabaseModule {}
