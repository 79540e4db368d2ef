/** How a referee knows the applicant: said by the applicant who asks, and by the referee in the letter. */
export const RELATIONS = ['teacher', 'supervisor', 'manager', 'colleague', 'other'] as const;
export type Relation = (typeof RELATIONS)[number];

/** For how many years. */
export const KNOWN_FOR = ['under_1', '1_to_2', '3_to_5', 'over_5'] as const;
export type KnownFor = (typeof KNOWN_FOR)[number];

/** Characters of a letter that is written here; about six pages. */
export const LETTER_MAX = 20_000;
export const NAME_MAX = 200;
export const EMAIL_MAX = 254;
export const REASON_MAX = 2000;

/** Of a link that a referee gets. */
export const LETTER_PURPOSE = 'letter_of_reference';
/** What is asked for: subject of its link and of the file that is uploaded. */
export const REFERENCE = 'reference';
/** The requirement that a referee's file answers. */
export const LETTER_FILE = 'letter';
