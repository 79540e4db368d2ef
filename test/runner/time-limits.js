import { addEventHandler } from 'jest-circus';

/** Milliseconds for a test, or a step before or after it, that names none. */
const LIMIT_MS = 30_000;

/**
 * The same action, which fails when it takes longer.
 * @param {number} limitMs
 * @param {() => unknown} action
 */
export function within(limitMs, action) {
  return async () => {
    let timer;
    const late = new Promise((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`took longer than ${limitMs} ms`)), limitMs);
    });
    try {
      await Promise.race([action(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

// The light runner calls what it is given without a limit: a test that waits for ever would hold the run for ever.
addEventHandler((event, state) => {
  const { children, hooks } = state.currentDescribeBlock ?? {};
  const added = { add_test: children, add_hook: hooks }[event.name]?.at(-1);
  if (added?.fn) added.fn = within(event.timeout ?? LIMIT_MS, added.fn);
});
