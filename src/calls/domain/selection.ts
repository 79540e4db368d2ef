import type { FieldProblem } from '../../shared/domain-error.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';

// Types and not interfaces, because only of a type TypeScript knows that it is plain data that can be hashed.

/** A value of a scale in words. */
export type ScaleAnchor = { readonly value: number; readonly words: LocalizedText };

/** What is assessed by itself, on a scale of whole numbers. */
export type Criterion = {
  /** Never changes: scores name it. */
  readonly id: string;
  readonly label: LocalizedText;
  /** What to look at; null where the label says it. */
  readonly guidance: LocalizedText | null;
  /** A whole number: its part of the total is its weight among the sum of all weights. */
  readonly weight: number;
  readonly scale: { readonly min: number; readonly max: number };
  readonly anchors: readonly ScaleAnchor[];
  /** Whether a score needs words. */
  readonly comment: 'optional' | 'required';
};

/** How the totals of several reviewers become one: see `combine` of the reviews. */
export const COMBINATIONS = ['mean', 'median', 'trimmed_mean', 'normalised_mean'] as const;
export type Combination = (typeof COMBINATIONS)[number];

/** What is kept from those who assess. */
export const ANONYMOUS_PARTS = ['names', 'institutions', 'documents'] as const;
export type AnonymousPart = (typeof ANONYMOUS_PARTS)[number];

/**
 * What a call may let bind whoever assesses, besides what always does: publishing together, working in the unit that has the
 * file, a letter of reference, being named in the form. What it does not name is found and looked at, and forbids nothing.
 */
export const CALL_CONFLICTS = ['co_author', 'same_unit', 'referee', 'named'] as const;
export type CallConflict = (typeof CALL_CONFLICTS)[number];

/**
 * Among equals: the lot that follows from a published seed, the last places held back from all of them, or all of them
 * admitted. Never who was first to submit.
 */
export const TIE_RULES = ['seed', 'hold', 'admit'] as const;
export type TieRule = (typeof TIE_RULES)[number];

/** How many a panel of appeal has at least: odd, so that a panel of just so many comes to a majority. */
export const PANEL_SIZES = [3, 5, 7, 9] as const;

/** How an appeal is heard, besides its windows. */
export type AppealTerms = {
  /** Days in which it is said whether it is heard, from the day on which it was lodged: part of those in which it is decided. */
  readonly admissibilityDays: number;
  /** Members that the panel has at least. */
  readonly panelSize: number;
  /** Whether new evidence is a ground. */
  readonly newEvidence: boolean;
};

/** At most so many, over several places together. */
export type QuotaGroup = {
  /** Of this host institution, or of all hosts of this country; both null: of the whole call. */
  readonly hostInstitutionId: Id | null;
  readonly hostCountry: CountryCode | null;
  /** Only those who come from this country; null: whoever comes. */
  readonly homeCountry: CountryCode | null;
  readonly cap: number;
};

/** How a call selects: approved by both countries with its text, and shown to whoever applies. */
export type SelectionRules = {
  readonly criteria: readonly Criterion[];
  readonly review: {
    /** How many reviews an application needs: of each side where the sides are apart, otherwise in all. */
    readonly perApplication: number;
    /** Whether each country assesses every application by itself. */
    readonly bySide: boolean;
    readonly anonymous: readonly AnonymousPart[];
    readonly interview: boolean;
    /** Absent, and not empty, where nothing more binds: so that calls from before keep the text that was approved. */
    readonly binding?: readonly CallConflict[];
    /** What of the panel's words the applicant reads once the result is announced; absent: nothing. */
    readonly feedback?: 'summary';
  };
  readonly combination: {
    readonly method: Combination;
    /** Points out of 100 below which nobody is selected; null: no such line. */
    readonly minimum: number | null;
  };
  readonly ranking: {
    /** One list for the whole call, or one for each place, of those who chose it. */
    readonly per: 'place' | 'call';
    readonly tie: TieRule;
  };
  readonly seats: {
    /** Whether places that are kept for somebody are filled before the others, or after them. */
    readonly filling: 'reserved_first' | 'open_first';
    /** What becomes of a place that is kept and that nobody claims: it stays empty, or is given to whoever is next. */
    readonly unclaimed: 'kept' | 'opened';
    /** At most so many of one home institution at one place; null: as many as are ahead. */
    readonly perHomeInstitution: number | null;
    readonly groups: readonly QuotaGroup[];
  };
  readonly windows: {
    /** Days after the provisional list in which objections are heard. */
    readonly objectionDays: number;
    /** Days in which an appeal is decided. */
    readonly appealDays: number;
  };
  /** Absent where appeals are heard as usual: so that calls from before keep the text that was approved. */
  readonly appeals?: AppealTerms;
};

