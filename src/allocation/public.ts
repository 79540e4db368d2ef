export { allocationInvariants } from './data/allocation.invariants.js';
export { AllocationModule } from './allocation.module.js';
export { PublishProvisional } from './operations/publish-provisional.js';
export { ProposeFinal } from './operations/propose-final.js';
export { PublishFinal } from './operations/publish-final.js';
export { RunAllocation } from './operations/run-allocation.js';
export { Standings } from './operations/standings.js';
