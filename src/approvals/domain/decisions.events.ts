/** Facts about decisions. `country` and `side` say whose side spoke. */
export const DECISION_OPENED = 'decision.opened';
/** A side that had returned the matter has it again, with an answer. */
export const DECISION_PUT_AGAIN = 'decision.put_again';
export const SIDE_DECIDED = 'decision.side_decided';
/** The pair came to an outcome: payload `outcome` is agreed_yes, agreed_no or divergent, `subjectKind`, `subjectId`. */
export const DECISION_CONCLUDED = 'decision.concluded';
/** Whoever a condition is asked of said how it is met. */
export const CONDITION_ANSWERED = 'decision.condition_answered';
/** A side settled one of its conditions: payload `state`, and `standing`, what all conditions of both sides come to. */
export const CONDITION_SETTLED = 'decision.condition_settled';
