import { accessInvariants } from '../access/public.js';
import { agreementsInvariants } from '../agreements/public.js';
import { appealsInvariants } from '../appeals/public.js';
import { allocationInvariants } from '../allocation/public.js';
import { applicationsInvariants } from '../applications/public.js';
import { approvalsInvariants } from '../approvals/public.js';
import { auditInvariants } from '../audit/public.js';
import { callsInvariants } from '../calls/public.js';
import { gatesInvariants } from '../gates/public.js';
import { commissionInvariants } from '../commission/public.js';
import { documentsInvariants } from '../documents/public.js';
import { ledgerInvariants } from '../ledger/public.js';
import { mobilitiesInvariants } from '../mobilities/public.js';
import { coApplicantsInvariants } from '../coapplicants/public.js';
import { promisesInvariants } from '../promises/public.js';
import { privacyInvariants } from '../privacy/public.js';
import { refereesInvariants } from '../referees/public.js';
import { reviewsInvariants } from '../reviews/public.js';
import type { Invariant, Offence, Select } from '../platform/database/invariant.js';

/** Every invariant of every room. */
export const INVARIANTS: readonly Invariant[] = [
  ...auditInvariants,
  ...accessInvariants,
  ...promisesInvariants,
  ...privacyInvariants,
  ...documentsInvariants,
  ...approvalsInvariants,
  ...gatesInvariants,
  ...commissionInvariants,
  ...agreementsInvariants,
  ...ledgerInvariants,
  ...callsInvariants,
  ...applicationsInvariants,
  ...coApplicantsInvariants,
  ...refereesInvariants,
  ...allocationInvariants,
  ...reviewsInvariants,
  ...appealsInvariants,
  ...mobilitiesInvariants,
];

const OFFENCES_SHOWN = 20;

/** An invariant that does not hold, with the first of what breaks it. */
export interface Violation {
  readonly invariant: string;
  readonly meaning: string;
  readonly offences: readonly Offence[];
}

/**
 * Checks every invariant. `select` must see all rows: as a role that row-level security does not bind, or in a
 * transaction that was told that the application itself acts.
 */
export async function checkInvariants(select: Select): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { name, meaning, offences } of INVARIANTS) {
    const found = await offences(select, OFFENCES_SHOWN);
    if (found.length > 0) violations.push({ invariant: name, meaning, offences: found });
  }
  return violations;
}
