/** A value of the record of a person; instants are written by ISO 8601 in UTC. */
export type PersonValue =
  string | number | boolean | null | undefined | Date | readonly PersonValue[] | PersonRecord;
export interface PersonRecord {
  readonly [key: string]: PersonValue;
}

/** Grows when a key changes its meaning or goes; a new key is no new version. */
export const PERSON_DATA_VERSION = 1;

/** The order of the record, whichever room came first. What is not named here comes last. */
export const PERSON_DATA_KEYS = [
  'person',
  'identities',
  'passkeys',
  'roles',
  'proposedRoles',
  'conflicts',
  'consents',
  'applications',
  'coApplicants',
  'coApplications',
  'references',
  'interviews',
  'feedback',
  'works',
  'ties',
  'assessing',
  'residencies',
  'corrections',
  'erasures',
  'transfers',
  'mails',
  'acts',
] as const;
