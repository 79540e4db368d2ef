import { contentHash } from '../../shared/content-hash.js';
import { allocate } from './allocate.js';
import { buildInstance } from './build-instance.js';
import type { BuiltInstance, Selection } from './build-instance.js';
import { instanceHash } from './canonical-form.js';
import type { Progress } from './deferred-acceptance.js';
import { Explainer } from './explain.js';
import type { ChoiceExplanation } from './explain.js';
import { parseInstance } from './instance.js';
import { entriesOf } from './list-content.js';
import type { ListEntry } from './list-content.js';
import type { AllocationResult } from './result.js';

/** What of a selection is wanted; `hash`: only whether it is the same as before. */
export type Wanted = 'hash' | 'run' | 'list';

/** All that follows from a selection by reckoning alone. */
export interface Reckoned {
  readonly input: BuiltInstance;
  readonly inputHash: string;
  readonly result: AllocationResult;
  readonly output: readonly ListEntry[];
  readonly outputHash: string;
  /** Why everybody stands where they stand, by number; of a list alone. */
  readonly explanations: ReadonlyMap<string, readonly ChoiceExplanation[]>;
}

/** How much of the work lies behind whom, where nothing else tells it. */
const BUILT = 0.2;
const GIVEN = 0.6;
const REPORTS = 50;

/** The same for the same selection, wherever it is reckoned: here, or in a thread beside the event loop. */
export function reckon(
  selection: Selection,
  wanted: 'run' | 'list',
  report: Progress = () => undefined,
): Reckoned {
  const input = buildInstance(selection);
  report(BUILT);
  const instance = parseInstance(input);
  const result = allocate(instance, (share) => report(BUILT + share * (GIVEN - BUILT)));
  const output = entriesOf(input, result.assignment);
  report(GIVEN);
  const explanations = new Map<string, readonly ChoiceExplanation[]>();
  if (wanted === 'list') {
    const explainer = new Explainer(instance, result);
    const step = Math.max(1, Math.ceil(output.length / REPORTS));
    output.forEach(({ number }, index) => {
      explanations.set(number, explainer.explain(number));
      if (index % step === 0) report(GIVEN + (index / output.length) * (1 - GIVEN));
    });
  }
  return {
    input,
    inputHash: result.inputHash,
    result,
    output,
    outputHash: contentHash(output),
    explanations,
  };
}

/** Of the input of a selection alone. */
export function inputHashOf(selection: Selection): string {
  return instanceHash(parseInstance(buildInstance(selection)));
}
