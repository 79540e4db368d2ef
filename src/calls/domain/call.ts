import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { InstitutionView } from '../../universities/public.js';
import type { CallState } from './call.states.js';
import type { FreemoverRule } from './freemover.js';
import type { CostLine, Facility, PlaceReserve } from './place.js';
import type { SelectionRules } from './selection.js';

export const CALL_CATEGORIES = [
  'student',
  'professor',
  'researcher',
  'expert',
  'staff',
  'joint_project',
] as const;
export type CallCategory = (typeof CALL_CATEGORIES)[number];

export type CallRoute = 'direct' | 'ranked';

export const CALL_PHASES = [
  'draft',
  'upcoming',
  'open',
  'grace',
  'closed',
  'in_selection',
  'provisional_published',
  'final_published',
  'standby',
  'cancelled',
  'archived',
] as const;
export type CallPhase = (typeof CALL_PHASES)[number];

/** Phases that the public sees. A draft is not yet anybody's call; what stands by is hidden until it resumes. */
export const PUBLIC_PHASES: readonly CallPhase[] = CALL_PHASES.filter(
  (phase) => phase !== 'draft' && phase !== 'standby',
);

/** How many whole days each step may take; shown before one applies and kept as due dates afterwards. */
export interface Promises {
  /** From submission to the home institution's answer on eligibility. */
  readonly screeningDays: number;
  /** For the applicant to mend what was returned. */
  readonly returnDays: number;
  /** From the nomination to the host institution's answer. */
  readonly hostDecisionDays: number;
  /** For both ministries, at the same time. */
  readonly approvalDays: number;
  /** For the applicant to answer an offer. */
  readonly offerDays: number;
  /** So many further days after which silence of the host is a no. Absent: its ministry is told, and the nomination waits. */
  readonly declinedAfterDays?: number;
  /**
   * So many further days after which silence of a ministry comes before the joint commission. Absent: it is told, and the
   * decision waits. Silence of a ministry is never a yes.
   */
  readonly tabledAfterDays?: number;
}

export interface CallDirection {
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
}

/** What makes a call the next round of another one. */
export type CallRound = {
  /** The call whose places were left unfilled. */
  readonly of: Id;
  /** Whether somebody may apply who did not take part in it. */
  readonly newApplicants: boolean;
};

export interface CallView {
  readonly id: Id;
  readonly slug: string;
  readonly category: CallCategory;
  readonly route: CallRoute;
  readonly state: CallState;
  /** At the moment of reading, by the clock. */
  readonly phase: CallPhase;
  readonly title: LocalizedText;
  readonly summary: LocalizedText;
  readonly whoMayApply: LocalizedText;
  readonly funding: LocalizedText;
  readonly themes: readonly string[];
  readonly agreementId: Id;
  /** "2027/28". */
  readonly academicYear: string;
  /** IANA name of the zone in which the call's own deadlines are read. */
  readonly timeZone: string;
  readonly opensAt: Date;
  readonly closesAt: Date;
  readonly graceMinutes: number;
  /** Closing and grace together: from this instant on nothing is accepted. */
  readonly acceptsUntil: Date;
  /** First and last day of the stay, YYYY-MM-DD. */
  readonly stayFrom: string;
  readonly stayUntil: string;
  readonly maxChoices: number;
  /** Whether the home ministry endorses each nomination before it is sent. */
  readonly homeEndorsement: boolean;
  /** Whether nobody assesses or decides on an application who belongs to its home or host institution. */
  readonly independentAssessment: boolean;
  /** Whether and how it admits whom no institution nominates; null: it does not. */
  readonly freemovers: FreemoverRule | null;
  readonly promises: Promises;
  /** How it selects; null: both countries decide on each application, or the call is from before there were such rules. */
  readonly selection: SelectionRules | null;
  /** Null: a call of its own. */
  readonly round: CallRound | null;
  readonly formVersion: number;
  readonly directions: readonly CallDirection[];
  readonly publishedHash: string | null;
  readonly publishedAt: Date | null;
  readonly cancelledReason: string | null;
  /** Moves with every change of what it says. */
  readonly version: number;
}

/** What a line of a list tells of its call. */
export type CallHead = Pick<CallView, 'id' | 'title' | 'category' | 'timeZone' | 'promises'>;

/** A reserve with what is left of it. */
export interface PlaceReserveView extends PlaceReserve {
  readonly taken: number;
  readonly free: number;
}

export interface PlaceView {
  readonly id: Id;
  readonly callId: Id;
  /** The place of the round before whose seats it has; null: it is of no second round. */
  readonly fromPlaceId: Id | null;
  readonly institution: InstitutionView;
  /** The unit of the institution, where the places are at one. */
  readonly unitId: Id | null;
  readonly unitName: LocalizedText | null;
  /** ISCED-F 2013, two to four digits. */
  readonly fieldCode: string;
  /** Level of the European and national qualifications frameworks (6 bachelor, 7 master, 8 doctorate); null where none is asked. */
  readonly level: number | null;
  /** Of instruction or work (BCP 47). */
  readonly language: string;
  /** CEFR A1–C2, or NS for a native speaker's command. */
  readonly languageLevel: string;
  readonly months: number;
  /** What the host offers: housing, laboratory, mentor. */
  readonly services: LocalizedText | null;
  readonly facilities: readonly Facility[];
  readonly cost: readonly CostLine[];
  readonly reserved: readonly PlaceReserveView[];
  readonly capacity: number;
  readonly taken: number;
  /** All that are free, those that are kept for somebody among them. */
  readonly free: number;
}

/** What a line of a list tells of a place. */
export type PlaceStudy = Pick<PlaceView, 'id' | 'fieldCode' | 'level'>;
