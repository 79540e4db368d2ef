import { Foundation1795400000001 } from './1795400000001-foundation.js';
import { People1795400000002 } from './1795400000002-people.js';
import { Exchange1795400000003 } from './1795400000003-exchange.js';
import { Http1795400000005 } from './1795400000005-http.js';
import { Answers1795400000006 } from './1795400000006-answers.js';
import { WithdrawnDecisions1795400000007 } from './1795400000007-withdrawn-decisions.js';
import { Roles1795400000008 } from './1795400000008-roles.js';
import { SecondWall1795400000009 } from './1795400000009-second-wall.js';
import { Sessions1795400000010 } from './1795400000010-sessions.js';
import { Machines1795400000011 } from './1795400000011-machines.js';
import { Delegation1795400000012 } from './1795400000012-delegation.js';
import { PasskeyChallenges1795400000013 } from './1795400000013-passkey-challenges.js';
import { FieldsAndUnits1795400000014 } from './1795400000014-fields-and-units.js';
import { ProviderVersions1795400000015 } from './1795400000015-provider-versions.js';
import { OwnName1795400000016 } from './1795400000016-own-name.js';
import { Conflicts1795400000017 } from './1795400000017-conflicts.js';
import { InstantOfTheAct1795400000018 } from './1795400000018-instant-of-the-act.js';
import { References1795400000020 } from './1795400000020-references.js';
import { Worklist1795400000021 } from './1795400000021-worklist.js';
import { CallEditor1795400000022 } from './1795400000022-call-editor.js';
import { Places1795400000024 } from './1795400000024-places.js';
import { Documents1795400000025 } from './1795400000025-documents.js';
import { ActsOnApplications1795400000026 } from './1795400000026-acts-on-applications.js';
import { Million1795400000027 } from './1795400000027-million.js';
import { SelectionRules1795400000028 } from './1795400000028-selection-rules.js';
import { TextAmendments1795400000029 } from './1795400000029-text-amendments.js';
import { DeadlineReminders1795400000030 } from './1795400000030-deadline-reminders.js';
import { Reviews1795400000031 } from './1795400000031-reviews.js';
import { Lists1795400000032 } from './1795400000032-lists.js';
import { Duplicates1795400000034 } from './1795400000034-duplicates.js';
import { AccessCodes1795400000035 } from './1795400000035-access-codes.js';
import { ListsSetAside1795400000037 } from './1795400000037-lists-set-aside.js';
import { SearchInSight1795400000038 } from './1795400000038-search-in-sight.js';
import { IdleDeputies1795400000039 } from './1795400000039-idle-deputies.js';
import { CoApplicants1795400000040 } from './1795400000040-co-applicants.js';
import { FreemoversAndJoinedAccounts1795400000041 } from './1795400000041-freemovers-and-joined-accounts.js';
import { Appeals1795400000042 } from './1795400000042-appeals.js';
import { Rounds1795400000043 } from './1795400000043-rounds.js';
import { ConflictGraph1795400000044 } from './1795400000044-conflict-graph.js';
import { Discussions1795400000045 } from './1795400000045-discussions.js';
import { AllocationJobs1795400000046 } from './1795400000046-allocation-jobs.js';
import { Interviews1795400000048 } from './1795400000048-interviews.js';
import { BoundPersons1795400000049 } from './1795400000049-bound-persons.js';
import { WallAskedOnce1795400000050 } from './1795400000050-wall-asked-once.js';
import { DecisionConditions1795400000051 } from './1795400000051-decision-conditions.js';
import { IssuedDocuments1795400000052 } from './1795400000052-issued-documents.js';
import { Gates1795400000053 } from './1795400000053-gates.js';
import { Commission1795400000054 } from './1795400000054-commission.js';
import { AgreementVersions1795400000055 } from './1795400000055-agreement-versions.js';
import { ParityLedger1795400000056 } from './1795400000056-parity-ledger.js';
import { Erasure1795400000057 } from './1795400000057-erasure.js';
import { KnownPeople1795400000058 } from './1795400000058-known-people.js';
import { WhoHasASide1795400000061 } from './1795400000061-who-has-a-side.js';
import { Promises1795400000062 } from './1795400000062-promises.js';
import { RestrictedParties1795400000063 } from './1795400000063-restricted-parties.js';
import { StaysOfErased1795400000066 } from './1795400000066-stays-of-erased.js';
import { AcrossTheBorder1795400000067 } from './1795400000067-across-the-border.js';
import { AgreementsToldOnce1795400000068 } from './1795400000068-agreements-told-once.js';
import { Silence1795400000069 } from './1795400000069-silence.js';
import { AnsweredByOwner1795400000070 } from './1795400000070-answered-by-owner.js';
import { SightOfStays1795400000071 } from './1795400000071-sight-of-stays.js';
import { ErasedFromCommission1795400000072 } from './1795400000072-erased-from-commission.js';
import { BrokenOffVotes1795400000073 } from './1795400000073-broken-off-votes.js';
import { MootItems1795400000074 } from './1795400000074-moot-items.js';
import { StandingIn1795400000075 } from './1795400000075-standing-in.js';
import { CommissionFiles1795400000076 } from './1795400000076-commission-files.js';
import { AgreementsOnPaper1795400000077 } from './1795400000077-agreements-on-paper.js';
import { CertificatesInTime1795400000081 } from './1795400000081-certificates-in-time.js';
import { ErasureByTwo1795400000085 } from './1795400000085-erasure-by-two.js';
import { GateEvidenceFiles1795400000086 } from './1795400000086-gate-evidence-files.js';
import { ApplicationCounts1795400000100 } from './1795400000100-application-counts.js';
import { DivergentDecisions1795400000101 } from './1795400000101-divergent-decisions.js';
import { ExportsOfOneMoment1795400000110 } from './1795400000110-exports-of-one-moment.js';
import { ExportJobs1795400000111 } from './1795400000111-export-jobs.js';
import { QueueOfDecisions1795400000120 } from './1795400000120-queue-of-decisions.js';
import { OverviewInFewRows1795400000140 } from './1795400000140-overview-in-few-rows.js';
import { Divergences1795400000141 } from './1795400000141-divergences.js';
import { SumsOfPromises1795400000142 } from './1795400000142-sums-of-promises.js';
import { TotalsOfTheLedger1795400000143 } from './1795400000143-totals-of-the-ledger.js';
import { WallsAskedOneByOne1795400000144 } from './1795400000144-walls-asked-one-by-one.js';
import { ActsInOneStatement1795400000150 } from './1795400000150-acts-in-one-statement.js';
import { WallOfAFile1795400000151 } from './1795400000151-wall-of-a-file.js';
import { NamesOfFiles1795400000160 } from './1795400000160-names-of-files.js';
import { SearchByInstitution1795400000170 } from './1795400000170-search-by-institution.js';
import { PlansNotCompiled1795400000180 } from './1795400000180-plans-not-compiled.js';
import { SearchByPages1795400000190 } from './1795400000190-search-by-pages.js';
import { UrgencyOfJobs1795400000200 } from './1795400000200-urgency-of-jobs.js';
import { WallOfNominations1795400000210 } from './1795400000210-wall-of-nominations.js';
import { GrantsReadOnce1795400000220 } from './1795400000220-grants-read-once.js';
import { WallOfPersons1795400000230 } from './1795400000230-wall-of-persons.js';
import { QueuesOfPromises1795400000240 } from './1795400000240-queues-of-promises.js';
import { CountedOneByOne1795400000250 } from './1795400000250-counted-one-by-one.js';
import { DoorsOfASubmission1795400000260 } from './1795400000260-doors-of-a-submission.js';
import { FirstNumberOfAYear1795400000261 } from './1795400000261-first-number-of-a-year.js';

