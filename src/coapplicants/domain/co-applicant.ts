/** Of the link that somebody gets who is invited. */
export const CO_APPLICANT_PURPOSE = 'co_applicant';
/** Subject of the link, and of the consents that a co-applicant gives. */
export const CO_APPLICANT = 'co_applicant';

export const NAME_MAX = 200;
export const EMAIL_MAX = 254;
export const PART_MAX = 200;
export const REASON_MAX = 2000;

/** The forms of a name, each in two parts, as the form of an application has them. */
export const NAME_PARTS = [
  'nativeFamily',
  'nativeGiven',
  'latinFamily',
  'latinGiven',
  'passportFamily',
  'passportGiven',
] as const;
export type NamePart = (typeof NAME_PARTS)[number];
export type NameForms = Readonly<Record<NamePart, string>>;
