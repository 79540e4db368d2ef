import { createHash } from 'node:crypto';
import { sortByCodePoint } from './code-points.js';
import type { AllocationResult } from './result.js';
import type { Instance } from './instance.js';

/** Written at once to the hash or the file: neither one call for each id, nor all of it in memory twice. */
const CHUNK = 1 << 16;

/**
 * SHA-256 (hex) of an instance in its canonical form: its JSON in UTF-8 without white space, members sorted by code point.
 * Texts are taken as they are, since ids that look alike may be two.
 */
export function instanceHash(instance: Instance): string {
  return hashOf(canonicalPieces(instance));
}

function* canonicalPieces(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry === 'string')) {
      yield JSON.stringify(value);
      return;
    }
    yield '[';
    for (let index = 0; index < value.length; index++) {
      if (index > 0) yield ',';
      yield* canonicalPieces(value[index]);
    }
    yield ']';
  } else if (typeof value === 'object' && value !== null) {
    const members = value as Readonly<Record<string, unknown>>;
    let separator = '{';
    for (const key of sortByCodePoint(Object.keys(members))) {
      const member = members[key];
      if (member === undefined) continue;
      yield `${separator}${JSON.stringify(key)}:`;
      yield* canonicalPieces(member);
      separator = ',';
    }
    yield separator === '{' ? '{}' : '}';
  } else {
    yield JSON.stringify(value);
  }
}

/** The documented JSON of a result, with a line for each applicant in the order of the code points: byte for byte the same. */
export function* resultPieces(result: AllocationResult): Generator<string> {
  yield '{\n  "assignment": {';
  let separator = '\n';
  for (const applicant of sortByCodePoint(Object.keys(result.assignment))) {
    yield `${separator}    ${JSON.stringify(applicant)}: ${JSON.stringify(result.assignment[applicant])}`;
    separator = ',\n';
  }
  yield separator === '\n' ? '},\n' : '\n  },\n';
  yield `  "inputHash": ${JSON.stringify(result.inputHash)},\n`;
  yield `  "rule": ${JSON.stringify(result.rule)},\n`;
  yield `  "seed": ${JSON.stringify(result.seed)}\n}\n`;
}

/** SHA-256 (hex) of the documented JSON of a result. */
export function resultHash(result: AllocationResult): string {
  return hashOf(resultPieces(result));
}

function hashOf(pieces: Iterable<string>): string {
  const hash = createHash('sha256');
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    hash.update(chunk);
    chunk = '';
  }
  return hash.update(chunk).digest('hex');
}
