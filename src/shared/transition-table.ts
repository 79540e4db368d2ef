import { DomainError } from './domain-error.js';

/** One permitted move of a lifecycle: who may make it is the policy's matter, what it is called in the record is `audit`. */
export interface Transition<State extends string, Act extends string> {
  readonly act: Act;
  readonly from: readonly State[];
  readonly to: State;
  /** Who makes it, in words, for the drawing in the module's README. */
  readonly by: string;
}

/**
 * A lifecycle as a table. `move` is the only way from one state to another; what the table does not hold is refused
 * with `wrong_state`, so that a caller can never go on after a refusal that it did not look at.
 */
export class TransitionTable<State extends string, Act extends string> {
  private readonly byAct = new Map<Act, readonly Transition<State, Act>[]>();

  constructor(
    readonly name: string,
    readonly initial: State,
    readonly states: readonly State[],
    readonly transitions: readonly Transition<State, Act>[],
  ) {
    for (const transition of transitions) {
      this.byAct.set(transition.act, [...(this.byAct.get(transition.act) ?? []), transition]);
    }
    this.check();
  }

  /** The state that follows, or a refusal. */
  move(from: State, act: Act): State {
    const transition = this.byAct.get(act)?.find((candidate) => candidate.from.includes(from));
    if (!transition) {
      throw new DomainError('wrong_state', { reason: 'wrong_state', values: { state: from, act } });
    }
    return transition.to;
  }

  allows(from: State, act: Act): boolean {
    return this.byAct.get(act)?.some((candidate) => candidate.from.includes(from)) ?? false;
  }

  /** The states from which an act is possible: the policy's rows and the database's queries read them here. */
  from(act: Act): readonly State[] {
    return (this.byAct.get(act) ?? []).flatMap((transition) => transition.from);
  }

  /** States without a way out. */
  terminal(): readonly State[] {
    return this.states.filter(
      (state) => !this.transitions.some((transition) => transition.from.includes(state)),
    );
  }

  /** A table that contradicts itself must not boot. */
  private check(): void {
    const known = new Set<string>(this.states);
    const seen = new Set<string>();
    for (const { act, from, to } of this.transitions) {
      for (const state of [...from, to]) {
        if (!known.has(state)) throw new Error(`${this.name}: ${act} names an unknown state ${state}`);
      }
      for (const state of from) {
        const key = `${act} from ${state}`;
        if (seen.has(key)) throw new Error(`${this.name}: two answers to ${key}`);
        seen.add(key);
      }
    }
    const reached = new Set<State>([this.initial]);
    for (let grown = true; grown;) {
      grown = false;
      for (const { from, to } of this.transitions) {
        if (!reached.has(to) && from.some((state) => reached.has(state))) {
          reached.add(to);
          grown = true;
        }
      }
    }
    const lost = this.states.filter((state) => !reached.has(state));
    if (lost.length > 0) throw new Error(`${this.name}: never reached: ${lost.join(', ')}`);
  }
}