/** Every migration, in the order in which it runs. */
export const MIGRATIONS = [
  Foundation1795400000001,
  People1795400000002,
  Exchange1795400000003,
  Http1795400000005,
  Answers1795400000006,
  WithdrawnDecisions1795400000007,
  Roles1795400000008,
  SecondWall1795400000009,
  Sessions1795400000010,
  Machines1795400000011,
  Delegation1795400000012,
  PasskeyChallenges1795400000013,
  FieldsAndUnits1795400000014,
  ProviderVersions1795400000015,
  OwnName1795400000016,
  Conflicts1795400000017,
  InstantOfTheAct1795400000018,
  References1795400000020,
  Worklist1795400000021,
  CallEditor1795400000022,
  Places1795400000024,
  Documents1795400000025,
  ActsOnApplications1795400000026,
  Million1795400000027,
  SelectionRules1795400000028,
  TextAmendments1795400000029,
  DeadlineReminders1795400000030,
  Reviews1795400000031,
  Lists1795400000032,
  Duplicates1795400000034,
  AccessCodes1795400000035,
  ListsSetAside1795400000037,
  SearchInSight1795400000038,
  IdleDeputies1795400000039,
  CoApplicants1795400000040,
  FreemoversAndJoinedAccounts1795400000041,
  Appeals1795400000042,
  Rounds1795400000043,
  ConflictGraph1795400000044,
  Discussions1795400000045,
  AllocationJobs1795400000046,
  Interviews1795400000048,
  BoundPersons1795400000049,
  WallAskedOnce1795400000050,
  DecisionConditions1795400000051,
  IssuedDocuments1795400000052,
  Gates1795400000053,
  Commission1795400000054,
  AgreementVersions1795400000055,
  ParityLedger1795400000056,
  Erasure1795400000057,
  KnownPeople1795400000058,
  WhoHasASide1795400000061,
  Promises1795400000062,
  RestrictedParties1795400000063,
  StaysOfErased1795400000066,
  AcrossTheBorder1795400000067,
  AgreementsToldOnce1795400000068,
  Silence1795400000069,
  AnsweredByOwner1795400000070,
  SightOfStays1795400000071,
  ErasedFromCommission1795400000072,
  BrokenOffVotes1795400000073,
  MootItems1795400000074,
  StandingIn1795400000075,
  CommissionFiles1795400000076,
  AgreementsOnPaper1795400000077,
  CertificatesInTime1795400000081,
  ErasureByTwo1795400000085,
  GateEvidenceFiles1795400000086,
  ApplicationCounts1795400000100,
  DivergentDecisions1795400000101,
  ExportsOfOneMoment1795400000110,
  ExportJobs1795400000111,
  QueueOfDecisions1795400000120,
  OverviewInFewRows1795400000140,
  Divergences1795400000141,
  SumsOfPromises1795400000142,
  TotalsOfTheLedger1795400000143,
  WallsAskedOneByOne1795400000144,
  ActsInOneStatement1795400000150,
  WallOfAFile1795400000151,
  NamesOfFiles1795400000160,
  SearchByInstitution1795400000170,
  PlansNotCompiled1795400000180,
  SearchByPages1795400000190,
  UrgencyOfJobs1795400000200,
  WallOfNominations1795400000210,
  GrantsReadOnce1795400000220,
  WallOfPersons1795400000230,
  QueuesOfPromises1795400000240,
  CountedOneByOne1795400000250,
  DoorsOfASubmission1795400000260,
  FirstNumberOfAYear1795400000261,
];