export const MOST_CRITERIA = 12;
const MOST_WEIGHT = 100;
const HIGHEST_SCORE = 100;
export const MOST_ANCHORS = 11;
const MOST_REVIEWS = 6;
const MOST_GROUPS = 40;
const MOST_SEATS = 10_000;
const MOST_DAYS = 90;
export const MOST_LABEL = 120;
export const MOST_GUIDANCE = 1000;

const USUAL_ADMISSIBILITY_DAYS = 3;

/** How appeals are heard where a call does not say it. */
export function usualAppealTerms(appealDays: number): AppealTerms {
  return {
    admissibilityDays: Math.min(USUAL_ADMISSIBILITY_DAYS, appealDays),
    panelSize: PANEL_SIZES[0],
    newEvidence: false,
  };
}

/** How appeals are heard in a call, whether it says it or not. */
export function appealTermsOf({
  appeals,
  windows,
}: Pick<SelectionRules, 'appeals' | 'windows'>): AppealTerms {
  return appeals ?? usualAppealTerms(windows.appealDays);
}

/** The rules with these terms, which are not written down where they are the usual ones. */
export function withAppealTerms(rules: SelectionRules, terms: AppealTerms): SelectionRules {
  const { appeals: _before, ...others } = rules;
  const usual = usualAppealTerms(rules.windows.appealDays);
  const same =
    terms.admissibilityDays === usual.admissibilityDays &&
    terms.panelSize === usual.panelSize &&
    terms.newEvidence === usual.newEvidence;
  return same ? others : { ...others, appeals: terms };
}

/** What an editor begins with where a call is to be ranked. */
export function standardSelection(): SelectionRules {
  const criterion = (id: string, weight: number, label: LocalizedText): Criterion => ({
    id,
    label,
    guidance: null,
    weight,
    scale: { min: 0, max: 10 },
    anchors: [
      { value: 0, words: { sr: 'не задовољава', ru: 'не соответствует', en: 'not met' } },
      { value: 5, words: { sr: 'делимично', ru: 'частично', en: 'partly met' } },
      { value: 10, words: { sr: 'изврсно', ru: 'отлично', en: 'excellent' } },
    ],
    comment: 'required',
  });
  return {
    criteria: [
      criterion('merit', 50, { sr: 'Постигнућа', ru: 'Достижения', en: 'Record' }),
      criterion('plan', 30, { sr: 'План боравка', ru: 'План пребывания', en: 'Plan of the stay' }),
      criterion('benefit', 20, {
        sr: 'Корист за обе установе',
        ru: 'Польза для обеих организаций',
        en: 'Benefit to both institutions',
      }),
    ],
    review: { perApplication: 1, bySide: true, anonymous: [], interview: false },
    combination: { method: 'mean', minimum: null },
    ranking: { per: 'place', tie: 'seed' },
    seats: { filling: 'reserved_first', unclaimed: 'opened', perHomeInstitution: null, groups: [] },
    windows: { objectionDays: 7, appealDays: 10 },
  };
}

/**
 * What contradicts itself or is out of every bound; the fields are those of the rules, behind `selection.`. Words that are
 * not written yet are told as `required`, which a draft may still have.
 *
 * @param hosts the country of each institution that has places in the call; empty: nothing is known of them
 */
