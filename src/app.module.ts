import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { AccessModule } from './access/public.js';
import { AllocationModule } from './allocation/public.js';
import { AppealsModule } from './appeals/public.js';
import { AgreementsModule } from './agreements/public.js';
import { ApplicationsModule } from './applications/public.js';
import { ApprovalsModule } from './approvals/public.js';
import { GatesModule } from './gates/public.js';
import { AuditModule } from './audit/public.js';
import { CommissionModule } from './commission/public.js';
import { CallsModule } from './calls/public.js';
import { DocumentsModule } from './documents/public.js';
import { LedgerModule } from './ledger/public.js';
import { MobilitiesModule } from './mobilities/public.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import type { Settings } from './platform/config/settings.js';
import { SettingsModule } from './platform/config/settings.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { HttpModule } from './platform/http/http.module.js';
import { I18nModule } from './platform/i18n/i18n.module.js';
import { MailModule } from './platform/mail/mail.module.js';
import { OutboxModule } from './platform/outbox/outbox.module.js';
import { StorageModule } from './platform/storage/storage.module.js';
import { PrivacyModule } from './privacy/public.js';
import { PromisesModule } from './promises/public.js';
import { ReportingModule } from './reporting/reporting.module.js';
import type { Clock } from './shared/clock.js';
import { CoApplicantsModule } from './coapplicants/public.js';
import { RefereesModule } from './referees/public.js';
import { ReviewsModule } from './reviews/public.js';
import { UniversitiesModule } from './universities/public.js';
import { WebModule } from './web/web.module.js';

/** What a process needs besides the environment. */
export interface AppOptions {
  readonly settings: Settings;
  readonly storageKey: Buffer;
  readonly clock: Clock;
  /** What stands beside the rooms: the demonstration's world. Production has none. */
  readonly extra?: readonly Type[];
}

/** The whole house: platform first, then the rooms in the order in which they may use each other. */
@Module({})
export class AppModule {
  static forRoot({ settings, storageKey, clock, extra = [] }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.forRoot(settings),
        DatabaseModule,
        HttpModule.forRoot({ clock }),
        I18nModule,
        MailModule,
        OutboxModule,
        StorageModule.forRoot({ url: settings.storageUrl, key: storageKey, dataDir: settings.dataDir }),
        AuditModule,
        AccessModule,
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
        NotificationsModule,
        ReportingModule,
        WebModule,
        ...extra,
      ],
    };
  }
}
