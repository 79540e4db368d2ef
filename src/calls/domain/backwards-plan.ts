import type { LeadTimes } from '../../universities/public.js';
import { daysLater } from '../../shared/zoned-time.js';
import type { CallDirection, CallRoute, Promises } from './call.js';

export const PLAN_STEPS = [
  'screening',
  'return',
  'endorsement',
  'host',
  'approval',
  'gates',
  'offer',
  'invitation',
  'visa',
] as const;
/** What lies between the deadline and the first day of the stay, in its order. */
export type PlanStep = (typeof PLAN_STEPS)[number];

export interface PlannedStep {
  readonly step: PlanStep;
  readonly days: number;
  /** The last day on which it may begin, and on which it must be over, for the stay to begin in time. */
  readonly from: string;
  readonly until: string;
}

/** The way of those who go into one country, reckoned from the first day of their stay. */
export interface HostPlan {
  readonly hostCountry: string;
  readonly steps: readonly PlannedStep[];
  /** Days that the whole way takes where each step takes all of its time. */
  readonly days: number;
  /** The last day on which the call may close. */
  readonly latestClosing: string;
  /** Days to spare; below 0 so many are missing. */
  readonly slack: number;
}

export interface BackwardsPlan {
  /** One for each host country; the one with least to spare first. */
  readonly hosts: readonly HostPlan[];
  readonly holds: boolean;
  /** The least of all; null where the call leads nowhere yet. */
  readonly slack: number | null;
  readonly latestClosing: string | null;
  /** What takes longest where there is least to spare: the first place to save days. */
  readonly tight: { readonly step: PlanStep; readonly hostCountry: string; readonly days: number } | null;
}

export interface PlannedCall {
  readonly route: CallRoute;
  readonly homeEndorsement: boolean;
  readonly promises: Promises;
  readonly directions: readonly CallDirection[];
  /** The day of the deadline by the call's clocks; YYYY-MM-DD, as the first day of the stay. */
  readonly closesOn: string;
  readonly stayFrom: string;
}

/**
 * Whether the dates of a call can hold: from the first day of the stay back to the deadline, each step taking all the time
 * that is promised to it. Who applies on the last day is still in time where nothing is missing.
 *
 * @param leadTimes of each host country
 * @param gateDays of each host country on whose way a country has said rules of its gates: then they count, and not the lead time
 */
export function planBackwards(
  call: PlannedCall,
  leadTimes: ReadonlyMap<string, LeadTimes>,
  gateDays: ReadonlyMap<string, number> = new Map(),
): BackwardsPlan {
  const hostCountries = [...new Set(call.directions.map(({ hostCountry }) => hostCountry))].sort();
  const hosts = hostCountries
    .map((hostCountry) => {
      const days = gateDays.get(hostCountry);
      const lead = leadTimes.get(hostCountry) ?? {};
      return planFor(
        call,
        hostCountry,
        days === undefined ? lead : { ...lead, gates: gatesAfterAll(call, days) },
      );
    })
    .sort((a, b) => a.slack - b.slack);
  const [least] = hosts;
  if (!least) return { hosts, holds: true, slack: null, latestClosing: null, tight: null };
  const longest = least.steps.reduce<PlannedStep | null>(
    (found, step) => (found && found.days >= step.days ? found : step),
    null,
  );
  return {
    hosts,
    holds: least.slack >= 0,
    slack: least.slack,
    latestClosing: least.latestClosing,
    tight: longest && { step: longest.step, hostCountry: least.hostCountry, days: longest.days },
  };
}

/**
 * What is left of the gates when everything else is done. On the direct route they are opened with the nomination, and go
 * beside the host's answer and both approvals; on the ranked one the final list opens them.
 */
function gatesAfterAll({ route, promises }: PlannedCall, days: number): number {
  if (route === 'ranked') return days;
  return Math.max(0, days - promises.hostDecisionDays - promises.approvalDays);
}

function planFor(call: PlannedCall, hostCountry: string, lead: LeadTimes): HostPlan {
  let until = call.stayFrom;
  const steps: PlannedStep[] = [];
  for (const step of [...PLAN_STEPS].reverse()) {
    const days = daysOf(step, call, lead);
    if (days === 0) continue;
    const from = daysLater(until, -days);
    steps.unshift({ step, days, from, until });
    until = from;
  }
  return {
    hostCountry,
    steps,
    days: steps.reduce((sum, { days }) => sum + days, 0),
    latestClosing: until,
    slack: daysBetween(call.closesOn, until),
  };
}

function daysOf(step: PlanStep, { promises, homeEndorsement }: PlannedCall, lead: LeadTimes): number {
  switch (step) {
    case 'screening':
      return promises.screeningDays;
    case 'return':
      // What was returned is checked again.
      return promises.returnDays + promises.screeningDays;
    case 'endorsement':
      return homeEndorsement ? promises.approvalDays : 0;
    case 'host':
      return promises.hostDecisionDays;
    case 'approval':
      return promises.approvalDays;
    case 'gates':
      return lead.gates ?? 0;
    case 'offer':
      return promises.offerDays;
    case 'invitation':
      return lead.invitation ?? 0;
    case 'visa':
      return lead.visa ?? 0;
  }
}

function daysBetween(from: string, until: string): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / DAY_MS);
}

const DAY_MS = 86_400_000;
