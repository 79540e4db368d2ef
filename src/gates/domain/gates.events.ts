/** A gate waits for its country; payload `subjectKind`, `subjectId`, `country`, `kind`. */
export const GATE_OPENED = 'gate.opened';
/**
 * A country said its word; payload as above, and `state`. Heard inside the act: the last word makes the offer that waited,
 * a refusal ends it.
 */
export const GATE_SETTLED = 'gate.settled';
/** A word counts no more and the gate waits again. */
export const GATE_REOPENED = 'gate.reopened';
/** A word ends before the stay does; told once, some weeks beforehand. */
export const GATE_EXPIRES_SOON = 'gate.expires_soon';
export const GATE_EXPIRED = 'gate.expired';
