/** Ties between two people that keep one from judging the other. */
export const CONFLICT_KINDS = ['family', 'supervision'] as const;
/** `family`: related, married, living together. `supervision`: supervises or supervised, as mentor, employer or co-author. */
export type ConflictKind = (typeof CONFLICT_KINDS)[number];
