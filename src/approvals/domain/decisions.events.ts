/** Facts about decisions. `country` and `side` say whose side spoke. */
export const DECISION_OPENED = 'decision.opened';
/** A side that had returned the matter has it again, with an answer. */
export const DECISION_PUT_AGAIN = 'decision.put_again';
export const SIDE_DECIDED = 'decision.side_decided';
/** The pair came to an outcome: payload `outcome` is agreed_yes, agreed_no or divergent, `subjectKind`, `subjectId`. */
export const DECISION_CONCLUDED = 'decision.concluded';
/** The joint commission settled what the sides did not agree on: payload `outcome` is agreed_yes or agreed_no. */
export const DECISION_SETTLED = 'decision.settled';
/** The commission put it before both sides again. */
export const DECISION_REMITTED = 'decision.remitted';
/** It is before nobody any more: whoever asked for it withdrew, or its content is another one now. Payload as of a conclusion, without outcome. */
export const DECISION_WITHDRAWN = 'decision.withdrawn';
/** Of one side: an officer began its review, or took it over from another. */
export const REVIEW_BEGUN = 'decision.review_begun';
/** An officer is bound to what their side decides. */
export const OFFICER_RECUSED = 'decision.officer_recused';
/** Payload `delegate`: who was named to decide for the side. */
export const DELEGATE_NAMED = 'decision.delegate_named';
/** Nobody of the side is left who could decide. */
export const NOBODY_FREE = 'decision.nobody_free';
/** By the clock, of a side that has not spoken: before its promise ends, and once after it. Nothing is decided by it. */
export const SIDE_DUE_SOON = 'decision.due_soon';
export const SIDE_OVERDUE = 'decision.overdue';
/** By the clock, where what was put before both says so: the silence of a side is before the joint commission. It is no yes. */
export const SIDE_SILENT = 'decision.silent';
/** Whoever a condition is asked of said how it is met. */
export const CONDITION_ANSWERED = 'decision.condition_answered';
/** A side settled one of its conditions: payload `state`, and `standing`, what all conditions of both sides come to. */
export const CONDITION_SETTLED = 'decision.condition_settled';
/** By the clock, of an open condition: before its day, and after it. */
export const CONDITION_DUE_SOON = 'decision.condition_due_soon';
export const CONDITION_OVERDUE = 'decision.condition_overdue';
