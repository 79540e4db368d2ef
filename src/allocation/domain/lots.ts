import { hash } from 'node:crypto';
import { sortByCodePoint } from './code-points.js';

/**
 * Everybody's lot: SHA-256 of `seed:id`, the lowest first. It hangs on nothing but the published seed and one's own id,
 * and is the same at every place: another lot at each would send people away from places where others are no better.
 */
export class Lots {
  private readonly drawn = new Map<string, string>();

  constructor(private readonly seed: string) {}

  sort(tied: readonly string[]): string[] {
    // Two equal lots are a collision of SHA-256; even then the order would be one.
    return sortByCodePoint([...tied]).sort((a, b) => compare(this.of(a), this.of(b)));
  }

  private of(applicant: string): string {
    const drawn = this.drawn.get(applicant) ?? lotOf(this.seed, applicant);
    this.drawn.set(applicant, drawn);
    return drawn;
  }
}

/** The lot of one applicant, in hexadecimal: anybody can draw it again, with `printf '%s' 'SEED:ID' | sha256sum`. */
export function lotOf(seed: string, applicant: string): string {
  return hash('sha256', `${seed}:${applicant}`);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
