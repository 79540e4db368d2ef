/** Facts about decisions. `country` and `side` say whose side spoke. */
export const DECISION_OPENED = 'decision.opened';
export const SIDE_DECIDED = 'decision.side_decided';
/** The pair came to an outcome: payload `outcome` is agreed_yes, agreed_no or divergent, `subjectKind`, `subjectId`. */
export const DECISION_CONCLUDED = 'decision.concluded';
