// The algorithm alone, for whoever repeats a run without the application.
export { allocate } from './domain/allocate.js';
export type { Progress } from './domain/deferred-acceptance.js';
export { resultPieces } from './domain/canonical-form.js';
export { MalformedInstance, parseInstance } from './domain/instance.js';
export type { InstanceFault } from './domain/instance.js';
export { MalformedDocument, parseDocument } from './domain/json-document.js';
export { ordersSetAside } from './domain/packed-instance.js';
