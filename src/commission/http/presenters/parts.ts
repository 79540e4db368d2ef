import type { DisplayName } from '../../../access/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Actor } from '../../../shared/actor.js';
import type { DomainError, FieldProblem } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import type { RecusalRow, SeatRow, SessionRow } from '../../data/commission.repository.js';
import type { ItemState, ProtocolState, SessionState } from '../../domain/commission.states.js';
import type { BreakReason, ItemOutcome, Rules, Tally } from '../../domain/procedure.js';
import type { NamedItem } from '../../operations/read-commission.js';
import type {
  ActForm,
  Field,
  ItemLine,
  Person,
  Problem,
  Row,
  Tag,
  Words,
  Written,
} from '../views/commission-views.js';

/** For whom a page is written. */
export interface CommissionReader {
  readonly translator: Translator;
  readonly language: Language;
  readonly now: Date;
  readonly actor: Actor;
  /** By the clocks of which zone they read what has no zone of its own. */
  readonly zone: string;
}

/** What was refused, with what was typed; `form` says in which. */
export interface RefusedForm {
  readonly form: string;
  readonly error: DomainError;
  readonly typed: Readonly<Record<string, string>>;
}

const SESSION_KINDS: Readonly<Record<SessionState, Tag['kind']>> = {
  planned: 'brass',
  open: 'sky',
  interrupted: 'brass',
  closed: 'leaf',
  cancelled: 'grey',
};
const ITEM_KINDS: Readonly<Record<ItemState, Tag['kind']>> = {
  tabled: 'brass',
  discussed: 'sky',
  decided: 'leaf',
  postponed: 'brass',
  remitted: 'plum',
  moot: 'grey',
};
const PROTOCOL_KINDS: Readonly<Record<ProtocolState, Tag['kind']>> = {
  draft: 'brass',
  agreed: 'sky',
  signed_both: 'leaf',
  published: 'leaf',
};
const OUTCOME_KINDS: Readonly<Record<ItemOutcome, Tag['kind']>> = {
  agreed_yes: 'leaf',
  agreed_no: 'brick',
  remitted: 'plum',
  postponed: 'brass',
};

export const sessionTag = (state: SessionState): Tag => ({
  kind: SESSION_KINDS[state],
  text: { key: `record_states.commission_session.${state}` },
});
export const itemTag = (state: ItemState): Tag => ({
  kind: ITEM_KINDS[state],
  text: { key: `record_states.commission_item.${state}` },
});
export const protocolTag = (state: ProtocolState): Tag => ({
  kind: PROTOCOL_KINDS[state],
  text: { key: `record_states.commission_protocol.${state}` },
});
export const outcomeTag = (outcome: ItemOutcome): Tag => ({
  kind: OUTCOME_KINDS[outcome],
  text: { key: `commission.outcomes.${outcome}` },
});

export const say = (key: string, values?: Message['values']): Message => ({
  key: `commission.${key}`,
  ...(values ? { values } : {}),
});

export function row(key: string, value: Words, lang?: string): Row {
  return { label: say(`facts.${key}`), value, ...(lang ? { lang } : {}) };
}

/** Why a vote was broken off: coded, or in words. */
export function brokenOffRows(
  reader: CommissionReader,
  reason: BreakReason,
  words: Readonly<Record<string, string>>,
): readonly Row[] {
  const written = writtenIn(reader, words);
  return written.length === 0
    ? [row('broken_off', say(`vote.reasons.${reason}`))]
    : written.map(({ lang, paragraphs }) => row('broken_off', paragraphs.join('\n'), lang));
}

export function whenOf({ translator, language }: CommissionReader, at: Date, timeZone: string): string {
  return translator.dateTime(language, at, timeZone);
}

export function whereOf({ place, link }: Pick<SessionRow, 'place' | 'link'>): string {
  return [place, link].filter(Boolean).join(' · ');
}

export function kindOf({ item }: NamedItem): Message {
  return item.subjectKind ? { key: `approvals.kinds.${item.subjectKind}` } : say(`kinds.${item.kind}`);
}

/** What an item is called, in the reader's language or in one that it has. */
export function titleOf({ language }: CommissionReader, { item, summary }: NamedItem): ItemLine['title'] {
  if (summary) return { text: summary.title, lang: summary.titleLang };
  const spoken = item.words[language] ? language : Object.keys(item.words)[0];
  const words = spoken === undefined ? undefined : item.words[spoken];
  return words && spoken ? { text: words.title, lang: spoken } : { text: say('item.no_sight'), lang: null };
}

