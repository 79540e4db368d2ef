import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { pageQuery } from '../../../platform/http/page-query.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { Language } from '../../../shared/language.js';
import { INSTITUTION_KINDS } from '../../domain/institution.js';
import type { InstitutionKind, InstitutionView } from '../../domain/institution.js';

const text = { type: String, nullable: true } as const;

export class InstitutionNamesResource {
  @ApiProperty({ description: 'In the institution’s own language' })
  native: string;

  @ApiProperty({ example: 'sr-Cyrl', description: 'Language of the native name, BCP 47' })
  nativeLanguage: string;

  @ApiProperty(text)
  srCyrl: string | null;

  @ApiProperty(text)
  srLatn: string | null;

  @ApiProperty(text)
  ru: string | null;

  @ApiProperty()
  en: string;
}

export class InstitutionCityResource {
  @ApiProperty(text)
  native: string | null;

  @ApiProperty(text)
  srCyrl: string | null;

  @ApiProperty(text)
  ru: string | null;

  @ApiProperty(text)
  en: string | null;
}

export class InstitutionResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'Its name in addresses, never changed' })
  slug: string;

  @ApiProperty({ example: 'RS', description: 'ISO 3166-1 alpha-2' })
  country: string;

  @ApiProperty({ enum: INSTITUTION_KINDS })
  kind: InstitutionKind;

  @ApiProperty({ ...text, description: 'By which its e-mail addresses are recognised' })
  domain: string | null;

  @ApiProperty(text)
  abbreviation: string | null;

  @ApiProperty({ type: InstitutionNamesResource })
  names: InstitutionNamesResource;

  @ApiProperty({ type: InstitutionCityResource })
  city: InstitutionCityResource;

  @ApiProperty(text)
  federalDistrict: string | null;

  @ApiProperty(text)
  website: string | null;

  @ApiProperty({ ...text, description: 'Address in the Research Organization Registry' })
  ror: string | null;

  @ApiProperty({ description: 'Where the facts come from' })
  source: string;

  @ApiProperty({ format: 'date' })
  checkedOn: string;
}

export class InstitutionPageResource {
  @ApiProperty({ type: [InstitutionResource] })
  items: InstitutionResource[];

  @ApiProperty({ ...text, description: 'Value of `after` for the next page; null at the end' })
  next: string | null;
}

export class InstitutionQuery extends pageQuery(200, 1000) {
  @ApiPropertyOptional({ description: 'Names, abbreviation, city or domain, in any script', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;

  @ApiPropertyOptional({ description: 'ISO 3166-1 alpha-2' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { context: { problem: 'not_in_list' } })
  country?: string;

  @ApiPropertyOptional({ enum: INSTITUTION_KINDS })
  @IsOptional()
  @IsIn(INSTITUTION_KINDS)
  kind?: InstitutionKind;

  @ApiPropertyOptional({ enum: LANGUAGES, description: 'By whose alphabet the list is ordered' })
  @IsOptional()
  @IsIn(LANGUAGES)
  lang?: Language;
}

export function institutionResource(institution: InstitutionView): InstitutionResource {
  const { names, city } = institution;
  return { ...institution, names: { ...names }, city: { ...city } };
}
