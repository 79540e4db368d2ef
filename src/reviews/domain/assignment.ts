import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { MinimumCostFlow } from './minimum-cost-flow.js';

export interface FreeReviewer {
  readonly id: Id;
  readonly country: CountryCode;
  /** Applications that they have already. */
  readonly given: number;
  /** How many more they may get; null: as many as there are. */
  readonly room: number | null;
}

export interface FileToAssess {
  readonly id: Id;
  /** How many reviews it still lacks. */
  readonly lacks: number;
  /** Countries of which a reviewer is still wanted, at least one each. */
  readonly countries: readonly CountryCode[];
}

/** How well a reviewer suits a file: 0 is best, more is worse; null: never. */
export type Fit = (reviewer: FreeReviewer, file: FileToAssess) => number | null;

export interface ProposedReview {
  readonly applicationId: Id;
  readonly reviewerId: Id;
}

/** What a proposal could not satisfy of a file, and why as far as it can be told. */
export interface Unmet {
  readonly applicationId: Id;
  /** Reviews that are still lacking. */
  readonly missing: number;
  /** Countries of which nobody assesses it. */
  readonly countries: readonly CountryCode[];
  /** Of the reviewers, with how many something stands in the way, or it is theirs already. */
  readonly apart: number;
  /** And how many others have as much as they may get. */
  readonly full: number;
}

export interface AssignmentProposal {
  readonly reviews: readonly ProposedReview[];
  readonly unmet: readonly Unmet[];
}

/** The worst that a fit may be, so that what matters more is never given up for it. */
export const WORST_FIT = 31;

/**
 * Who assesses what, as a flow of least cost: as many reviews as possible; among these, a reviewer of as many of the wanted
 * countries as possible; then loads as even as possible; then the best fit. The same input gives the same proposal, in
 * whatever order it comes.
 */
export function proposeAssignment(
  someReviewers: readonly FreeReviewer[],
  someFiles: readonly FileToAssess[],
  fit: Fit,
): AssignmentProposal {
  const reviewers = [...someReviewers].sort(byId);
  const files = [...someFiles].sort(byId).filter(({ lacks }) => lacks > 0);
  const wanted = files.reduce((sum, { lacks }) => sum + lacks, 0);
  // No sum of what matters less can outweigh one step of what matters more.
  const step = WORST_FIT * wanted + 1;
  const most = Math.max(0, ...reviewers.map(({ given }) => given)) + files.length;
  const ofCountry = step * (2 * most + 1) * (wanted + 1);

  const flow = new MinimumCostFlow();
  const source = flow.node();
  const sink = flow.node();
  const desks = reviewers.map(({ given, room }) => {
    const desk = flow.node();
    // Squares of loads are least where loads are even: the next file costs what the square grows by.
    for (let more = 0; more < Math.min(room ?? files.length, files.length); more++) {
      flow.arc(source, desk, 1, step * (2 * (given + more) + 1));
    }
    return desk;
  });
  const pairs: (ProposedReview & { readonly arc: number })[] = [];
  for (const file of files) {
    const folder = flow.node();
    flow.arc(folder, sink, file.lacks, 0);
    const ways = new Map<CountryCode, number>();
    for (const country of file.countries) {
      const way = flow.node();
      flow.arc(way, folder, 1, -ofCountry);
      flow.arc(way, folder, file.lacks, 0);
      ways.set(country, way);
    }
    reviewers.forEach((reviewer, index) => {
      const cost = fit(reviewer, file);
      if (cost === null) return;
      const arc = flow.arc(
        desks[index] as number,
        ways.get(reviewer.country) ?? folder,
        1,
        Math.min(Math.max(0, Math.round(cost)), WORST_FIT),
      );
      pairs.push({ applicationId: file.id, reviewerId: reviewer.id, arc });
    });
  }
  flow.run(source, sink);
  const reviews = pairs
    .filter(({ arc }) => flow.through(arc) > 0)
    .map(({ applicationId, reviewerId }) => ({ applicationId, reviewerId }));
  return { reviews, unmet: unmetOf(reviewers, files, reviews, fit) };
}

function unmetOf(
  reviewers: readonly FreeReviewer[],
  files: readonly FileToAssess[],
  reviews: readonly ProposedReview[],
  fit: Fit,
): readonly Unmet[] {
  const countryOf = new Map(reviewers.map(({ id, country }) => [id, country]));
  const load = new Map<Id, number>();
  for (const { reviewerId } of reviews) load.set(reviewerId, (load.get(reviewerId) ?? 0) + 1);
  return files.flatMap((file) => {
    const own = reviews.filter(({ applicationId }) => applicationId === file.id);
    const missing = file.lacks - own.length;
    const countries = file.countries.filter(
      (country) => !own.some(({ reviewerId }) => countryOf.get(reviewerId) === country),
    );
    if (missing === 0 && countries.length === 0) return [];
    const able = reviewers.filter((reviewer) => fit(reviewer, file) !== null);
    const full = able.filter(
      ({ id, room }) =>
        room !== null && (load.get(id) ?? 0) >= room && !own.some(({ reviewerId }) => reviewerId === id),
    );
    return [
      {
        applicationId: file.id,
        missing,
        countries,
        apart: reviewers.length - able.length,
        full: full.length,
      },
    ];
  });
}

function byId(a: { readonly id: Id }, b: { readonly id: Id }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
