/** The same action, which fails when it takes longer than so many milliseconds. */
export function within(limitMs: number, action: () => unknown): () => Promise<void>;
