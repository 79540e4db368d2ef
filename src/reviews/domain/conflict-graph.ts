import type { Id } from '../../shared/ids.js';
import type { CallConflict } from '../../calls/public.js';

/** Why somebody should not assess a file. */
export const CONFLICT_KINDS = [
  /** It is their own. */
  'own_file',
  /** They declared that a tie of family or supervision binds them to the applicant. */
  'declared',
  /** One of the two named the other as family, or as supervisor or supervised. */
  'family',
  'supervision',
  /** They published together. */
  'co_author',
  /** They work in the unit that has the file, at home or where the applicant would go. */
  'same_unit',
  /** They belong to the institution from which, or to which, the applicant would go. */
  'home_institution',
  'host_institution',
  /** The applicant asked them for a letter of reference. */
  'referee',
  /** The applicant names them in the form: as a mentor, a host, somebody who knows them. */
  'named',
] as const;
export type ConflictKind = (typeof CONFLICT_KINDS)[number];

/** In what it was found. */
export type ConflictSource =
  'file' | 'declaration' | 'reviewer' | 'applicant' | 'works' | 'register' | 'letter' | 'form';

/** What says so: an id, a DOI or the question of a form; and since when, where that is known. */
export interface Evidence {
  readonly source: ConflictSource;
  readonly evidence: string;
  readonly since: Date | null;
}

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
  readonly evidence: readonly Evidence[];
}

/** Whom somebody named as bound to them, by the other's address. */
export interface NamedTie {
  readonly id: Id;
  readonly kind: 'family' | 'supervision';
  readonly email: string;
  readonly since: Date;
}

/** What both a reviewer and an applicant may have said of themselves. */
interface SaidOfThemselves {
  /** Addresses under which they are known, in small letters. */
  readonly emails: readonly string[];
  /** DOIs, in small letters. */
  readonly works: readonly string[];
  readonly named: readonly NamedTie[];
}

export interface ReviewerTies extends SaidOfThemselves {
  readonly id: Id;
  /** For whom they act, by what those lent them. */
  readonly actsFor: readonly Id[];
  /** Applicants about whom they declared a tie. */
  readonly persons: readonly { readonly aboutId: Id; readonly id: Id; readonly since: Date }[];
  readonly institutions: readonly Id[];
  readonly units: readonly Id[];
}

export interface FileTies extends SaidOfThemselves {
  readonly id: Id;
  /** The applicant, and whoever wrote it together with them. What is said of an author is said of the file. */
  readonly authors: readonly Id[];
  readonly homeInstitutionId: Id | null;
  readonly hostInstitutionId: Id | null;
  /** Those that work on it. */
  readonly units: readonly Id[];
  /** Whether the call keeps the institutions apart. */
  readonly independentAssessment: boolean;
  /** What else binds by the rules of its call. */
  readonly bindingKinds: readonly CallConflict[];
  readonly referees: readonly {
    readonly email: string;
    readonly requestId: Id;
    readonly since: Date;
  }[];
  /** Whom the form names, and the question where it does. */
  readonly persons: readonly { readonly email: string; readonly question: string }[];
}

/** Bind whatever the call says. */
const ALWAYS: readonly ConflictKind[] = ['own_file', 'declared', 'family', 'supervision'];

/**
 * Whether a person may say that it is nothing. Their own file and what they declared are no matter of judgement (a declared
 * tie is lifted by whoever answers for their roles); that the call keeps the institutions apart is its approved text.
 */
export function isDismissible({ kind, binding }: Pick<ConflictEdge, 'kind' | 'binding'>): boolean {
  if (kind === 'own_file' || kind === 'declared') return false;
  return !(binding && (kind === 'home_institution' || kind === 'host_institution'));
}

/** Everything that stands between some reviewers and some files, reviewer by reviewer and file by file. */
export function conflictGraph(
  reviewers: readonly ReviewerTies[],
  files: readonly FileTies[],
): readonly ConflictEdge[] {
  const read = files.map((file) => ({ file, works: new Set(file.works), emails: new Set(file.emails) }));
  return reviewers.flatMap((reviewer) =>
    read.flatMap(({ file, works, emails }) =>
      found(reviewer, file, works, emails).map(({ kind, evidence }) => ({
        reviewerId: reviewer.id,
        applicationId: file.id,
        kind,
        binding: binds(kind, file),
        evidence,
      })),
    ),
  );
}

function binds(kind: ConflictKind, { independentAssessment, bindingKinds }: FileTies): boolean {
  if (kind === 'home_institution' || kind === 'host_institution') return independentAssessment;
  return ALWAYS.includes(kind) || (bindingKinds as readonly ConflictKind[]).includes(kind);
}

function found(
  reviewer: ReviewerTies,
  file: FileTies,
  works: ReadonlySet<string>,
  emails: ReadonlySet<string>,
): readonly { readonly kind: ConflictKind; readonly evidence: readonly Evidence[] }[] {
  const edges: { kind: ConflictKind; evidence: readonly Evidence[] }[] = [];
  const add = (kind: ConflictKind, evidence: readonly Evidence[]) => {
    if (evidence.length > 0) edges.push({ kind, evidence });
  };
  const known = (email: string) => reviewer.emails.includes(email);
  if (file.authors.some((id) => id === reviewer.id || reviewer.actsFor.includes(id))) {
    add('own_file', [{ source: 'file', evidence: file.id, since: null }]);
    return edges;
  }
  add(
    'declared',
    reviewer.persons
      .filter(({ aboutId }) => file.authors.includes(aboutId))
      .map(({ id, since }) => ({ source: 'declaration', evidence: id, since })),
  );
  for (const kind of ['family', 'supervision'] as const) {
    const named = (ties: readonly NamedTie[], is: (email: string) => boolean, source: ConflictSource) =>
      ties
        .filter((tie) => tie.kind === kind && is(tie.email))
        .map(({ id, since }) => ({ source, evidence: id, since }));
    add(kind, [
      ...named(reviewer.named, (email) => emails.has(email), 'reviewer'),
      ...named(file.named, known, 'applicant'),
    ]);
  }
  add(
    'co_author',
    reviewer.works
      .filter((doi) => works.has(doi))
      .map((doi) => ({ source: 'works', evidence: doi, since: null })),
  );
  add(
    'same_unit',
    file.units
      .filter((unit) => reviewer.units.includes(unit))
      .map((unit) => ({ source: 'register', evidence: unit, since: null })),
  );
  for (const [kind, institution] of [
    ['home_institution', file.homeInstitutionId],
    ['host_institution', file.hostInstitutionId],
  ] as const) {
    if (institution !== null && reviewer.institutions.includes(institution)) {
      add(kind, [{ source: 'register', evidence: institution, since: null }]);
    }
  }
  add(
    'referee',
    file.referees
      .filter(({ email }) => known(email))
      .map(({ requestId, since }) => ({ source: 'letter', evidence: requestId, since })),
  );
  add(
    'named',
    file.persons
      .filter(({ email }) => known(email))
      .map(({ question }) => ({ source: 'form', evidence: question, since: null })),
  );
  return edges;
}
