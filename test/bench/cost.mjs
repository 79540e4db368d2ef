/** What each of so many requests took: milliseconds of the process, statements, and waits for the database. */
export function costOf(before, after, requests) {
  const each = (what) => Number(((after[what] - before[what]) / requests).toPrecision(3));
  return { cpuMs: each('cpuMs'), statements: each('statements'), messages: each('messages') };
}
