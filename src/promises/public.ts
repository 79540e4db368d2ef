export { PromisesModule } from './promises.module.js';
export { COUNT_LOADED_PROMISES, Promises } from './data/promises.js';
export type { OpenPromises, PromisingOffice, SettledPromises, StepRecord } from './data/promises.js';
export { promisesInvariants } from './data/promises.invariants.js';
export { FEWEST_IN_PUBLIC, daysBegun, isTellable, recordOf } from './domain/promise-record.js';
export type { PromiseRecord, PromiseStep } from './domain/promise-record.js';
