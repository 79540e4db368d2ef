import type { PersonPaper } from '../../privacy/public.js';
import type { Language } from '../../shared/language.js';

/*
 * What the templates in `templates/documents` are given. Every text is plain, already in its language and already formatted
 * (dates in words, zones, plurals): a template decides only where it stands. Line breaks in a text are kept.
 */

/** A name or value beside what it is called. */
export interface LabelledText {
  readonly label: string;
  readonly text: string;
  /** Of the text, where it differs from the passage around it: a name in another script, an answer in another language. */
  readonly language?: Language;
}

/** A person's name in one of its forms. */
export interface NameForm {
  readonly name: string;
  readonly language: Language;
}

/** One country's side of the letterhead, in that side's own language. */
export interface LetterheadSide {
  readonly language: Language;
  /** For example "Република Србија". */
  readonly country: string;
  readonly ministry: string;
  readonly institution: string;
}

/** One consent to the exchange: who gave it, and when. */
export interface AgreedAct {
  /** For example "Номинација" or "Сагласност министарства". */
  readonly act: string;
  /** The institution or ministry that agreed. */
  readonly body: string;
  /** Name and function of the person who decided for it. */
  readonly person: string;
  /** Date, time and zone. */
  readonly at: string;
}

/** The acts of one side of the exchange. */
export interface AgreedSide {
  /** For example "Страна која упућује". */
  readonly heading: string;
  readonly acts: readonly AgreedAct[];
}

/** The whole letter in one language. All versions of a letter have the same number of paragraphs, facts and acts. */
export interface AwardLetterVersion {
  readonly language: Language;
  /** For example "Писмо о додели места". */
  readonly title: string;
  readonly number: LabelledText;
  readonly date: LabelledText;
  /** The sentence before the holder's name. */
  readonly opening: string;
  /** The sentence after it. */
  readonly statement: string;
  /** Call, place, period, category, funding …, in the order in which they are printed. */
  readonly facts: readonly LabelledText[];
  readonly agreedHeading: string;
  /** Home first. */
  readonly agreed: readonly [AgreedSide, AgreedSide];
  /** Conditions and closing words. */
  readonly closing: readonly string[];
  /** How the letter is verified; stands beside the QR code. */
  readonly verification: string;
  readonly checkCodeLabel: string;
  /** With `%{page}` and `%{pages}`, for example "Страна %{page} од %{pages}". */
  readonly pageOf: string;
  /** Printed on every page above the letterhead, for example that it is a demonstration without legal force. */
  readonly notice?: string;
}

/** The letter that both countries give to the holder of a place. */
export interface AwardLetterData {
  /** `MOST-2026-RS-000123`. */
  readonly number: string;
  /** As it is shown: `XXXXX-XXXXX`. */
  readonly checkCode: string;
  /** Public page that verifies the letter; also what the QR code holds. */
  readonly verificationUrl: string;
  /** ISO 8601, UTC. The same data gives the same bytes; this is the instant that they carry. */
  readonly issuedAt: string;
  /** Home, then host. */
  readonly letterhead: readonly [LetterheadSide, LetterheadSide];
  /** First in the holder's own form, then the others (Latin letters, the other Cyrillic). */
  readonly holder: readonly [NameForm, ...NameForm[]];
  /** Home language left, host language right. */
  readonly versions: readonly [AwardLetterVersion, AwardLetterVersion];
}

/** A part of a document of offices under its heading. Both versions have the same entries and paragraphs. */
export interface RecordSection {
  readonly heading: string;
  readonly entries: readonly LabelledText[];
  /** Long texts; may go on on the next page. */
  readonly paragraphs: readonly string[];
}

/** The whole of a document of offices in one language. */
export interface OfficialRecordVersion {
  readonly language: Language;
  readonly title: string;
  readonly number: LabelledText;
  readonly date: LabelledText;
  readonly opening: string;
  readonly facts: readonly LabelledText[];
  readonly sections: readonly RecordSection[];
  readonly signaturesHeading: string;
  /** Who signs it, home first; the electronic signatures themselves are in the file. */
  readonly signatures: readonly AgreedAct[];
  readonly closing: readonly string[];
  readonly verification: string;
  readonly checkCodeLabel: string;
  readonly pageOf: string;
  readonly notice?: string;
}

