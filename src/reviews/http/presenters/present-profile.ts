import { CONFLICT_KINDS } from '../../../access/public.js';
import { fieldsOfStudy } from '../../../calls/public.js';
import type { DomainError } from '../../../shared/domain-error.js';
import { READ_LANGUAGES } from '../../operations/keep-profile.js';
import type { OwnProfile } from '../../operations/keep-profile.js';
import type { ProfileView } from '../views/profile-views.js';
import { problemsOf, refusalOf, wrong } from './form-problems.js';
import type { ReviewReader } from './present-reviews.js';

/** What was typed into one of the forms of the page and could not be kept. */
export interface TypedProfile {
  readonly dois?: string;
  readonly orcid?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly email?: string;
  readonly fields?: readonly string[];
  readonly languages?: readonly string[];
  readonly unit?: string;
}

export function presentProfile(
  reader: ReviewReader,
  profile: OwnProfile,
  timeZone: string,
  typed: TypedProfile,
  error: DomainError | null,
): ProfileView {
  const { translator, language } = reader;
  const { reviewer } = profile;
  return {
    problems: problemsOf(reader, error),
    note: refusalOf(error),
    works: [
      {
        kind: 'textarea',
        name: 'dois',
        label: { key: 'reviews.fields.dois' },
        hint: { key: 'reviews.fields.dois_hint' },
        value: typed.dois ?? profile.works.map(({ doi }) => doi).join('\n'),
        rows: 8,
        optional: true,
        ...wrong('dois', error),
      },
      {
        kind: 'text',
        name: 'orcid',
        label: { key: 'reviews.fields.orcid' },
        hint: { key: 'reviews.fields.orcid_hint' },
        value: typed.orcid ?? profile.orcid,
        width: 20,
        optional: true,
        ...wrong('orcid', error),
      },
    ],
    readRecord: profile.registerAnswers && profile.orcid !== '',
    ties: profile.ties.map(({ id, name, emailKey, kind, namedAt }) => ({
      id,
      name,
      email: emailKey,
      kind: { key: `reviews.profile.kinds.${kind}` },
      since: translator.date(language, namedAt, timeZone),
    })),
    tie: [
      {
        kind: 'radios',
        name: 'kind',
        label: { key: 'reviews.fields.kind' },
        value: typed.kind ?? '',
        options: CONFLICT_KINDS.map((kind) => ({
          value: kind,
          label: { key: `reviews.profile.kinds.${kind}` },
        })),
        ...wrong('kind', error),
      },
      {
        kind: 'text',
        name: 'name',
        label: { key: 'reviews.fields.name' },
        value: typed.name ?? '',
        ...wrong('name', error),
      },
      {
        kind: 'text',
        name: 'email',
        label: { key: 'reviews.fields.email' },
        hint: { key: 'reviews.fields.email_hint' },
        value: typed.email ?? '',
        ...wrong('email', error),
      },
    ],
    reviewer: reviewer && [
      {
        kind: 'checkboxes',
        name: 'fields',
        label: { key: 'reviews.fields.fields' },
        hint: { key: 'reviews.fields.fields_hint' },
        values: typed.fields ?? reviewer.fields,
        options: fieldsOfStudy(3)
          .filter(({ code }) => code.length === 3)
          .map((field) => ({
            value: field.code,
            label: translator.localized(language, field),
          })),
        ...wrong('fields', error),
      },
      {
        kind: 'checkboxes',
        name: 'languages',
        label: { key: 'reviews.fields.languages' },
        hint: { key: 'reviews.fields.languages_hint' },
        values: typed.languages ?? reviewer.languages,
        options: READ_LANGUAGES.map((each) => ({
          value: each,
          label: { key: `reviews.profile.languages.${each}` },
        })),
        ...wrong('languages', error),
      },
      ...(reviewer.units.length > 0
        ? [
            {
              kind: 'select' as const,
              name: 'unit',
              label: { key: 'reviews.fields.unit' },
              value: typed.unit ?? reviewer.unitId ?? '',
              optional: true,
              options: reviewer.units.map(({ id, name }) => ({
                value: id,
                label: translator.localized(language, name),
              })),
              ...wrong('unit', error),
            },
          ]
        : []),
    ],
  };
}
