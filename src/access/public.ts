export { Policy, coordinates, hasRole, isOfficerOf, sitsFor } from './domain/policy.js';
export type { Action, Decision, PolicyRow, Relation, Unless } from './domain/policy.js';
export { PolicyRegistry } from './domain/policy-registry.js';
