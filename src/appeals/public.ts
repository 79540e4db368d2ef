export { AppealsModule } from './appeals.module.js';
export { appealsInvariants } from './data/appeals.invariants.js';
export { ReadAppeals } from './operations/read-appeals.js';
export type { AppealForMail } from './operations/read-appeals.js';
export { KeepAppeals } from './operations/keep-appeals.js';
export { LodgeAppeal } from './operations/lodge-appeal.js';
export { AdmitAppeal } from './operations/admit-appeal.js';
export { SeatPanel } from './operations/seat-panel.js';
export { JudgeAppeal } from './operations/judge-appeal.js';
