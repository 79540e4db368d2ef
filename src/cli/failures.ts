/** The command was called wrongly: the message is shown with the usage, the exit status is 2. */
export class Misuse extends Error {}

/** What was asked cannot be done; the message says why and what to do. The exit status is 1. */
export class Refusal extends Error {}
