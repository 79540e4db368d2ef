import type { DynamicModule, INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpAdapter, setUpHttp } from './http.setup.js';

/** The application with its HTTP server set up, not yet listening. What the server is, nobody outside needs to know. */
export async function createHttpApplication(module: DynamicModule): Promise<INestApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(), {
    bodyParser: false,
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  await setUpHttp(app);
  return app;
}
