import { ApiProperty } from '@nestjs/swagger';
import type { UploadView } from '../../../documents/public.js';
import type { DecisionView, SideView } from '../../../approvals/public.js';
import type { ApplicationLine } from '../../data/application-lists.js';
import { APPLICATION_STATES } from '../../domain/application.states.js';
import type { ApplicationState } from '../../domain/application.states.js';
import { SILENCES } from '../../domain/custody.js';
import type { Custody, Office, Silence } from '../../domain/custody.js';
import { NOMINATION_STATES } from '../../domain/nomination.states.js';
import type { NominationState } from '../../domain/nomination.states.js';
import type { ApplicationFile } from '../../operations/application-file.js';
import type { Receipt } from '../../operations/submit-application.js';

const instant = { type: String, format: 'date-time' } as const;
const instantOrNull = { ...instant, nullable: true } as const;
const textOrNull = { type: String, nullable: true } as const;
const OFFICES: readonly Office[] = [
  'applicant',
  'home_institution',
  'host_institution',
  'home_ministry',
  'host_ministry',
  'joint_commission',
  'panel',
  'programme',
];

export class SilenceResource {
  @ApiProperty({
    enum: SILENCES,
    description:
      'Of a host: its ministry is told (escalates), or it counts as a no (declined). Of a ministry: it is told (told), or the matter comes, or is, before the joint commission (tabled, is_tabled)',
  })
  means: Silence['means'];

  @ApiProperty(instant)
  at: string;
}

export class CustodyResource {
  @ApiProperty({ enum: OFFICES })
  office: Office;

  @ApiProperty(instant)
  since: string;

  @ApiProperty({ ...instantOrNull, description: 'A promise or a duty; null where there is none' })
  until: string | null;

  @ApiProperty({
    type: SilenceResource,
    nullable: true,
    description: 'What it means that they say nothing; null where no answer of another office is awaited',
  })
  silence: SilenceResource | null;
}

export class BlockerResource {
  @ApiProperty({ example: 'answer_missing' })
  code: string;

  @ApiProperty({ example: 'study' })
  section: string;

  @ApiProperty({ example: 'faculty' })
  field: string;
}

export class SectionResource {
  @ApiProperty({ example: 'study' })
  section: string;

  @ApiProperty({ description: 'Grows with each save' })
  revision: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'By the id of the question: dates as ISO 8601, numbers with a point, codes and ids as they are kept',
  })
  answers: Readonly<Record<string, string>>;
}

export class ChoiceResource {
  @ApiProperty({ minimum: 1 })
  rank: number;

  @ApiProperty({ format: 'uuid' })
  placeId: string;

  @ApiProperty({ format: 'uuid', description: 'The host institution' })
  institutionId: string;
}

export class DocumentResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'transcript' })
  requirement: string;

  @ApiProperty({ description: 'Grows with each replacement' })
  version: number;

  @ApiProperty()
  fileName: string;

  @ApiProperty({ example: 'application/pdf' })
  mediaType: string;

  @ApiProperty()
  sizeBytes: number;

  @ApiProperty({ type: Number, nullable: true })
  pages: number | null;

  @ApiProperty({ description: 'Hexadecimal' })
  sha256: string;

  @ApiProperty({ enum: ['clean', 'not_scanned'] })
  scan: string;

  @ApiProperty(instant)
  uploadedAt: string;
}

export class ConsentResource {
  @ApiProperty({ example: 'processing' })
  purpose: string;

  @ApiProperty({ example: '2026-11', description: 'Version of the text that was agreed to' })
  textVersion: string;

  @ApiProperty(instant)
  givenAt: string;
}

export class RevivedResource {
  @ApiProperty({ enum: APPLICATION_STATES, description: 'In which it is again' })
  state: ApplicationState;
}

export class NominationResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: NOMINATION_STATES })
  state: NominationState;

  @ApiProperty(instant)
  since: string;

  @ApiProperty(instantOrNull)
  dueAt: string | null;

  @ApiProperty({ format: 'uuid' })
  placeId: string;

  @ApiProperty({ format: 'uuid' })
  hostInstitutionId: string;

  @ApiProperty({ ...instantOrNull, description: 'When the host said that it has seen it' })
  acknowledgedAt: string | null;

  @ApiProperty({ ...textOrNull, format: 'uuid', description: 'The nomination in whose place it was sent' })
  substitutes: string | null;

  @ApiProperty(textOrNull)
  reasonCode: string | null;

  @ApiProperty(textOrNull)
  reasonText: string | null;
}

export class DecisionSideResource {
  @ApiProperty({ example: 'RS' })
  country: string;

  @ApiProperty({
    enum: ['pending', 'in_review', 'approved', 'approved_with_conditions', 'returned', 'rejected'],
  })
  state: string;

  @ApiProperty(instant)
  since: string;

  @ApiProperty(instant)
  dueAt: string;

  @ApiProperty({ type: [String] })
  conditions: string[];
}

