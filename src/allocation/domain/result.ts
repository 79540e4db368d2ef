/** What an allocation gives: the documented JSON of a result. */
export interface AllocationResult {
  /** Of everybody the place that they are given; null: none. The keys stand in the order of their code points. */
  readonly assignment: Readonly<Record<string, string | null>>;
  /** SHA-256 of the canonical form of the instance. */
  readonly inputHash: string;
  /** The mechanism with its version, and the rule for ties, in full. */
  readonly rule: string;
  readonly seed: string | null;
}
