import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { AGREEMENT_KINDS } from '../../domain/agreement.js';
import type {
  AgreementContent,
  AgreementKind,
  AgreementParty,
  AgreementTerms,
  AgreementView,
  QuotaDraft,
  VersionView,
} from '../../domain/agreement.js';
import { AGREEMENT_STATES, VERSION_STATES } from '../../domain/agreement.states.js';
import type { AgreementState, VersionState } from '../../domain/agreement.states.js';

const day = { type: String, format: 'date', nullable: true } as const;

export class AgreementWordsResource {
  @ApiProperty({ description: 'Serbian, in Cyrillic; it binds' })
  sr: string;

  @ApiProperty({ description: 'Russian; it binds' })
  ru: string;

  @ApiProperty({ description: 'English, as a help to readers' })
  en: string;
}

export class AgreementPartyResource {
  @ApiProperty({ example: 'RS', description: 'ISO 3166-1 alpha-2' })
  country: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null where a state is the party',
  })
  institutionId: string | null;

  @ApiProperty({ type: AgreementWordsResource })
  name: AgreementWordsResource;
}

export class AgreedQuotaResource {
  @ApiProperty({ example: 'RS', description: 'Where one comes from, ISO 3166-1 alpha-2' })
  homeCountry: string;

  @ApiProperty({ example: 'RU', description: 'Where one goes, ISO 3166-1 alpha-2' })
  hostCountry: string;

  @ApiProperty({ example: 'student' })
  category: string;

  @ApiProperty({ example: '2027/28' })
  academicYear: string;

  @ApiProperty()
  persons: number;

  @ApiProperty({ description: 'Months of stay in all; 0 with `days` 0: persons alone are counted' })
  months: number;

  @ApiProperty({ description: 'Days of stay in all, beside the months' })
  days: number;
}

export class AgreementQuotaResource extends AgreedQuotaResource {
  @ApiProperty({ description: 'Persons that published calls have reserved' })
  committed: number;

  @ApiProperty({ description: 'Days of stay that published calls have reserved, thirty to a month' })
  committedDays: number;
}

export class AgreementResource {
  @ApiProperty({ description: 'Its name in addresses' })
  reference: string;

  @ApiProperty({ enum: AGREEMENT_KINDS })
  kind: AgreementKind;

  @ApiProperty({ enum: AGREEMENT_STATES })
  state: AgreementState;

  @ApiProperty({ type: AgreementWordsResource })
  title: AgreementWordsResource;

  @ApiProperty({ type: [AgreementPartyResource] })
  parties: AgreementPartyResource[];

  @ApiProperty({ type: [String] })
  themes: string[];

  @ApiProperty({ description: 'The version that it says' })
  version: number;

  @ApiProperty({ description: 'SHA-256 of all that the version says: what was approved' })
  hash: string;

  @ApiProperty(day)
  signedOn: string | null;

  @ApiProperty(day)
  inForceFrom: string | null;

  @ApiProperty({ ...day, description: 'The last day; null without an end' })
  inForceUntil: string | null;

  @ApiProperty({ ...day, description: 'The last day, where a side has given notice' })
  terminatesOn: string | null;

  @ApiProperty({ type: [AgreementQuotaResource] })
  quotas: AgreementQuotaResource[];
}

export class AgreementPageResource {
  @ApiProperty({ type: [AgreementResource] })
  items: AgreementResource[];

  @ApiProperty({ type: String, nullable: true, description: 'Value of `after` for the next page' })
  next: string | null;
}

export class AgreementVersionResource {
  @ApiProperty()
  number: number;

  @ApiProperty({ enum: VERSION_STATES })
  state: VersionState;

  @ApiProperty({ description: 'SHA-256 of all that it says' })
  hash: string;

  @ApiProperty(day)
  signedOn: string | null;

  @ApiProperty(day)
  inForceFrom: string | null;

  @ApiProperty(day)
  inForceUntil: string | null;

  @ApiProperty({ ...day, description: 'The last day on which it bound' })
  endedOn: string | null;
}

export class AgreementVersionsResource {
  @ApiProperty({ type: [AgreementVersionResource] })
  items: AgreementVersionResource[];
}

export class AgreementArticleResource {
  @ApiProperty({ type: AgreementWordsResource })
  title: AgreementWordsResource;

  @ApiProperty({ type: AgreementWordsResource })
  body: AgreementWordsResource;
}

export class TaughtInResource {
  @ApiProperty({ description: 'ISO 639' })
  language: string;

  @ApiProperty({ example: 'B2', description: 'From which level of the CEFR on' })
  level: string;
}

export class ExchangeTermsResource {
  @ApiProperty({ type: [String], description: 'ISCED-F 2013; none: all fields' })
  fields: string[];

  @ApiProperty({ type: [Number], description: 'EQF levels; none: all' })
  levels: number[];

  @ApiProperty({ type: [TaughtInResource] })
  languages: TaughtInResource[];

  @ApiProperty({ description: 'Whether a part may be done at a distance' })
  blended: boolean;
}

export class AgreementAnnexResource {
  @ApiProperty({ type: AgreementWordsResource })
  title: AgreementWordsResource;

