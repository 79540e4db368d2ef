import { ApiProperty } from '@nestjs/swagger';
import { LANGUAGES } from '../../../shared/language.js';
import type { Language } from '../../../shared/language.js';
import type { ReferenceRequestRow } from '../../data/reference-request.entity.js';
import { KNOWN_FOR, RELATIONS } from '../../domain/reference.js';
import type { KnownFor, Relation } from '../../domain/reference.js';
import { REFERENCE_STATES } from '../../domain/reference.states.js';
import type { ReferenceState } from '../../domain/reference.states.js';
import type { ReadableLetter } from '../../operations/read-letters.js';

export class ReferenceResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ enum: REFERENCE_STATES })
  state: ReferenceState;
  @ApiProperty()
  stateSince: Date;
  @ApiProperty()
  name: string;
  @ApiProperty({ enum: RELATIONS })
  relation: Relation;
  @ApiProperty({ description: 'Whether the letter is kept from the applicant' })
  confidential: boolean;
  @ApiProperty({ description: 'Until when the letter is taken' })
  dueAt: Date;
  @ApiProperty({ nullable: true, type: String, description: 'To the applicant only' })
  email: string | null;
  @ApiProperty({ nullable: true, enum: LANGUAGES, description: 'To the applicant only' })
  language: Language | null;
  @ApiProperty({ nullable: true, type: String, description: 'Of one who declined; to the applicant only' })
  declineReason: string | null;
}

export class ReferenceListResource {
  @ApiProperty({ type: [ReferenceResource] })
  items: ReferenceResource[];
}

export class AskedResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export class LetterFileResource {
  @ApiProperty()
  name: string;
  @ApiProperty()
  sizeBytes: number;
  @ApiProperty({ nullable: true, type: Number })
  pages: number | null;
  @ApiProperty()
  sha256: string;
}

export class LetterResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;

  @ApiProperty({ description: 'To which the applicant had the link sent; it is not verified otherwise' })
  sentTo: string;
  @ApiProperty({ description: 'As it was written; empty where a file says it all' })
  body: string;
  @ApiProperty({ enum: LANGUAGES, description: 'Of the page on which it was written' })
  language: Language;
  @ApiProperty({
    nullable: true,
    enum: RELATIONS,
    description: 'In which capacity the referee knows the applicant',
  })
  capacity: Relation | null;
  @ApiProperty({ nullable: true, enum: KNOWN_FOR, description: 'For how many years' })
  knownFor: KnownFor | null;
  @ApiProperty({ nullable: true, type: Date })
  submittedAt: Date | null;
  @ApiProperty({ nullable: true, type: String, description: 'SHA-256 of all of it' })
  contentHash: string | null;
  @ApiProperty({ nullable: true, type: LetterFileResource })
  file: LetterFileResource | null;
}

/** `own`: to the applicant, who asked, with what only they gave. */
export function referenceResource(row: ReferenceRequestRow, own: boolean): ReferenceResource {
  const { id, state, stateSince, name, relation, confidential, dueAt } = row;
  return {
    id,
    state,
    stateSince,
    name,
    relation,
    confidential,
    dueAt,
    email: own ? row.email : null,
    language: own ? row.language : null,
    declineReason: own ? row.declineReason : null,
  };
}

export function letterResource({ reference, letter, upload }: ReadableLetter): LetterResource {
  const { body, language, capacity, knownFor, submittedAt, contentHash } = letter;
  return {
    id: reference.id,
    name: reference.name,
    sentTo: reference.email,
    body,
    language,
    capacity,
    knownFor,
    submittedAt,
    contentHash,
    file: upload && {
      name: upload.fileName,
      sizeBytes: upload.sizeBytes,
      pages: upload.pages,
      sha256: upload.sha256,
    },
  };
}