export function selectionProblems(
  rules: SelectionRules,
  directions: readonly { readonly homeCountry: CountryCode; readonly hostCountry: CountryCode }[],
  hosts: ReadonlyMap<Id, CountryCode> = new Map(),
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: string, values?: FieldProblem['values']) =>
    problems.push({ field: `selection.${field}`, problem, ...(values ? { values } : {}) });
  const whole = (field: string, value: number, min: number, max: number) => {
    if (!Number.isInteger(value)) add(field, 'not_number');
    else if (value < min || value > max) add(field, 'out_of_range', { min, max });
  };
  const words = (field: string, text: LocalizedText, max: number) => {
    for (const language of ['sr', 'ru', 'en'] as const) {
      if (!text[language].trim()) add(`${field}.${language}`, 'required');
      else if (text[language].length > max) add(`${field}.${language}`, 'too_long', { max });
    }
  };

  const { criteria, review, combination, seats, windows, appeals } = rules;
  if (criteria.length === 0) add('criteria', 'no_criterion');
  if (criteria.length > MOST_CRITERIA) add('criteria', 'too_many', { max: MOST_CRITERIA });
  if (new Set(criteria.map(({ id }) => id)).size < criteria.length) add('criteria', 'repeated');
  criteria.forEach((criterion, index) => {
    const at = `criteria.${index}`;
    if (!/^[a-z0-9_]{1,40}$/.test(criterion.id)) add(`${at}.id`, 'not_in_list');
    words(`${at}.label`, criterion.label, MOST_LABEL);
    if (criterion.guidance) words(`${at}.guidance`, criterion.guidance, MOST_GUIDANCE);
    whole(`${at}.weight`, criterion.weight, 1, MOST_WEIGHT);
    const { min, max } = criterion.scale;
    whole(`${at}.scale.min`, min, 0, HIGHEST_SCORE - 1);
    whole(`${at}.scale.max`, max, 1, HIGHEST_SCORE);
    if (max <= min) add(`${at}.scale.max`, 'scale_downwards');
    if (criterion.anchors.length > MOST_ANCHORS) add(`${at}.anchors`, 'too_many', { max: MOST_ANCHORS });
    const values = criterion.anchors.map(({ value }) => value);
    if (new Set(values).size < values.length) add(`${at}.anchors`, 'repeated');
    criterion.anchors.forEach((anchor, place) => {
      whole(`${at}.anchors.${place}.value`, anchor.value, min, max);
      words(`${at}.anchors.${place}.words`, anchor.words, MOST_LABEL);
    });
  });

  whole('review.perApplication', review.perApplication, 1, MOST_REVIEWS);
  if (review.binding?.some((kind) => !CALL_CONFLICTS.includes(kind))) add('review.binding', 'not_in_list');
  // Nobody is met without being seen.
  if (review.interview && review.anonymous.length > 0) add('review.interview', 'interview_not_anonymous');
  // A mean without the highest and the lowest needs one in between; a reviewer's own measure needs others beside it.
  const together = review.perApplication * (review.bySide ? 2 : 1);
  if (combination.method === 'trimmed_mean' && together < 3) add('combination.method', 'too_few_reviews');
  if (combination.minimum !== null) whole('combination.minimum', combination.minimum, 0, 100);
  if (seats.perHomeInstitution !== null) {
    whole('seats.perHomeInstitution', seats.perHomeInstitution, 1, MOST_SEATS);
  }
  whole('windows.objectionDays', windows.objectionDays, 1, MOST_DAYS);
  whole('windows.appealDays', windows.appealDays, 1, MOST_DAYS);
  if (appeals) {
    whole(
      'appeals.admissibilityDays',
      appeals.admissibilityDays,
      1,
      Math.max(1, Math.min(MOST_DAYS, windows.appealDays)),
    );
    if (!PANEL_SIZES.some((size) => size === appeals.panelSize)) add('appeals.panelSize', 'not_in_list');
  }

  if (seats.groups.length > MOST_GROUPS) add('seats.groups', 'too_many', { max: MOST_GROUPS });
  seats.groups.forEach((group, index) => {
    const at = `seats.groups.${index}`;
    whole(`${at}.cap`, group.cap, 0, MOST_SEATS);
    const hostCountry = countryOf(group, hosts);
    const leadsThere = directions.some(
      (way) =>
        (group.homeCountry === null || group.homeCountry === way.homeCountry) &&
        (hostCountry === null || hostCountry === way.hostCountry),
    );
    if (directions.length > 0 && !leadsThere) add(`${at}.hostCountry`, 'not_in_list');
    if (group.hostInstitutionId !== null && hosts.size > 0 && !hosts.has(group.hostInstitutionId)) {
      add(`${at}.hostInstitutionId`, 'group_without_place');
    }
    seats.groups.slice(0, index).forEach((other, before) => {
      if (sameGroup(group, other)) add(at, 'repeated');
      else if (cross(group, other, hosts)) add(at, 'groups_cross', { one: before + 1, other: index + 1 });
    });
  });
  return problems;
}

