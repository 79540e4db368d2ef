/** What an erasure did: numbers by table, and what a law keeps. It names nobody. */
export interface ErasureReport {
  readonly erased: Readonly<Record<string, number>>;
  readonly kept: readonly {
    readonly category: string;
    readonly count: number;
    readonly until: string;
    readonly law: string;
  }[];
}
