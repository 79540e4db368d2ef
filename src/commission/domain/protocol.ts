import { contentHash } from '../../shared/content-hash.js';
import type { Hashable } from '../../shared/content-hash.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type {
  Ballot,
  BreakReason,
  ItemOutcome,
  Part,
  PerCountry,
  Rules,
  Tally,
  VoteResult,
} from './procedure.js';

/** In the language of each country, by the tag of the language. */
type Words = Readonly<Record<string, string>>;

export interface NamedPerson {
  readonly name: string;
  /** BCP 47 tag of the name. */
  readonly language: string;
  readonly country: CountryCode;
}

/** Who met, when, where, under which rules. */
export interface HeadSection {
  readonly kind: 'head';
  readonly session: string;
  /** For when it was planned; when it was held is told by the other two. */
  readonly startsAt: string;
  readonly openedAt: string;
  readonly closedAt: string;
  readonly timeZone: string;
  readonly place: string | null;
  readonly link: string | null;
  readonly countries: readonly CountryCode[];
  readonly chairCountry: CountryCode;
  readonly rulesVersion: number;
  readonly rules: Rules;
  readonly present: readonly (NamedPerson & { readonly part: Part })[];
  readonly absent: readonly (NamedPerson & { readonly part: Part })[];
}

/** A vote that was broken off: it has no result, and its votes count nowhere. */
export interface BrokenOffVote {
  readonly ballot: Ballot;
  readonly entitled: PerCountry;
  readonly quorum: number;
  readonly reason: BreakReason;
  /** Where it is another reason. */
  readonly words: Words;
}

/** What was dealt with, how it was voted on and what was decided. */
export interface ItemSection {
  readonly kind: 'item';
  readonly item: 'decision' | 'matter' | 'rules';
  readonly subjectKind: string | null;
  readonly reference: string;
  readonly title: Words;
  readonly recused: readonly (NamedPerson & { readonly how: 'declared' | 'found' })[];
  readonly notes: readonly Words[];
  readonly vote: {
    readonly ballot: 'open' | 'secret';
    readonly entitled: PerCountry;
    readonly quorum: number;
    readonly tally: Tally;
    readonly result: VoteResult;
  } | null;
  /** Absent in protocols that were drafted when no vote could be broken off: their hash covers what they say. */
  readonly brokenOff?: readonly BrokenOffVote[];
  readonly outcome: ItemOutcome | null;
  readonly decision: Words;
}

/** What a later protocol changes of an earlier one, which stays as it was signed. */
export interface AmendmentSection {
  readonly kind: 'amendment';
  /** Number of the protocol, and which of its sections. */
  readonly amends: string;
  readonly section: number;
  readonly words: Words;
  readonly reason: Words;
}

export type SectionContent = HeadSection | ItemSection | AmendmentSection;

export interface ProtocolSection {
  readonly position: number;
  readonly itemId: Id | null;
  readonly content: SectionContent;
}

/** What everybody may read: numbers, and nothing of anybody. */
export interface PublicProtocol {
  readonly number: string;
  readonly amends: string | null;
  /** On which it was opened, in the zone of the session. */
  readonly day: string;
  /** On which it was closed, where that is another day; absent in what was published before that was told. */
  readonly lastDay?: string;
  readonly countries: readonly CountryCode[];
  readonly chairCountry: CountryCode | null;
  readonly present: PerCountry;
  readonly items: readonly {
    readonly item: 'decision' | 'matter' | 'rules';
    readonly subjectKind: string | null;
    readonly outcome: ItemOutcome | null;
    readonly ballot: 'open' | 'secret' | null;
    readonly tally: Tally | null;
    readonly recused: number;
  }[];
  /** Sections of the earlier protocol that this one changes. */
  readonly changes: readonly number[];
  readonly hash: string;
}

/** Both sides agree to this, and sign this. */
export function protocolHash(number: string, sections: readonly ProtocolSection[]): string {
  return contentHash({
    number,
    sections: sections.map(({ position, itemId, content }) => ({
      position,
      itemId,
      content: content as unknown as Hashable,
    })),
  });
}

export function publicPart(
  number: string,
  hash: string,
  { first, last }: { readonly first: string; readonly last: string },
  countries: readonly CountryCode[],
  sections: readonly ProtocolSection[],
): PublicProtocol {
  const contents = sections.map(({ content }) => content);
  const head = contents.find((content) => content.kind === 'head');
  const changes = contents.filter((content) => content.kind === 'amendment');
  return {
    number,
    amends: changes[0]?.amends ?? null,
    day: first,
    ...(last === first ? {} : { lastDay: last }),
    countries,
    chairCountry: head?.chairCountry ?? null,
    present: Object.fromEntries(
      countries.map((country) => [
        country,
        (head?.present ?? []).filter((person) => person.country === country).length,
      ]),
    ),
    items: contents
      .filter((content) => content.kind === 'item')
      .map(({ item, subjectKind, outcome, vote, recused }) => ({
        item,
        subjectKind,
        outcome,
        ballot: vote?.ballot ?? null,
        tally: vote?.tally ?? null,
        recused: recused.length,
      })),
    changes: changes.map(({ section }) => section),
    hash,
  };
}