export function personOf(
  { translator, language }: CommissionReader,
  names: ReadonlyMap<Id, DisplayName>,
  personId: Id,
  country: string,
  detail: Words | null = null,
): Person {
  const name = names.get(personId);
  return {
    name: name?.name ?? '—',
    lang: name?.language ?? language,
    country: country ? translator.countryName(language, country) : '',
    detail,
  };
}

export function recusedOf(
  reader: CommissionReader,
  names: ReadonlyMap<Id, DisplayName>,
  seats: readonly SeatRow[],
  recusals: readonly RecusalRow[],
): readonly Person[] {
  return recusals.map(({ personId, how }) =>
    personOf(
      reader,
      names,
      personId,
      seats.find((seat) => seat.personId === personId)?.country ?? '',
      say(`recused.${how}`),
    ),
  );
}

/** In the reader's language first. */
export function writtenIn(
  { language }: CommissionReader,
  words: Readonly<Record<string, string>>,
): readonly Written[] {
  return Object.entries(words)
    .filter(([, text]) => text !== '')
    .sort(([one], [other]) => Number(other === language) - Number(one === language))
    .map(([lang, text]) => ({ lang, paragraphs: paragraphsOf(text) }));
}

export function paragraphsOf(text: string): readonly string[] {
  return text.split(/\n+/).filter((paragraph) => paragraph.trim() !== '');
}

export function tallyText({ yes, no, abstain }: Tally): Message {
  return say('vote.tally', { yes, no, abstain });
}

export function ruleRows({ translator, language }: CommissionReader, rules: Rules): readonly Row[] {
  return [
    { label: say('rules.quorum'), value: translator.number(language, rules.quorum) },
    { label: say('rules.majority'), value: say(`rules.majorities.${rules.majority}`) },
    { label: say('rules.ballot'), value: say(`rules.ballots.${rules.ballot}`) },
    { label: say('rules.secretFrom'), value: translator.number(language, rules.secretFrom) },
    { label: say('rules.voters'), value: say(`rules.voter.${rules.voters}`) },
    { label: say('rules.tie'), value: say(`rules.ties.${rules.tie}`) },
    { label: say('rules.chair'), value: say(`rules.chairs.${rules.chair}`) },
  ];
}

/** A field that shows what was typed and what is wrong with it, where its form came back. */
export function fieldsOf(
  form: string,
  refused: RefusedForm | null,
  fields: readonly Field[],
): readonly Field[] {
  if (refused?.form !== form) return fields;
  return fields.map((field) => {
    const problem = refused.error.fields.find((each) => each.field === field.name);
    const typed = refused.typed[field.name];
    return {
      ...field,
      ...(typed !== undefined && field.kind !== 'date' ? { value: typed } : {}),
      ...(problem ? { error: problemMessage(problem) } : {}),
    };
  });
}

export function problemsOf(refused: RefusedForm | null): readonly Problem[] {
  return (refused?.error.fields ?? []).map((problem) => ({
    message: problemMessage(problem),
    href: `#field-${problem.field}`,
  }));
}

export function noteOf(refused: RefusedForm | null): Message | null {
  if (!refused || refused.error.fields.length > 0) return null;
  return { key: `reasons.${refused.error.reason}`, values: refused.error.values };
}

function problemMessage({ problem, values }: FieldProblem): Message {
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}

/** One field for each language of the pair. */
export function bothFields(
  { translator, language }: CommissionReader,
  name: string,
  languages: readonly Language[],
  more: Partial<Field> & { readonly values?: never } = {},
  known: Readonly<Record<string, string>> = {},
): readonly Field[] {
  return languages.map((each, index) => ({
    kind: 'textarea' as const,
    name: `${name}-${index}`,
    label: say(`fields.${name}`, { language: translator.t(language, `commission.languages.${each}`) }),
    value: known[each] ?? '',
    lang: each,
    rows: 4,
    ...more,
  }));
}

export function act(
  id: string,
  action: string,
  button: string,
  fields: readonly Field[] = [],
  more: Partial<Pick<ActForm, 'title' | 'text' | 'warning'>> = {},
): ActForm {
  return {
    id,
    action,
    title: null,
    text: null,
    warning: false,
    ...more,
    fields,
    button: say(`buttons.${button}`),
  };
}