/** The record of a decision of two countries, or the protocol of their commission. */
export interface OfficialRecordData {
  readonly number: string;
  /** As it is shown: `XXXXX-XXXXX`. */
  readonly checkCode: string;
  readonly verificationUrl: string;
  /** ISO 8601, UTC; see `AwardLetterData.issuedAt`. */
  readonly issuedAt: string;
  readonly letterhead: readonly [LetterheadSide, LetterheadSide];
  readonly versions: readonly [OfficialRecordVersion, OfficialRecordVersion];
}

/** What the first page of a document in one language says of itself. */
interface DocumentHead {
  readonly language: Language;
  /** ISO 8601, UTC; see `AwardLetterData.issuedAt`. */
  readonly issuedAt: string;
  readonly title: string;
  /** Number of the application; also at the foot of each page. */
  readonly number: LabelledText;
  readonly applicant: readonly [NameForm, ...NameForm[]];
  /** Call, route, home, host, submitted at …: what a reader needs before the rest. */
  readonly summary: readonly LabelledText[];
  readonly pageOf: string;
  readonly notice?: string;
}

/** A frozen answer with the wording that was shown. */
export interface DossierAnswer {
  readonly question: string;
  /** An unanswered question says so in words ("није одговорено"). */
  readonly answer: string;
  /** Printed in place of the answer; every row has a cell for each column. */
  readonly table?: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly language?: Language;
}

export interface DossierSection {
  readonly heading: string;
  readonly answers: readonly DossierAnswer[];
}

/** A letter of reference that was asked for: from whom, where it stands; of one that the reader may read, its fingerprint. */
export interface DossierReference {
  readonly name: string;
  readonly detail: string;
  readonly sha256: string;
}

export interface DossierChoice {
  /** As it is counted: "1". */
  readonly rank: string;
  readonly place: string;
  /** Host institution, unit, city. */
  readonly detail: string;
}

export interface DossierDocument {
  readonly name: string;
  /** What it is, its size, its pages, whether it was scanned. */
  readonly detail: string;
  /** Hexadecimal. */
  /** Empty where the document is withheld from the reader. */
  readonly sha256: string;
}

export interface DossierConsent {
  /** The whole wording that was agreed to. */
  readonly wording: string;
  /** When, and to which version. */
  readonly given: string;
}

export interface DossierEvent {
  /** Date, time and zone. */
  readonly at: string;
  readonly what: string;
  /** By whom, or a reason. */
  readonly detail?: string;
}

/** A list under its heading. An empty one prints `none` ("Нема приложених докумената"). */
export interface DossierList<Entry> {
  readonly heading: string;
  readonly none: string;
  readonly entries: readonly Entry[];
}

/** The whole application on paper, as it was submitted. */
export interface DossierData extends DocumentHead {
  readonly sections: readonly DossierSection[];
  readonly choices: DossierList<DossierChoice>;
  readonly documents: DossierList<DossierDocument>;
  /** Absent where the form asks for no letters. */
  readonly references?: DossierList<DossierReference>;
  readonly consents: DossierList<DossierConsent>;
  readonly timeline: DossierList<DossierEvent>;
}

/** One page that says that an application has arrived, and what happens next. */
export interface ReceiptData extends DocumentHead {
  /** The sentence that says that it has arrived. */
  readonly statement: string;
  readonly next: { readonly heading: string; readonly steps: readonly string[] };
  /** SHA-256 of what was submitted, with what it is called. */
  readonly fingerprint: LabelledText;
  /** Page of the application. */
  readonly url: string;
}

/** Each template with what it needs. */
export interface DocumentTemplates {
  readonly 'award-letter': AwardLetterData;
  readonly dossier: DossierData;
  readonly 'official-record': OfficialRecordData;
  readonly 'person-data': PersonPaper;
  readonly receipt: ReceiptData;
}
export type DocumentTemplate = keyof DocumentTemplates;
