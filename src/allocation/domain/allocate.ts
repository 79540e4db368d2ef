import { instanceHash } from './canonical-form.js';
import { deferredAcceptance } from './deferred-acceptance.js';
import type { Progress } from './deferred-acceptance.js';
import { ruleOf } from './instance.js';
import type { Instance } from './instance.js';
import type { AllocationResult } from './result.js';
import { NONE, packInstance } from './packed-instance.js';
import type { PackedInstance } from './packed-instance.js';
import { deferredAcceptanceInRounds } from './rounds.js';

/** Gives the places of an instance that `parseInstance` found sound: the same for the same instance, on any machine. */
export function allocate(instance: Instance, progress?: Progress): AllocationResult {
  const packed = packInstance(instance);
  const chosen = allocatePacked(packed, progress);
  // Without a prototype, so that no id means anything but itself.
  const assignment = Object.create(null) as Record<string, string | null>;
  packed.applicants.forEach((applicant, number) => {
    const choice = chosen[number] as number;
    const place = choice === NONE ? NONE : (packed.choicePlace[choice] as number);
    assignment[applicant] = place === NONE ? null : (packed.places[place] as string);
  });
  return {
    assignment,
    inputHash: instanceHash(instance),
    rule: ruleOf(instance).rule,
    seed: instance.seed ?? null,
  };
}

/** @returns of each applicant the number of the choice that they are given, or `NONE` */
export function allocatePacked(packed: PackedInstance, progress?: Progress): Int32Array {
  const several = packed.profiles.length > packed.types.length;
  return packed.tiedFrom || packed.groups.length > 0 || several
    ? deferredAcceptanceInRounds(packed, progress)
    : deferredAcceptance(packed, progress);
}
