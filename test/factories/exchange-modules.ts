import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule, Type } from '@nestjs/common';
import { AgreementsModule } from '../../src/agreements/public.js';
import { AppealsModule } from '../../src/appeals/public.js';
import { AllocationModule } from '../../src/allocation/public.js';
import { ApplicationsModule } from '../../src/applications/public.js';
import { ApprovalsModule } from '../../src/approvals/public.js';
import { GatesModule } from '../../src/gates/public.js';
import { CommissionModule } from '../../src/commission/public.js';
import { CallsModule } from '../../src/calls/public.js';
import { CoApplicantsModule } from '../../src/coapplicants/public.js';
import { DocumentsModule } from '../../src/documents/public.js';
import { LedgerModule } from '../../src/ledger/public.js';
import { MobilitiesModule } from '../../src/mobilities/public.js';
import { MailModule } from '../../src/platform/mail/mail.module.js';
import { OutboxModule } from '../../src/platform/outbox/outbox.module.js';
import { StorageModule } from '../../src/platform/storage/storage.module.js';
import { PrivacyModule } from '../../src/privacy/public.js';
import { PromisesModule } from '../../src/promises/public.js';
import { RefereesModule } from '../../src/referees/public.js';
import { ReviewsModule } from '../../src/reviews/public.js';
import { UniversitiesModule } from '../../src/universities/public.js';

/** The rooms that an exchange passes through, for `startHttpApp`. Its files are stored below `dataDir`, under a key of their own. */
export function exchangeModules(dataDir: string): (Type | DynamicModule)[] {
  return [
    OutboxModule,
    MailModule,
    StorageModule.forRoot({ url: undefined, key: randomBytes(32), dataDir }),
    PromisesModule,
    PrivacyModule,
    DocumentsModule,
    ApprovalsModule,
    GatesModule,
    CommissionModule,
    UniversitiesModule,
    AgreementsModule,
    LedgerModule,
    CallsModule,
    ApplicationsModule,
    CoApplicantsModule,
    RefereesModule,
    AllocationModule,
    ReviewsModule,
    AppealsModule,
    MobilitiesModule,
  ];
}

/** The rooms in which a call is made, without those that applications pass through. No file is stored in any of them. */
export function callModules(): (Type | DynamicModule)[] {
  return [
    OutboxModule,
    StorageModule.forRoot({
      url: undefined,
      key: randomBytes(32),
      dataDir: join(tmpdir(), 'most-without-files'),
    }),
    ApprovalsModule,
    UniversitiesModule,
    AgreementsModule,
    CallsModule,
  ];
}
