import { Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import { ApprovalsModule, DecisionSubjects } from '../approvals/public.js';
import { CALL_ACCESS_REVOKED, CALL_DEADLINE_MOVED, CallPorts, CallsModule } from '../calls/public.js';
import { GateSubjects, GatesModule } from '../gates/public.js';
import { DocumentsModule } from '../documents/public.js';
import { Outbox } from '../platform/outbox/outbox.js';
import { Worker } from '../platform/outbox/worker.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { Database, systemContext } from '../platform/database/database.js';
import { systemClock } from '../shared/clock.js';
import { UniversitiesModule } from '../universities/public.js';
import { ApplicationChoiceRow } from './data/application-choice.entity.js';
import { ApplicationDocumentRow } from './data/application-document.entity.js';
import { ApplicationSectionRow } from './data/application-section.entity.js';
import { ApplicationSubmissionRow } from './data/application-submission.entity.js';
import { ApplicationSupplementRow } from './data/application-supplement.entity.js';
import { ApplicationRow } from './data/application.entity.js';
import { ApplicationCounts } from './data/application-counts.js';
import { ApplicationLists } from './data/application-lists.js';
import { ApplicationsRepository } from './data/applications.repository.js';
import { DeadlineReminders } from './data/deadline-reminders.js';
import { DocumentsRepository } from './data/documents.repository.js';
import { DuplicatesRepository } from './data/duplicates.repository.js';
import { NominationRow } from './data/nomination.entity.js';
import { NominationCandidateRow } from './data/nomination-candidate.entity.js';
import { NominationOrderRow } from './data/nomination-order.entity.js';
import { NominationOrders } from './data/nomination-orders.js';
import { ThreadMessageRow } from './data/thread-message.entity.js';
import { ThreadReadRow } from './data/thread-read.entity.js';
import { BulkActRow } from './data/bulk-act.entity.js';
import { OfficerNoteRow } from './data/officer-note.entity.js';
import { SavedFilterRow } from './data/saved-filter.entity.js';
import { ApplicationPorts } from './application-ports.js';
import { applicationsPolicy } from './domain/applications.policy.js';
import { ApplicantPagesController } from './http/applicant-pages.controller.js';
import { ApplicationsApiController } from './http/applications-api.controller.js';
import { BulkApiController, BulkPagesController } from './http/bulk.controller.js';
import { ExportApiController, ExportPagesController } from './http/export.controller.js';
import { ExportJobsController } from './http/export-jobs.controller.js';
import { CarryOverController } from './http/carry-over.controller.js';
import { CallPreviewController } from './http/call-preview.controller.js';
import { ConditionPagesController, ConditionsApiController } from './http/conditions.controller.js';
import { ConflictFormController, ConflictsOnApplicationsApiController } from './http/conflicts.controller.js';
import { DuplicatePagesController, DuplicatesApiController } from './http/duplicates.controller.js';
import { DocumentPagesController } from './http/documents.controller.js';
import { DocumentPreviewController } from './http/document-preview.controller.js';
import { DocumentsApiController } from './http/documents-api.controller.js';
import { FileDownloadsController } from './http/file-downloads.controller.js';
import { FormPagesController } from './http/form-pages.controller.js';
import { JudgePageController } from './http/judge-page.controller.js';
import { KeepPageController } from './http/keep-page.controller.js';
import { ResumableUploadsController } from './http/resumable-uploads.controller.js';
import { SavedFiltersController } from './http/saved-filters.controller.js';
import { StandingsApiController } from './http/standings-api.controller.js';
import { SupportPagesController } from './http/support-pages.controller.js';
import { ThreadApiController, ThreadPagesController } from './http/thread.controller.js';
import { UnitPagesController, UnitsApiController } from './http/units.controller.js';
import { MinistryAnswerApiController } from './http/ministry-answer-api.controller.js';
import { NominationPagesController, NominationsApiController } from './http/nominations.controller.js';
import { NotesApiController } from './http/notes-api.controller.js';
import { OfficePagesController } from './http/office-pages.controller.js';
import { OpenApplications } from './http/own-application.js';
import { ReadNominations } from './http/read-nominations.js';
import { ReadOffice } from './http/read-office.js';
import { ReadStandings } from './http/read-standings.js';
import { ReadLines } from './http/read-lines.js';
import { ReadExportJobs } from './http/read-export-jobs.js';
import { WorkOffExports } from './http/work-off-exports.js';
import { WriteExport } from './http/write-export.js';
import { AnswerMinistry } from './operations/answer-ministry.js';
import { AnswerNomination } from './operations/answer-nomination.js';
import { AnswerOffer } from './operations/answer-offer.js';
import { ApplicationThread } from './operations/application-thread.js';
import { ApplicationsAsDecisionSubjects } from './operations/application-as-subject.js';
import { ApplicationFiles } from './operations/application-file.js';
import { ApplicationGates } from './operations/application-gates.js';
import { ApplicationRecord } from './operations/application-record.js';
import { ApplicationsOfAccount } from './operations/applications-of-account.js';
import { AssessedAbroad } from './operations/assessed-abroad.js';
import { AskToJoin } from './operations/ask-to-join.js';
import { ApplicationsOfPerson } from './operations/applications-of-person.js';
import { ApplicationsOfCall } from './operations/applications-of-call.js';
import { AssessApplications } from './operations/assess-applications.js';
import { AssignUnit } from './operations/assign-unit.js';
import { AttachDocument } from './operations/attach-document.js';
import { BulkActs } from './operations/bulk-acts.js';
import { CarryOver } from './operations/carry-over.js';
import { CheckDocuments } from './operations/check-documents.js';
import { ComposeAwardLetter } from './operations/compose-award-letter.js';
import { ComposeDossier } from './operations/compose-dossier.js';
import { ConsentsOfApplications } from './operations/consents-of-applications.js';
import { ConcludeSelection } from './operations/conclude-selection.js';
import { DeclareConflict } from './operations/declare-conflict.js';
import { DocumentFindings } from './operations/document-findings.js';
import { EraseApplications } from './operations/erase-applications.js';
import { EditApplication } from './operations/edit-application.js';
import { ExplainApplication } from './operations/explain-application.js';
import { ExportJobs, WRITE_EXPORT } from './operations/export-jobs.js';
import { ExportWorklist } from './operations/export-worklist.js';
import { COMPARE_APPLICATIONS, FindDuplicates } from './operations/find-duplicates.js';
import { RetentionOfApplications } from './operations/retention-of-applications.js';
import { HostSight } from './operations/host-sight.js';
import { FollowConditions } from './operations/follow-conditions.js';
import { FollowGates } from './operations/follow-gates.js';
import { FreezeContent } from './operations/freeze-content.js';
import { GiveConsents } from './operations/give-consents.js';
import { IssueAwardLetter } from './operations/issue-award-letter.js';
import { KeepDocuments } from './operations/keep-documents.js';
import { KeepDeadlines } from './operations/keep-deadlines.js';
import { MeetCondition } from './operations/meet-condition.js';
import { NominateCandidate } from './operations/nominate-candidate.js';
import { OfficerNotes } from './operations/officer-notes.js';
import { PersonalAnswers } from './operations/personal-answers.js';
import { Places } from './operations/places.js';
import { RankCandidates } from './operations/rank-candidates.js';
import { RankedRoute } from './operations/ranked-route.js';
import { ReservesMet } from './operations/reserves-met.js';
import { ReadDocument } from './operations/read-document.js';
import { ReadStates } from './operations/read-states.js';
import { RemindOfDeadlines } from './operations/remind-of-deadlines.js';
import { ReviveApplication } from './operations/revive-application.js';
import { SavedFilters } from './operations/saved-filters.js';
import { JudgePage } from './operations/judge-page.js';
import { ResumeUpload } from './operations/resume-upload.js';
import { SaveSection } from './operations/save-section.js';
import { ScreenApplication } from './operations/screen-application.js';
import { SettleDuplicate } from './operations/settle-duplicate.js';
import { StartApplication } from './operations/start-application.js';
import { TakeNewForm } from './operations/take-new-form.js';
import { AccessCodeController } from './http/access-code.controller.js';
import { NewFormController } from './http/new-form.controller.js';
import { SubmitApplication } from './operations/submit-application.js';
import { SubstituteNominee } from './operations/substitute-nominee.js';
import { SupplementDocument } from './operations/supplement-document.js';
import { WithdrawApplication } from './operations/withdraw-application.js';
import { WorklistFilters } from './operations/worklist-filter.js';

const OPERATIONS = [
  AnswerMinistry,
  AnswerNomination,
  AnswerOffer,
  ApplicationFiles,
  AssessApplications,
  AssignUnit,
  AttachDocument,
  CarryOver,
  CheckDocuments,
  ComposeAwardLetter,
  ComposeDossier,
  DeclareConflict,
  DocumentFindings,
  GiveConsents,
  KeepDeadlines,
  KeepDocuments,
  MeetCondition,
  NominateCandidate,
  RankedRoute,
  ReservesMet,
  RemindOfDeadlines,
  ReviveApplication,
  SaveSection,
  JudgePage,
  ScreenApplication,
  StartApplication,
  SubmitApplication,
  SupplementDocument,
  TakeNewForm,
  WithdrawApplication,
];

@Module({
  imports: [
    AccessModule,
    ApprovalsModule,
    CallsModule,
    DocumentsModule,
    GatesModule,
    PrivacyModule,
    UniversitiesModule,
    TypeOrmModule.forFeature([
      ApplicationRow,
      ApplicationSectionRow,
      ApplicationChoiceRow,
      ApplicationDocumentRow,
      ApplicationSupplementRow,
      ApplicationSubmissionRow,
      NominationRow,
      NominationOrderRow,
      NominationCandidateRow,
      ThreadMessageRow,
      ThreadReadRow,
      SavedFilterRow,
      BulkActRow,
      OfficerNoteRow,
    ]),
  ],
  controllers: [
    ApplicantPagesController,
    NewFormController,
    CarryOverController,
    AccessCodeController,
    // Before those that would take `export` or `bulk` for the name of an application.
    BulkApiController,
    BulkPagesController,
    CallPreviewController,
    ExportApiController,
    ExportPagesController,
    ExportJobsController,
    ApplicationsApiController,
    DocumentPagesController,
    ConditionPagesController,
    ConditionsApiController,
    DocumentPreviewController,
    DocumentsApiController,
    DuplicatePagesController,
    DuplicatesApiController,
    FileDownloadsController,
    FormPagesController,
    KeepPageController,
    JudgePageController,
    MinistryAnswerApiController,
    NominationPagesController,
    NominationsApiController,
    NotesApiController,
    OfficePagesController,
    ResumableUploadsController,
    SavedFiltersController,
    StandingsApiController,
    SupportPagesController,
    ConflictFormController,
    ConflictsOnApplicationsApiController,
    ThreadApiController,
    ThreadPagesController,
    UnitPagesController,
    UnitsApiController,
  ],
  providers: [
    ...OPERATIONS,
    ApplicationPorts,
    ApplicationCounts,
    ApplicationLists,
    ApplicationsRepository,
    ApplicationGates,
    ApplicationRecord,
    ApplicationThread,
    ApplicationsOfCall,
    ApplicationsOfAccount,
    AskToJoin,
    AssessedAbroad,
    ApplicationsOfPerson,
    ApplicationsAsDecisionSubjects,
    BulkActs,
    ConcludeSelection,
    ConsentsOfApplications,
    DeadlineReminders,
    DocumentsRepository,
    DuplicatesRepository,
    EditApplication,
    EraseApplications,
    ExplainApplication,
    ExportJobs,
    ExportWorklist,
    FindDuplicates,
    FollowConditions,
    FollowGates,
    FreezeContent,
    HostSight,
    RetentionOfApplications,
    IssueAwardLetter,
    NominationOrders,
    OfficerNotes,
    OpenApplications,
    PersonalAnswers,
    Places,
    RankCandidates,
    ReadNominations,
    ReadOffice,
    ReadDocument,
    ReadStandings,
    ReadStates,
    ResumeUpload,
    SavedFilters,
    SettleDuplicate,
    SubstituteNominee,
    WorklistFilters,
    ReadLines,
    ReadExportJobs,
    WorkOffExports,
    WriteExport,
  ],
  exports: [
    ...OPERATIONS,
    ApplicationPorts,
    ApplicationLists,
    ApplicationsRepository,
    EditApplication,
    FindDuplicates,
    FreezeContent,
    OpenApplications,
  ],
})
export class ApplicationsModule implements OnModuleInit {
  constructor(
    @Inject(PolicyRegistry) private readonly policies: PolicyRegistry,
    @Inject(Worker) private readonly worker: Worker,
    @Inject(DecisionSubjects) private readonly subjects: DecisionSubjects,
    @Inject(ApplicationsAsDecisionSubjects) private readonly asSubjects: ApplicationsAsDecisionSubjects,
    @Inject(GateSubjects) private readonly gateSubjects: GateSubjects,
    @Inject(ApplicationGates) private readonly asGateSubjects: ApplicationGates,
    @Inject(AccessPorts) private readonly access: AccessPorts,
    @Inject(ExplainApplication) private readonly asRecords: ExplainApplication,
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationCounts) private readonly counts: ApplicationCounts,
    @Inject(KeepDeadlines) private readonly deadlines: KeepDeadlines,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CallPorts) private readonly calls: CallPorts,
    @Inject(ApplicationsOfCall) private readonly ofCall: ApplicationsOfCall,
    @Inject(KeepDocuments) private readonly awaited: KeepDocuments,
    @Inject(RemindOfDeadlines) private readonly reminders: RemindOfDeadlines,
    @Inject(FindDuplicates) private readonly duplicates: FindDuplicates,
    @Inject(PrivacyPorts) private readonly privacy: PrivacyPorts,
    @Inject(ApplicationsOfPerson) private readonly ofPerson: ApplicationsOfPerson,
    @Inject(ApplicationsOfAccount) private readonly ofAccount: ApplicationsOfAccount,
    @Inject(EraseApplications) private readonly erasing: EraseApplications,
    @Inject(AssessedAbroad) private readonly abroad: AssessedAbroad,
    @Inject(HostSight) private readonly sight: HostSight,
    @Inject(RetentionOfApplications) private readonly retention: RetentionOfApplications,
    @Inject(ConsentsOfApplications) private readonly consents: ConsentsOfApplications,
    @Inject(ExportJobs) private readonly exports: ExportJobs,
    @Inject(WorkOffExports) private readonly writing: WorkOffExports,
  ) {}

  onModuleInit(): void {
    this.policies.register(applicationsPolicy);
    this.subjects.register(this.asSubjects);
    this.gateSubjects.register(this.asGateSubjects);
    this.access.records.push(this.asRecords);
    this.access.belongings.push(this.ofAccount);
    this.calls.applications = this.ofCall;
    this.privacy.personData.push(this.ofPerson);
    this.privacy.erasure.push(this.erasing);
    this.privacy.retention.push(this.retention.neverSubmitted, this.retention.ended);
    this.privacy.consents.set('application', this.consents);
    this.outbox.reactWithin(CALL_ACCESS_REVOKED, (ctx, event) => this.ofCall.followRevocation(ctx, event));
    this.outbox.reactWithin('role.granted', (ctx, { subject }) => this.abroad.afterGrant(ctx, subject.id));
    this.outbox.reactWithin(CALL_DEADLINE_MOVED, (ctx, event) => this.ofCall.followDeadline(ctx, event));
    this.worker.subscribe((event) => this.duplicates.afterSubmission(systemClock, event));
    this.worker.define(COMPARE_APPLICATIONS, ({ after }) => this.duplicates.goOn(systemClock, String(after)));
    this.worker.define(WRITE_EXPORT, ({ job }) => this.writing.perform(systemClock, String(job)));
    this.worker.schedule('* * * * *', 'take_up_exports', () => this.writing.takeUpSilent(systemClock));
    this.worker.schedule('*/10 * * * *', 'forget_exports', () => this.exports.forget(systemClock));
    this.worker.schedule('* * * * *', 'keep_deadlines', async () => {
      await this.deadlines.run(systemClock);
    });
    this.worker.schedule('* * * * *', 'gather_application_counts', async () => {
      await this.database.transaction(systemContext(systemClock), (ctx) => this.counts.gather(ctx));
    });
    this.worker.schedule('23 * * * *', 'end_sight', async () => {
      await this.sight.run(systemClock);
    });
    this.worker.schedule('*/10 * * * *', 'keep_documents', async () => {
      await this.awaited.run(systemClock);
    });
    this.worker.schedule('*/10 * * * *', 'remind_of_deadlines', async () => {
      await this.reminders.run(systemClock);
    });
  }
}
