export { CommissionModule } from './commission.module.js';
export { commissionInvariants } from './data/commission.invariants.js';
export { ConductSession } from './operations/conduct-session.js';
export { KeepProtocol } from './operations/keep-protocol.js';
export { PlanSession } from './operations/plan-session.js';
export { ReadCommission } from './operations/read-commission.js';
export type { ListedSession, NamedItem, SessionForMail } from './operations/read-commission.js';
export { TableItem } from './operations/table-item.js';
export { VoteOnItem } from './operations/vote-on-item.js';