export class DecisionOfApplicationResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({
    enum: ['open', 'agreed_yes', 'agreed_no', 'divergent'],
    description: 'What follows from both sides together; one side alone is never an approval',
  })
  outcome: string;

  @ApiProperty({ description: 'Fingerprint of what is decided' })
  subjectHash: string;

  @ApiProperty({ type: DecisionSideResource })
  home: DecisionSideResource;

  @ApiProperty({ type: DecisionSideResource })
  host: DecisionSideResource;
}

export class ApplicationSummaryResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ ...textOrNull, example: 'RS-2027-000123', description: 'From the first submission on' })
  number: string | null;

  @ApiProperty({ format: 'uuid' })
  callId: string;

  @ApiProperty({ enum: APPLICATION_STATES })
  state: ApplicationState;

  @ApiProperty({ enum: ['selected', 'reserve', 'not_selected'], nullable: true, type: String })
  result: string | null;

  @ApiProperty(instant)
  since: string;

  @ApiProperty(instantOrNull)
  dueAt: string | null;

  @ApiProperty({ example: 'RS' })
  homeCountry: string;

  @ApiProperty({ ...textOrNull, format: 'uuid' })
  homeInstitutionId: string | null;

  @ApiProperty({
    description: 'From no institution of the register: the ministry of the country takes its part',
  })
  freemover: boolean;

  @ApiProperty({ ...textOrNull, example: 'RU', description: 'From the nomination on' })
  hostCountry: string | null;

  @ApiProperty({ ...textOrNull, format: 'uuid' })
  hostInstitutionId: string | null;

  @ApiProperty({ description: 'Grows with each change; the header `ETag` follows it' })
  version: number;
}

export class ApplicationResource extends ApplicationSummaryResource {
  @ApiProperty({ description: 'Name of the call in addresses' })
  call: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Place on the reserve list' })
  reserveNumber: number | null;

  @ApiProperty(instantOrNull)
  submittedAt: string | null;

  @ApiProperty({ ...textOrNull, description: 'SHA-256 of what was submitted last' })
  contentHash: string | null;

  @ApiProperty({ type: [String], nullable: true, description: 'What may be changed after a return' })
  returnedFields: string[] | null;

  @ApiProperty(textOrNull)
  returnReason: string | null;

  @ApiProperty(textOrNull)
  closingReason: string | null;

  @ApiProperty({ type: [CustodyResource], description: 'Who has it, since when, until when' })
  custody: CustodyResource[];

  @ApiProperty({ type: [BlockerResource], description: 'What still keeps it from being submitted' })
  blockers: BlockerResource[];

  @ApiProperty({ type: [SectionResource] })
  sections: SectionResource[];

  @ApiProperty({
    type: () => [WithheldResource],
    description:
      'Answers (`section.question`) and documents (`documents.requirement`) that are not for your eyes',
  })
  withheld: WithheldResource[];

  @ApiProperty({ type: [ChoiceResource] })
  choices: ChoiceResource[];

  @ApiProperty({ type: [DocumentResource] })
  documents: DocumentResource[];

  @ApiProperty({ type: [ConsentResource] })
  consents: ConsentResource[];

  @ApiProperty({ type: [NominationResource], description: 'The newest first' })
  nominations: NominationResource[];

  @ApiProperty({ type: DecisionOfApplicationResource, nullable: true })
  decision: DecisionOfApplicationResource | null;
}

export class WithheldResource {
  @ApiProperty({ example: 'person.passport_family' })
  field: string;

  @ApiProperty({ example: 'withheld_passport', description: 'Why, for programs' })
  reason: string;
}

export class ApplicationPageResource {
  @ApiProperty({ type: [ApplicationSummaryResource] })
  items: ApplicationSummaryResource[];

  @ApiProperty({ ...textOrNull, description: 'Value of `after` for the next page; null at the end' })
  next: string | null;
}

export class StartedResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'False where an application for this call was there already' })
  created: boolean;
}

export class ReceiptResource {
  @ApiProperty({ example: 'RS-2027-000123' })
  number: string;

  @ApiProperty(instant)
  submittedAt: string;

  @ApiProperty({ description: 'SHA-256 of what was submitted' })
  contentHash: string;
}

export class AttachedResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export class ProblemFieldResource {
  @ApiProperty()
  field: string;

  @ApiProperty({ example: 'too_long' })
  problem: string;

  @ApiProperty({ description: 'In the language of the request' })
  text: string;
}

/** RFC 9457. */
export class ProblemResource {
  @ApiProperty({ example: 'urn:most:problem:invalid' })
  type: string;

  @ApiProperty()
  title: string;

  @ApiProperty()
  status: number;

  @ApiProperty()
  detail: string;

  @ApiProperty({ example: 'not_complete', description: 'Finer than the type, for programs' })
  reason: string;

  @ApiProperty({ type: [ProblemFieldResource] })
  fields: ProblemFieldResource[];