  @ApiProperty({ description: 'SHA-256 of the file: part of what is approved' })
  sha256: string;

  @ApiProperty({ description: 'Bytes' })
  sizeBytes: number;

  @ApiProperty({ type: Number, nullable: true })
  pages: number | null;
}

export class SignedOnPaperResource {
  @ApiProperty({ format: 'date' })
  signedOn: string;

  @ApiProperty({ description: 'By which whoever keeps the paper knows it' })
  externalReference: string;
}

export class WholeVersionResource extends AgreementVersionResource {
  @ApiProperty({ type: AgreementWordsResource })
  title: AgreementWordsResource;

  @ApiProperty({ type: [AgreementPartyResource] })
  parties: AgreementPartyResource[];

  @ApiProperty({ type: [String] })
  themes: string[];

  @ApiProperty({ type: [AgreementArticleResource] })
  articles: AgreementArticleResource[];

  @ApiProperty({ type: [AgreedQuotaResource] })
  quotas: AgreedQuotaResource[];

  @ApiProperty({ ...day, description: 'The first day that is agreed' })
  validFrom: string | null;

  @ApiProperty({ ...day, description: 'The last day that is agreed' })
  validUntil: string | null;

  @ApiProperty({ type: Number, nullable: true })
  noticeDays: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Reference of the memorandum that it stands under',
  })
  under: string | null;

  @ApiProperty({ type: ExchangeTermsResource, nullable: true })
  exchange: ExchangeTermsResource | null;

  @ApiProperty({ type: [AgreementAnnexResource] })
  annexes: AgreementAnnexResource[];

  @ApiProperty({
    type: SignedOnPaperResource,
    nullable: true,
    description: 'That it was signed on paper, as both ministries confirm; null: it is signed here, by hash',
  })
  paper: SignedOnPaperResource | null;
}

export class AgreementQuery {
  @ApiPropertyOptional({ description: 'Reference, title, party or institution', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;

  @ApiPropertyOptional({ enum: AGREEMENT_KINDS })
  @IsOptional()
  @IsIn(AGREEMENT_KINDS)
  kind?: AgreementKind;

  @ApiPropertyOptional({ enum: AGREEMENT_STATES })
  @IsOptional()
  @IsIn(AGREEMENT_STATES)
  state?: AgreementState;

  @ApiPropertyOptional({ description: 'ISO 3166-1 alpha-2' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { context: { problem: 'not_in_list' } })
  country?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institution?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(10_000)
  after: number = 0;
}

export function agreementResource(agreement: AgreementView): AgreementResource {
  const { reference, kind, state, title, version, signedOn, inForceFrom, inForceUntil, terminatesOn } =
    agreement;
  return {
    reference,
    kind,
    state,
    title: { ...title },
    parties: agreement.parties.map(partyResource),
    themes: [...agreement.themes],
    version,
    hash: agreement.textHash,
    signedOn,
    inForceFrom,
    inForceUntil,
    terminatesOn,
    quotas: agreement.quotas.map(({ committed, committedDays, ...quota }) => ({
      ...quotaResource(quota),
      committed,
      committedDays,
    })),
  };
}

export function versionResource(version: VersionView): AgreementVersionResource {
  const { number, state, contentHash, signedOn, inForceFrom, inForceUntil, endedOn } = version;
  return { number, state, hash: contentHash, signedOn, inForceFrom, inForceUntil, endedOn };
}

export function wholeVersionResource(version: VersionView): WholeVersionResource {
  const {
    title,
    parties,
    themes,
    text,
    quotas,
    annexes = [],
    paper,
    ...terms
  }: AgreementContent = version.content;
  return {
    ...versionResource(version),
    title: { ...title },
    parties: parties.map(partyResource),
    themes: [...themes],
    articles: text.articles.map((article) => ({ title: { ...article.title }, body: { ...article.body } })),
    quotas: quotas.map(quotaResource),
    ...termsResource(terms),
    annexes: annexes.map((annex) => ({
      title: { ...annex.title },
      sha256: annex.sha256,
      sizeBytes: annex.sizeBytes,
      pages: annex.pages,
    })),
    paper: paper ? { ...paper } : null,
  };
}

function termsResource({ validFrom, validUntil, noticeDays, under, exchange }: AgreementTerms) {
  return {
    validFrom: validFrom ?? null,
    validUntil: validUntil ?? null,
    noticeDays: noticeDays ?? null,
    under: under ?? null,
    exchange: exchange
      ? {
          fields: [...exchange.fields],
          levels: [...exchange.levels],
          languages: exchange.languages.map(({ language, level }) => ({ language, level })),
          blended: exchange.blended,
        }
      : null,
  };
}

function partyResource({ country, institutionId, name }: AgreementParty): AgreementPartyResource {
  return { country, institutionId, name: { ...name } };
}

function quotaResource(quota: QuotaDraft): AgreedQuotaResource {
  const { homeCountry, hostCountry, category, academicYear, persons, months, days = 0 } = quota;
  return { homeCountry, hostCountry, category, academicYear, persons, months, days };
}
