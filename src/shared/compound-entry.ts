/** The parts of a person that a form asks for, each in a control of its own. */
export const PERSON_PARTS = ['name', 'role', 'institution', 'email'] as const;

/** Rows that a table takes where it does not say so itself, and the most that it can say. */
export const DEFAULT_MAX_ROWS = 10;
export const MOST_ROWS = 20;