  @ApiProperty({ type: [BlockerResource] })
  blockers: BlockerResource[];

  @ApiProperty({ description: 'Number of the request in the log' })
  requestId: string;
}

export function applicationSummary(application: ApplicationLine): ApplicationSummaryResource {
  return {
    id: application.id,
    number: application.number,
    callId: application.callId,
    state: application.state,
    result: application.result,
    since: application.stateSince.toISOString(),
    dueAt: isoOrNull(application.dueAt),
    homeCountry: application.homeCountry,
    homeInstitutionId: application.homeInstitutionId,
    freemover: application.freemover,
    hostCountry: application.hostCountry,
    hostInstitutionId: application.hostInstitutionId,
    version: application.version,
  };
}

/** `own`: for its applicant. The offices see what was submitted, so not what is being changed since a return. */
export function applicationResource(file: ApplicationFile, own: boolean): ApplicationResource {
  const { application, call, submission } = file;
  return {
    ...applicationSummary(application),
    call: call.slug,
    reserveNumber: application.reserveNumber,
    submittedAt: isoOrNull(application.submittedAt),
    contentHash: submission?.contentHash ?? null,
    returnedFields: application.returnedFields,
    returnReason: application.returnReason,
    closingReason: application.closingReason,
    custody: file.custody.map(custodyResource),
    blockers: own ? file.blockers.map(({ code, section, field }) => ({ code, section, field })) : [],
    withheld: [...file.withheld].map(([field, kind]) => ({ field, reason: `withheld_${kind}` })),
    sections: own ? ownSections(file) : submittedSections(file),
    choices: own ? ownChoices(file) : submittedChoices(file),
    documents: file.uploads.map(documentResource),
    consents: file.consents.map(({ purpose, textVersion, givenAt }) => ({
      purpose,
      textVersion,
      givenAt: givenAt.toISOString(),
    })),
    nominations: file.nominations.map((nomination) => ({
      id: nomination.id,
      state: nomination.state,
      since: nomination.stateSince.toISOString(),
      dueAt: isoOrNull(nomination.dueAt),
      placeId: nomination.placeId,
      hostInstitutionId: nomination.hostInstitutionId,
      acknowledgedAt: isoOrNull(nomination.acknowledgedAt),
      substitutes: nomination.substitutesId,
      reasonCode: nomination.reasonCode,
      reasonText: nomination.reasonText,
    })),
    decision: file.decision && decisionResource(file.decision),
  };
}

export function documentResource(upload: UploadView): DocumentResource {
  return {
    id: upload.id,
    requirement: upload.requirement,
    version: upload.version,
    fileName: upload.fileName,
    mediaType: upload.mediaType,
    sizeBytes: upload.sizeBytes,
    pages: upload.pages,
    sha256: upload.sha256,
    scan: upload.scan,
    uploadedAt: upload.uploadedAt.toISOString(),
  };
}

export function receiptResource({ number, submittedAt, contentHash }: Receipt): ReceiptResource {
  return { number, submittedAt: submittedAt.toISOString(), contentHash };
}

function ownSections({ sections }: ApplicationFile): SectionResource[] {
  return [...sections.values()].map(({ section, revision, answers }) => ({ section, revision, answers }));
}

function submittedSections({ sections, submission, withheld }: ApplicationFile): SectionResource[] {
  return (submission?.content.sections ?? []).map(({ section, answers }) => ({
    section,
    revision: sections.get(section)?.revision ?? 0,
    answers: Object.fromEntries(
      answers
        .filter(({ question }) => !withheld.has(`${section}.${question}`))
        .map(({ question, value }) => [question, value]),
    ),
  }));
}

function ownChoices({ choices }: ApplicationFile): ChoiceResource[] {
  return choices.map(({ id, institution }, index) => ({
    rank: index + 1,
    placeId: id,
    institutionId: institution.id,
  }));
}

function submittedChoices({ submission }: ApplicationFile): ChoiceResource[] {
  return (submission?.content.choices ?? []).map(({ rank, placeId, institutionId }) => ({
    rank,
    placeId,
    institutionId,
  }));
}

export function custodyResource({ office, since, until, silence }: Custody): CustodyResource {
  return {
    office,
    since: since.toISOString(),
    until: isoOrNull(until),
    silence: silence ? { means: silence.means, at: silence.at.toISOString() } : null,
  };
}

function decisionResource(decision: DecisionView): DecisionOfApplicationResource {
  return {
    id: decision.id,
    outcome: decision.counts,
    subjectHash: decision.subjectHash,
    home: sideResource(decision.home),
    host: sideResource(decision.host),
  };
}

function sideResource({ country, state, since, dueAt, conditions }: SideView): DecisionSideResource {
  return {
    country,
    state,
    since: since.toISOString(),
    dueAt: dueAt.toISOString(),
    conditions: [...conditions],
  };
}

function isoOrNull(date: Date | null): string | null {
  return date && date.toISOString();
}
