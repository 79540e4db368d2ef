export { RefereesModule } from './referees.module.js';
export { ReferencesRepository } from './data/references.repository.js';
export type { ReferenceRequestRow } from './data/reference-request.entity.js';
export { AskReferees } from './operations/ask-referees.js';
export type { Referee } from './operations/ask-referees.js';
export { KeepReferences } from './operations/keep-references.js';
export { WriteLetter } from './operations/write-letter.js';
export type { TypedLetter } from './operations/write-letter.js';
export { refereesInvariants } from './data/referees.invariants.js';
