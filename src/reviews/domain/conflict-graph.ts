import type { Id } from '../../shared/ids.js';

/** Why somebody should not assess a file. */
export type ConflictKind =
  /** It is their own. */
  | 'own_file'
  /** They declared that a tie of family or supervision binds them to the applicant. */
  | 'declared'
  /** The applicant asked them for a letter of reference. */
  | 'referee'
  /** They belong to the institution from which, or to which, the applicant would go. */
  | 'home_institution'
  | 'host_institution';

/** One reason, and what it rests on. */
export interface ConflictEdge {
  readonly reviewerId: Id;
  readonly applicationId: Id;
  readonly kind: ConflictKind;
  /**
   * Binding: neither the solver nor a person may assign them, and they never see the file. Otherwise the call does not forbid
   * it: the solver leaves the two apart, and a person may still put them together, with this before their eyes.
   */
  readonly binding: boolean;
  /** Ids of what it was found in: the applicant, the institution, the request for a letter. */
  readonly evidence: readonly Id[];
}

export interface ReviewerTies {
  readonly id: Id;
  /** Applicants about whom they declared a tie. */
  readonly persons: readonly Id[];
  readonly institutions: readonly Id[];
}

export interface FileTies {
  readonly id: Id;
  readonly applicantId: Id;
  readonly homeInstitutionId: Id | null;
  readonly hostInstitutionId: Id | null;
  /** Whether the call keeps the institutions apart. */
  readonly independentAssessment: boolean;
  readonly referees: readonly { readonly personId: Id; readonly requestId: Id }[];
}

/** Everything that stands between some reviewers and some files, reviewer by reviewer and file by file. */
export function conflictGraph(
  reviewers: readonly ReviewerTies[],
  files: readonly FileTies[],
): readonly ConflictEdge[] {
  return reviewers.flatMap((reviewer) => files.flatMap((file) => edgesBetween(reviewer, file)));
}

function edgesBetween(reviewer: ReviewerTies, file: FileTies): readonly ConflictEdge[] {
  const edges: ConflictEdge[] = [];
  const add = (kind: ConflictKind, binding: boolean, evidence: readonly Id[]) =>
    edges.push({ reviewerId: reviewer.id, applicationId: file.id, kind, binding, evidence });
  if (file.applicantId === reviewer.id) add('own_file', true, [file.applicantId]);
  if (reviewer.persons.includes(file.applicantId)) add('declared', true, [file.applicantId]);
  const letters = file.referees.filter(({ personId }) => personId === reviewer.id);
  if (letters.length > 0) {
    add(
      'referee',
      false,
      letters.map(({ requestId }) => requestId),
    );
  }
  for (const [kind, institution] of [
    ['home_institution', file.homeInstitutionId],
    ['host_institution', file.hostInstitutionId],
  ] as const) {
    if (institution !== null && reviewer.institutions.includes(institution)) {
      add(kind, file.independentAssessment, [institution]);
    }
  }
  return edges;
}
