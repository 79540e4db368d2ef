/** Facts about agreements. The subject is the agreement. */
export const AGREEMENT_PROPOSED = 'agreement.proposed';
export const AGREEMENT_IN_FORCE = 'agreement.in_force';
