import { Inject, Injectable } from '@nestjs/common';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { ownAccount } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import { Database } from '../../platform/database/database.js';
import { ANONYMOUS } from '../../shared/actor.js';
import type { Actor } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PERSON_DATA_KEYS, PERSON_DATA_VERSION } from '../domain/person-record.js';
import type { PersonRecord, PersonValue } from '../domain/person-record.js';
import { PrivacyPorts } from '../privacy-ports.js';
import type { PersonFile } from '../privacy-ports.js';
import { ComposePaper } from './compose-paper.js';
import { PersonOfAccount } from './person-of-account.js';

/** Everything about a person as one archive, written while it is read: no more than a piece of a file is in memory. */
export interface PersonArchive {
  readonly fileName: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Gives a person a copy of everything about them (152-FZ art. 14; ZZPL art. 26 and 36): as a record for programs, as a paper
 * to be read, and their own files. It is read with the sight of the person as a person, without any office they hold, so that
 * what they see of others by an office is not in it.
 */
@Injectable()
export class ExportPerson {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(PrivacyPorts) private readonly ports: PrivacyPorts,
    @Inject(PersonOfAccount) private readonly account: PersonOfAccount,
    @Inject(ComposePaper) private readonly compose: ComposePaper,
  ) {}

  /**
   * `personId`: the actor themselves, or anybody where the application itself acts (the command line).
   * @throws DomainError `not_signed_in`; `not_found` for whoever is somebody else, as for nobody.
   */
  async run(request: RequestContext, personId: Id): Promise<PersonArchive> {
    await this.database.transaction(request, async (ctx) => {
      if (ctx.actor.kind !== 'system' && ownAccount(ctx, 'account.read') !== personId) {
        throw new DomainError('not_found');
      }
      // On record before anything is handed out: a copy that was broken off may have been read all the same.
      await this.audit.record(ctx, { action: 'person.exported', subject: { kind: 'person', id: personId } });
    });
    const now = request.clock.now();
    const actor: Actor = { ...ANONYMOUS, kind: 'person', personId };
    const { record, files } = await this.database.read({ ...request, actor }, async (ctx) => {
      const parts = [];
      for (const source of [this.account, ...this.ports.personData])
        parts.push(await source.of(ctx, personId));
      return {
        record: inOrder(Object.assign({}, ...parts.map(({ data }) => data)) as PersonRecord),
        files: parts.flatMap((part) => part.files),
      };
    });
    const data = Buffer.from(
      JSON.stringify(
        {
          schema: 'most.person',
          schemaVersion: PERSON_DATA_VERSION,
          exportedAt: now,
          language: request.language,
          ...record,
        },
        null,
        2,
      ),
    );
    // Also what is a reason to refuse comes before the first byte of the answer.
    const paper = await this.ports.paper(this.compose.of(request.language, now, readBack(record)));
    return {
      fileName: `most-${now.toISOString().slice(0, 10)}.zip`,
      content: archive(data, paper, files),
    };
  }
}

function inOrder(record: PersonRecord): PersonRecord {
  const known: readonly string[] = PERSON_DATA_KEYS;
  const rest = Object.keys(record).filter((key) => !known.includes(key));
  return Object.fromEntries(
    [...known.filter((key) => key in record), ...rest].map((key): [string, PersonValue] => [
      key,
      record[key],
    ]),
  );
}

/** The paper tells what the record says, and so is made of the same text. */
function readBack(record: PersonRecord): PersonRecord {
  return JSON.parse(JSON.stringify(record)) as PersonRecord;
}

async function* archive(
  data: Buffer,
  paper: Buffer,
  files: readonly PersonFile[],
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const failures: Error[] = [];
  const zip = new Zip((error, piece) => {
    if (error) failures.push(error);
    else ready.push(piece);
  });
  const drain = function* () {
    if (failures[0]) throw failures[0];
    yield* ready.splice(0);
  };
  const json = new ZipDeflate('data.json', { level: 6 });
  zip.add(json);
  json.push(data, true);
  const pdf = new ZipPassThrough('data.pdf');
  zip.add(pdf);
  pdf.push(paper, true);
  yield* drain();
  for (const { path, content } of files) {
    // Documents are compressed as they are.
    const entry = new ZipPassThrough(path);
    zip.add(entry);
    for await (const piece of await content()) {
      entry.push(new Uint8Array(piece as Buffer));
      yield* drain();
    }
    entry.push(new Uint8Array(0), true);
    yield* drain();
  }
  zip.end();
  yield* drain();
}
