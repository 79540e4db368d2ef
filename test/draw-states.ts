/** What a drawing needs of a lifecycle: the readable part of every `TransitionTable`. */
export interface DrawableTable {
  readonly name: string;
  readonly initial: string;
  readonly transitions: readonly {
    readonly act: string;
    readonly from: readonly string[];
    readonly to: string;
    readonly by: string;
  }[];
  terminal(): readonly string[];
}

/** A lifecycle as the mermaid drawing, in its fence, that the README of its module holds. */
export function drawStates(table: DrawableTable): string {
  const moves = table.transitions.flatMap(({ act, from, to, by }) =>
    from.map((state) => `  ${state} --> ${to}: ${act} (${by.replace(/[():;]/g, '')})`),
  );
  const ends = table.terminal().map((state) => `  ${state} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${table.initial}`, ...moves, ...ends, '```'].join('\n');
}
