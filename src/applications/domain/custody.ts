import type { CountryCode } from '../../shared/country.js';
import type { SideState } from '../../approvals/public.js';
import type { GateView } from '../../gates/public.js';
import type { Promises } from '../../calls/public.js';
import type { ApplicationState } from './application.states.js';
import { declinesAt } from './nomination-silence.js';
import type { NominationState } from './nomination.states.js';

/** An office that can have an application. */
export type Office =
  | 'applicant'
  | 'home_institution'
  | 'host_institution'
  | 'home_ministry'
  | 'host_ministry'
  | 'joint_commission'
  | 'panel'
  | 'programme';

/** "Who has it, since when, until when." `until` is a promise or a duty; null where there is none. */
export interface Custody {
  readonly office: Office;
  readonly since: Date;
  readonly until: Date | null;
  /** What it means that they say nothing; absent where no answer of another office is awaited. */
  readonly silence?: Silence;
}

export const SILENCES = ['escalates', 'declined', 'told', 'tabled', 'is_tabled'] as const;

/**
 * Of a host: its ministry is told (`escalates`), or it counts as a no (`declined`). Of a ministry: it is told (`told`), or the
 * joint commission is asked (`tabled`, and `is_tabled` where it was).
 */
export interface Silence {
  readonly means: (typeof SILENCES)[number];
  readonly at: Date;
}

/** What custody follows from. */
export interface CustodyFacts {
  readonly state: ApplicationState;
  readonly stateSince: Date;
  readonly dueAt: Date | null;
  /** From no institution: what a home institution has, the ministry has. */
  readonly freemover: boolean;
  readonly nomination: {
    readonly state: NominationState;
    readonly stateSince: Date;
    readonly dueAt: Date | null;
  } | null;
  readonly decision: {
    readonly home: SideFact;
    readonly host: SideFact;
  } | null;
  /** What the call says of the silence of a host. */
  readonly promises: Pick<Promises, 'declinedAfterDays'>;
  /** What the two countries ask before it; a gate that waits is with the ministry of its country. */
  readonly gates: readonly Pick<GateView, 'side' | 'state' | 'since' | 'dueAt'>[];
}

interface SideFact {
  readonly country: CountryCode;
  readonly state: SideState;
  readonly since: Date;
  readonly dueAt: Date;
  readonly tablesAt: Date | null;
  readonly tabledAt: Date | null;
}

/** Who has an application now. Two at once while both ministries decide; nobody when it has come to its end. */
export function custodyOf(facts: CustodyFacts): Custody[] {
  const home = homeOfficeOf(facts);
  const own = (office: Office): Custody[] => [{ office, since: facts.stateSince, until: facts.dueAt }];
  switch (facts.state) {
    case 'draft':
    case 'returned':
    case 'offered':
    case 'conditions_pending':
      return own('applicant');
    case 'submitted':
    case 'screening':
      return own(home);
    case 'eligible':
      return custodyOfEligible(facts);
    case 'in_review':
    case 'scored':
      return own('panel');
    case 'provisional':
      return own('joint_commission');
    case 'accepted':
      return own('host_institution');
    case 'awaiting_clearance':
      return custodyOfGates(facts);
    case 'final':
    case 'confirmed':
    case 'deferred':
      return own('programme');
    case 'never_submitted':
    case 'ineligible':
    case 'lapsed':
    case 'declined':
    case 'offer_expired':
    case 'offer_withdrawn':
    case 'conditions_not_met':
    case 'not_cleared':
    case 'withdrawn':
      return [];
  }
}

/** Who checks, sends and answers at home. */
export function homeOfficeOf({ freemover }: Pick<CustodyFacts, 'freemover'>): Office {
  return freemover ? 'home_ministry' : 'home_institution';
}

/** A ministry with more gates than one has it until the last of them. */
function custodyOfGates({ gates, stateSince, dueAt }: CustodyFacts): Custody[] {
  const waiting = gates.filter(({ state }) => state === 'pending' || state === 'expired');
  const held = (['home', 'host'] as const).flatMap((side) => {
    const own = waiting.filter((gate) => gate.side === side);
    if (own.length === 0) return [];
    return {
      office: `${side}_ministry` as const,
      since: own.reduce((first, { since }) => (since < first ? since : first), own[0]?.since ?? stateSince),
      until: own.reduce<Date | null>((last, gate) => (last && last > gate.dueAt ? last : gate.dueAt), null),
    };
  });
  return held.length > 0 ? held : [{ office: 'programme', since: stateSince, until: dueAt }];
}

function custodyOfEligible({
  stateSince,
  dueAt,
  freemover,
  nomination,
  decision,
  promises,
}: CustodyFacts): Custody[] {
  switch (nomination?.state) {
    case 'home_endorsed':
      return [{ office: 'home_ministry', since: nomination.stateSince, until: nomination.dueAt }];
    case 'sent':
    case 'no_answer':
      return [
        {
          office: 'host_institution',
          since: nomination.stateSince,
          until: nomination.dueAt,
          ...(nomination.dueAt ? { silence: silenceOfHost(nomination.dueAt, promises) } : {}),
        },
      ];
    case 'waitlisted':
      return [{ office: 'host_institution', since: nomination.stateSince, until: nomination.dueAt }];
    case 'host_accepted':
      return decision ? custodyOfDecision(decision, homeOfficeOf({ freemover })) : [];
    case undefined:
    case 'proposed':
    case 'home_confirmed':
    case 'returned':
    case 'rejected':
    case 'cancelled':
      return [
        {
          office: homeOfficeOf({ freemover }),
          since: nomination?.stateSince ?? stateSince,
          until: nomination ? null : dueAt,
        },
      ];
  }
}

function custodyOfDecision(
  { home, host }: NonNullable<CustodyFacts['decision']>,
  homeOffice: Office,
): Custody[] {
  const sides = [
    { office: 'home_ministry' as const, side: home },
    { office: 'host_ministry' as const, side: host },
  ];
  const returned = sides.filter(({ side }) => side.state === 'returned');
  if (returned.length > 0) {
    return returned.map(({ side }) => ({
      office: homeOffice,
      since: side.since,
      until: null,
    }));
  }
  const waiting = sides.filter(({ side }) => side.state === 'pending' || side.state === 'in_review');
  if (waiting.length > 0) {
    return waiting.map(({ office, side }) => ({
      office,
      since: side.since,
      until: side.dueAt,
      silence: silenceOfSide(side),
    }));
  }
  const since = home.since > host.since ? home.since : host.since;
  return [{ office: 'joint_commission', since, until: null }];
}

function silenceOfHost(dueAt: Date, promises: CustodyFacts['promises']): Silence {
  const at = declinesAt(dueAt, promises);
  return at ? { means: 'declined', at } : { means: 'escalates', at: dueAt };
}

function silenceOfSide({ dueAt, tablesAt, tabledAt }: SideFact): Silence {
  if (tabledAt) return { means: 'is_tabled', at: tabledAt };
  return tablesAt ? { means: 'tabled', at: tablesAt } : { means: 'told', at: dueAt };
}
