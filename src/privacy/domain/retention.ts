/** What a run of retention did, or would do: by rule. It names nobody. */
export interface RetentionReport {
  readonly dry: boolean;
  readonly lines: readonly {
    readonly category: string;
    /** Null: every country that has no rule of its own. */
    readonly country: string | null;
    readonly days: number;
    readonly law: string;
    readonly taken: number;
    /** Time is over, and something stands against it. */
    readonly held: number;
  }[];
}
