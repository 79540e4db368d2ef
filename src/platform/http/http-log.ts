import { Injectable } from '@nestjs/common';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { Settings } from '../config/settings.js';

/** Whatever carries a person, a secret or a token stays out of the log, wherever an object brings it along. */
const NEVER_LOGGED = [
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
  '*.authorization',
  '*.cookie',
  '*.email',
  '*.token',
  '*.idToken',
  '*.password',
  // What the driver adds to an error holds the values of the refused row.
  'err.detail',
  'err.parameters',
  'err.driverError.detail',
  'err.where',
];

/** The log of requests: one line each, by number and route, never by address with its query (it may hold a name or a token). */
@Injectable()
export class HttpLog {
  readonly logger: Logger;

  constructor(settings: Settings) {
    this.logger = pino({
      level: settings.logLevel,
      redact: { paths: NEVER_LOGGED, censor: '[hidden]' },
      base: undefined,
    });
  }
}
