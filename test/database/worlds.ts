import fc from 'fast-check';

/** How many times over worlds are drawn at most. */
const MOST_TIMES = 6;

/**
 * Holds a property in random worlds, and draws more of them for as long as something that it looks for came true in none: a
 * world in which nobody may do anything proves nothing, and what is rare is waited for, not left to luck.
 *
 * @param seen how often each thing came true, as the property itself counts it
 * @returns what came true in no world
 */
export async function holdInWorlds<World>(
  property: fc.IAsyncProperty<World>,
  seen: ReadonlyMap<string, number>,
  parameters: fc.Parameters<World>,
): Promise<readonly string[]> {
  const never = () => [...seen].filter(([, count]) => count === 0).map(([name]) => name);
  for (let times = 0; times < MOST_TIMES && (times === 0 || never().length > 0); times += 1) {
    await fc.assert(property, parameters);
  }
  return never();
}
