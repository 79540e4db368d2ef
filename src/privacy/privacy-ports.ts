import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import { DomainError } from '../shared/domain-error.js';
import type { Id } from '../shared/ids.js';
import type { PersonPaper } from './domain/person-paper.js';
import type { PersonRecord } from './domain/person-record.js';

/** A file of the person, as it lies beside the record in their copy. */
export interface PersonFile {
  /** Below `files/`; the same path stands in the record. */
  readonly path: string;
  readonly content: () => Promise<Readable>;
}

/** What one room holds about a person. */
export interface PersonPart {
  /** Keys of the whole record: each belongs to one room. */
  readonly data: PersonRecord;
  readonly files: readonly PersonFile[];
}

/** A room that holds something about people. */
export interface PersonDataSource {
  /** Of the person who acts and of nobody else, by their own sight. */
  of(ctx: Ctx, personId: Id): Promise<PersonPart>;
}

/** What rooms to the right contribute to the rights of a person over their data. Each registers itself when it begins. */
@Injectable()
export class PrivacyPorts {
  readonly personData: PersonDataSource[] = [];
  /** Sets the readable copy. */
  paper: (paper: PersonPaper) => Promise<Buffer> = () =>
    Promise.reject(new DomainError('unavailable', { reason: 'rendering_failed' }));
}