/** Of an institution of which nothing is known it is null, as of a group of every country. */
function countryOf(group: QuotaGroup, hosts: ReadonlyMap<Id, CountryCode>): CountryCode | null {
  if (group.hostInstitutionId === null) return group.hostCountry;
  return hosts.get(group.hostInstitutionId) ?? group.hostCountry;
}

function sameGroup(one: QuotaGroup, other: QuotaGroup): boolean {
  return (
    one.hostInstitutionId === other.hostInstitutionId &&
    one.hostCountry === other.hostCountry &&
    one.homeCountry === other.homeCountry
  );
}

/** How what one group counts lies to what another does, along one of the two sides that a group has. */
type Lie = 'same' | 'inside' | 'around' | 'apart';

/**
 * Two groups cross where both count somebody and neither counts all that the other does: which of their limits stops whom
 * would then hang on who is looked at first. Of an institution whose country is not known it is supposed that it lies in
 * the country that it is compared with.
 */
export function cross(one: QuotaGroup, other: QuotaGroup, hosts: ReadonlyMap<Id, CountryCode>): boolean {
  const lies = [lieOfHosts(one, other, hosts), lieOfHomes(one, other)];
  if (lies.includes('apart')) return false;
  return lies.includes('inside') && lies.includes('around');
}

function lieOfHomes({ homeCountry: one }: QuotaGroup, { homeCountry: other }: QuotaGroup): Lie {
  if (one === other) return 'same';
  if (one === null) return 'around';
  return other === null ? 'inside' : 'apart';
}

function lieOfHosts(one: QuotaGroup, other: QuotaGroup, hosts: ReadonlyMap<Id, CountryCode>): Lie {
  if (one.hostInstitutionId !== null && other.hostInstitutionId !== null) {
    return one.hostInstitutionId === other.hostInstitutionId ? 'same' : 'apart';
  }
  const [here, there] = [countryOf(one, hosts), countryOf(other, hosts)];
  if (here !== null && there !== null && here !== there) return 'apart';
  // One of them may still be a single institution of the country, or of all of them.
  if (one.hostInstitutionId !== null) return 'inside';
  if (other.hostInstitutionId !== null) return 'around';
  if (here === there) return 'same';
  return here === null ? 'around' : 'inside';
}

/** The rules as both countries approve them. */
export function selectionContent(rules: SelectionRules) {
  return {
    criteria: rules.criteria.map(({ id, label, guidance, weight, scale, anchors, comment }) => ({
      id,
      label: { ...label },
      guidance: guidance && { ...guidance },
      weight,
      scale: { min: scale.min, max: scale.max },
      anchors: anchors.map(({ value, words }) => ({ value, words: { ...words } })),
      comment,
    })),
    review: { ...rules.review },
    combination: { ...rules.combination },
    ranking: { ...rules.ranking },
    seats: { ...rules.seats, groups: rules.seats.groups.map((group) => ({ ...group })) },
    windows: { ...rules.windows },
    ...(rules.appeals ? { appeals: { ...rules.appeals } } : {}),
  };
}
