import { daysLater } from '../../shared/zoned-time.js';
import type { MobilityState } from './mobility.states.js';
import type { DayKind } from './stay.js';

/** When a certificate that is not given is asked for, and when those above are told: days after the planned day. */
export interface CertificateRule {
  readonly remindsAfter: number;
  readonly escalatesAfter: number;
}

/** What the clock must know of a stay. */
export interface OwedCertificates {
  readonly state: MobilityState;
  readonly plannedFrom: string;
  readonly plannedUntil: string;
  readonly arrivalRemindedAt: Date | null;
  readonly arrivalEscalatedAt: Date | null;
  readonly departureRemindedAt: Date | null;
  readonly departureEscalatedAt: Date | null;
}

/** Which certificate the host owes next, whatever the day; null where none is owed any more. */
export function certificateOwed(state: MobilityState): DayKind | null {
  if (state === 'planned') return 'arrival';
  return state === 'ongoing' ? 'departure' : null;
}

/**
 * What the clock tells today. Each is told once, and where both are due at once only the graver.
 * @param today YYYY-MM-DD, by the calendar of the host
 */
export function certificateTells(
  stay: OwedCertificates,
  rule: CertificateRule,
  today: string,
): 'reminder' | 'escalation' | null {
  const kind = certificateOwed(stay.state);
  if (kind === null) return null;
  const planned = kind === 'arrival' ? stay.plannedFrom : stay.plannedUntil;
  const reminded = kind === 'arrival' ? stay.arrivalRemindedAt : stay.departureRemindedAt;
  const escalated = kind === 'arrival' ? stay.arrivalEscalatedAt : stay.departureEscalatedAt;
  if (escalated) return null;
  if (today >= daysLater(planned, rule.escalatesAfter)) return 'escalation';
  return !reminded && today >= daysLater(planned, rule.remindsAfter) ? 'reminder' : null;
}
