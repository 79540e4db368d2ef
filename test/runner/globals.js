// What `@jest/globals` offers, as the runner has put it into this process.
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } = globalThis;
