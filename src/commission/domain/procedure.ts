import type { CountryCode } from '../../shared/country.js';

export const MAJORITIES = ['each_side', 'two_thirds', 'unanimous'] as const;
export const BALLOTS = ['open', 'secret'] as const;
export const TIES = ['postponed', 'remitted'] as const;
export const VOTERS = ['members', 'members_and_secretaries'] as const;
export const CHAIRS = ['alternating', 'host'] as const;
export const CHOICES = ['yes', 'no', 'abstain'] as const;

export type Ballot = (typeof BALLOTS)[number];
export type Choice = (typeof CHOICES)[number];
export type Part = 'member' | 'secretary';

/** The rules of procedure, which are the same for both sides. */
export interface Rules {
  /** How many of each country must be there and entitled to vote. */
  readonly quorum: number;
  readonly majority: (typeof MAJORITIES)[number];
  /** How the commission votes where nothing else is asked for. */
  readonly ballot: Ballot;
  /** With fewer voters a secret vote would show how each voted. */
  readonly secretFrom: number;
  /** What follows where neither yes nor no has the majority. */
  readonly tie: (typeof TIES)[number];
  readonly voters: (typeof VOTERS)[number];
  /** Who presides: the countries in turn, or always the one that convenes. */
  readonly chair: (typeof CHAIRS)[number];
}

/** Why a vote was broken off. */
export const BREAK_REASONS = ['quorum_lost', 'secrecy_lost', 'other'] as const;
export type BreakReason = (typeof BREAK_REASONS)[number];

export type PerCountry = Readonly<Record<CountryCode, number>>;

/** Counts of a vote. By country in an open one; all in one in a secret one, so that a side's few voters are not read off. */
export interface Tally {
  readonly yes: number;
  readonly no: number;
  readonly abstain: number;
}

export const EMPTY_TALLY: Tally = { yes: 0, no: 0, abstain: 0 };

export function added(tally: Tally, choice: Choice): Tally {
  return { ...tally, [choice]: tally[choice] + 1 };
}

export function total(tallies: readonly Tally[]): Tally {
  return tallies.reduce<Tally>(
    (sum, { yes, no, abstain }) => ({
      yes: sum.yes + yes,
      no: sum.no + no,
      abstain: sum.abstain + abstain,
    }),
    EMPTY_TALLY,
  );
}

export function mayVote(part: Part, { voters }: Pick<Rules, 'voters'>): boolean {
  return part === 'member' || voters === 'members_and_secretaries';
}

/**
 * What a vote can no longer reach, with those who voted and those who still can: it ends with no result then. Empty where
 * it can be counted yet.
 */
export function lostIn(
  { ballot, quorum }: { readonly ballot: Ballot; readonly quorum: number },
  { secretFrom }: Pick<Rules, 'secretFrom'>,
  countries: readonly CountryCode[],
  reachable: readonly { readonly country: CountryCode }[],
): readonly Exclude<BreakReason, 'other'>[] {
  const lost: Exclude<BreakReason, 'other'>[] = [];
  if (countriesShort(quorum, countries, reachable).length > 0) lost.push('quorum_lost');
  if (ballot === 'secret' && reachable.length < secretFrom) lost.push('secrecy_lost');
  return lost;
}

/** Of the countries those that have fewer than the quorum: none where it is met. */
export function countriesShort(
  quorum: number,
  countries: readonly CountryCode[],
  present: readonly { readonly country: CountryCode }[],
): readonly CountryCode[] {
  return countries.filter(
    (country) => present.filter((person) => person.country === country).length < quorum,
  );
}

export function countByCountry(
  countries: readonly CountryCode[],
  people: readonly { readonly country: CountryCode }[],
): PerCountry {
  return Object.fromEntries(
    countries.map((country) => [country, people.filter((person) => person.country === country).length]),
  );
}

export type VoteResult = 'yes' | 'no' | 'none';

/**
 * What the votes come to: yes and no need the same majority, and where neither has it the rules say what follows. No side
 * carries anything alone: counted by side, each has to agree; counted in one box, the winners have to be more than the
 * larger side has voters.
 * @param tallies by country of an open vote, one for all of a secret one
 */
export function resultOf(
  { majority }: Pick<Rules, 'majority'>,
  tallies: readonly Tally[],
  entitled: PerCountry,
): VoteResult {
  const all = total(tallies);
  const larger = Math.max(0, ...Object.values(entitled));
  const carried = (wins: 'yes' | 'no', loses: 'yes' | 'no'): boolean => {
    if (all[wins] === 0) return false;
    const bySide =
      tallies.length > 1 ? tallies.every((side) => side[wins] > side[loses]) : all[wins] > larger;
    if (!bySide) return false;
    switch (majority) {
      case 'each_side':
        return all[wins] > all[loses];
      case 'two_thirds':
        return all[wins] * 3 >= (all.yes + all.no) * 2;
      case 'unanimous':
        return all[loses] === 0;
    }
  };
  if (carried('yes', 'no')) return 'yes';
  return carried('no', 'yes') ? 'no' : 'none';
}

export const OUTCOMES = ['agreed_yes', 'agreed_no', 'remitted', 'postponed'] as const;
export type ItemOutcome = (typeof OUTCOMES)[number];

/** What a vote lets the commission enter: nobody enters what was not voted. Null: it can only be postponed without one. */
export function outcomesOf(result: VoteResult | null, { tie }: Pick<Rules, 'tie'>): readonly ItemOutcome[] {
  switch (result) {
    case 'yes':
      return ['agreed_yes'];
    case 'no':
      return ['agreed_no'];
    case 'none':
      return [tie];
    case null:
      return ['postponed'];
  }
}

/** Whose side presides: in turn, counted by the sessions that were held. */
export function chairOf(
  { chair }: Pick<Rules, 'chair'>,
  countries: readonly [CountryCode, CountryCode],
  convenes: CountryCode,
  heldBefore: number,
): CountryCode {
  if (chair === 'host') return convenes;
  return heldBefore % 2 === 0 ? countries[0] : countries[1];
}

/** Both countries in their order, whichever sends. */
export function pairOf(one: CountryCode, other: CountryCode): readonly [CountryCode, CountryCode] {
  return one < other ? [one, other] : [other, one];
}
