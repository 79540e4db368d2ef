import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, PolicyRegistry } from '../access/public.js';
import { ApprovalsModule, DecisionSubjects } from '../approvals/public.js';
import { DocumentsModule } from '../documents/public.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { Worker } from '../platform/outbox/worker.js';
import { systemClock } from '../shared/clock.js';
import { UniversitiesModule } from '../universities/public.js';
import { AgreementPorts } from './agreement-ports.js';
import { AgreementPersonEntity } from './data/agreement-person.entity.js';
import { AgreementQuotaEntity } from './data/agreement-quota.entity.js';
import { AgreementVerdictEntity } from './data/agreement-verdict.entity.js';
import { AgreementVersionEntity } from './data/agreement-version.entity.js';
import { AgreementVersions } from './data/agreement-versions.js';
import { AgreementEntity } from './data/agreement.entity.js';
import { Agreements } from './data/agreements.js';
import { QuotaLedger } from './data/quota-ledger.js';
import { agreementsPolicy } from './domain/agreements.policy.js';
import { AgreementActsController } from './http/agreement-acts.controller.js';
import { AgreementPage } from './http/agreement-page.js';
import { AgreementFilesController } from './http/agreement-files.controller.js';
import { AgreementsApiController } from './http/agreements-api.controller.js';
import { AgreementsPagesController } from './http/agreements-pages.controller.js';
import { AgreementEditorController } from './http/editor/agreement-editor.controller.js';
import { ImportAgreementsController } from './http/import-agreements.controller.js';
import { ReadAgreement } from './http/read-agreement.js';
import { AgreedVersions } from './operations/agreed-versions.js';
import { AgreementDocuments } from './operations/agreement-documents.js';
import { AgreementRecords } from './operations/agreement-record.js';
import { AgreementsAsDecisionSubjects } from './operations/agreements-as-decision-subjects.js';
import { AgreementsHeedDecisions } from './operations/agreements-heed-decisions.js';
import { agreementsOfPerson, eraseAgreementPeople } from './operations/agreements-of-person.js';
import { AnswerAgreement } from './operations/answer-agreement.js';
import { BringIntoForce } from './operations/bring-into-force.js';
import { EditAgreement } from './operations/edit-agreement.js';
import { KeepAgreements } from './operations/keep-agreements.js';
import { ImportAgreements } from './operations/import-agreements.js';
import { KeepAnnexes } from './operations/keep-annexes.js';
import { KeepPeople } from './operations/keep-people.js';
import { PrepareAgreement } from './operations/prepare-agreement.js';
import { ProposeAgreement } from './operations/propose-agreement.js';
import { ReviseAgreement } from './operations/revise-agreement.js';
import { TerminateAgreement } from './operations/terminate-agreement.js';
import { WithdrawAgreement } from './operations/withdraw-agreement.js';

const OPERATIONS = [
  PrepareAgreement,
  EditAgreement,
  ReviseAgreement,
  ProposeAgreement,
  AnswerAgreement,
  WithdrawAgreement,
  BringIntoForce,
  TerminateAgreement,
  KeepAgreements,
  KeepPeople,
  KeepAnnexes,
  ImportAgreements,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([
      AgreementEntity,
      AgreementQuotaEntity,
      AgreementVersionEntity,
      AgreementVerdictEntity,
      AgreementPersonEntity,
    ]),
    AccessModule,
    ApprovalsModule,
    DocumentsModule,
    PrivacyModule,
    UniversitiesModule,
  ],
  // Acts first: what begins anew has an address of its own beside the references.
  controllers: [
    AgreementActsController,
    ImportAgreementsController,
    AgreementFilesController,
    AgreementsPagesController,
    AgreementEditorController,
    AgreementsApiController,
  ],
  providers: [
    Agreements,
    AgreementVersions,
    AgreementPorts,
    QuotaLedger,
    AgreementRecords,
    AgreedVersions,
    AgreementDocuments,
    AgreementsAsDecisionSubjects,
    AgreementsHeedDecisions,
    ReadAgreement,
    AgreementPage,
    ...OPERATIONS,
  ],
  exports: [Agreements, AgreementVersions, AgreementPorts, QuotaLedger, AgreementDocuments, ...OPERATIONS],
})
export class AgreementsModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly subjects: DecisionSubjects,
    private readonly asSubjects: AgreementsAsDecisionSubjects,
    private readonly heed: AgreementsHeedDecisions,
    private readonly worker: Worker,
    private readonly keep: KeepAgreements,
    private readonly privacy: PrivacyPorts,
  ) {}

  onModuleInit(): void {
    this.policies.register(agreementsPolicy);
    this.subjects.register(this.asSubjects);
    this.privacy.personData.push(agreementsOfPerson);
    this.privacy.erasure.push(eraseAgreementPeople);
    this.heed.listen();
    this.worker.schedule('7 * * * *', 'keep_agreements', () => this.keep.keep(systemClock));
  }
}
