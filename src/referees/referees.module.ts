import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, PolicyRegistry } from '../access/public.js';
import {
  APPLICATION_INELIGIBLE,
  APPLICATION_WITHDRAWN,
  ApplicationPorts,
  ApplicationsModule,
  CALL_CLOSED_ON_DRAFT,
  RETURN_LAPSED,
} from '../applications/public.js';
import { CALL_CANCELLED, CallsModule } from '../calls/public.js';
import { DocumentsModule } from '../documents/public.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Worker } from '../platform/outbox/worker.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { systemClock } from '../shared/clock.js';
import { UniversitiesModule } from '../universities/public.js';
import { ReferenceLetterRow } from './data/reference-letter.entity.js';
import { ReferenceRequestRow } from './data/reference-request.entity.js';
import { ReferencesRepository } from './data/references.repository.js';
import { referencesPolicy } from './domain/references.policy.js';
import { LetterPagesController } from './http/letter-pages.controller.js';
import { ReferencePagesController } from './http/reference-pages.controller.js';
import { ReferencesApiController } from './http/references-api.controller.js';
import { AskReferees } from './operations/ask-referees.js';
import { EraseReferences } from './operations/erase-references.js';
import { KeepReferences } from './operations/keep-references.js';
import { LetterDesk } from './operations/letter-desk.js';
import { ReadLetters } from './operations/read-letters.js';
import { ReferenceRecord } from './operations/reference-record.js';
import { ReferencesOfPerson } from './operations/references-of-person.js';
import { WriteLetter } from './operations/write-letter.js';

/** Acts that end an application, after which no letter is awaited. */
const ENDS = [APPLICATION_WITHDRAWN, APPLICATION_INELIGIBLE, RETURN_LAPSED, CALL_CLOSED_ON_DRAFT];

@Module({
  imports: [
    AccessModule,
    ApplicationsModule,
    CallsModule,
    DocumentsModule,
    PrivacyModule,
    UniversitiesModule,
    TypeOrmModule.forFeature([ReferenceRequestRow, ReferenceLetterRow]),
  ],
  controllers: [LetterPagesController, ReferencePagesController, ReferencesApiController],
  providers: [
    AskReferees,
    EraseReferences,
    KeepReferences,
    LetterDesk,
    ReadLetters,
    ReferenceRecord,
    ReferencesOfPerson,
    ReferencesRepository,
    WriteLetter,
  ],
  exports: [AskReferees, KeepReferences, ReferencesRepository, WriteLetter],
})
export class RefereesModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly ports: ApplicationPorts,
    private readonly letters: ReadLetters,
    private readonly outbox: Outbox,
    private readonly worker: Worker,
    private readonly keep: KeepReferences,
    private readonly privacy: PrivacyPorts,
    private readonly ofPerson: ReferencesOfPerson,
    private readonly erasing: EraseReferences,
  ) {}

  onModuleInit(): void {
    this.policies.register(referencesPolicy);
    this.ports.references = this.letters;
    this.privacy.personData.push(this.ofPerson);
    this.privacy.erasure.push(this.erasing);
    this.privacy.ofApplications.push((ctx, ids) => this.erasing.ofApplications(ctx, ids));
    for (const end of ENDS) this.outbox.reactWithin(end, (ctx, event) => this.keep.callOff(ctx, event));
    // Thousands may be asked: after the act that cancels the call, and not within it.
    this.worker.subscribe(async ({ type, subject }) => {
      if (type === CALL_CANCELLED) await this.keep.callOffAll(systemClock, subject.id);
    });
    this.worker.schedule('*/10 * * * *', 'keep_references', async () => {
      await this.keep.run(systemClock);
    });
  }
}
