import type { UploadView } from '../../../documents/public.js';
import { commissionItemsPolicy } from '../../domain/commission.policy.js';
import { MOST_FILES } from '../../operations/attach-to-item.js';
import type { ItemRow, ProtocolRow } from '../../data/commission.repository.js';
import { BALLOTS, CHAIRS, MAJORITIES, TIES, VOTERS } from '../../domain/procedure.js';
import type { Rules } from '../../domain/procedure.js';
import type { PublicProtocol } from '../../domain/protocol.js';
import type { Language } from '../../../shared/language.js';
import type { ListedSession, NamedItem, OpenItem, ReadCommission } from '../../operations/read-commission.js';
import type {
  CommissionView,
  Field,
  FileView,
  FormView,
  ItemLine,
  ItemView,
  PublicProtocolsView,
  PublicProtocolView,
  RulesView,
  SessionLine,
} from '../views/commission-views.js';
import {
  act,
  bothFields,
  fieldsOf,
  itemTag,
  kindOf,
  noteOf,
  outcomeTag,
  paragraphsOf,
  problemsOf,
  protocolTag,
  recusedOf,
  row,
  ruleRows,
  say,
  sessionTag,
  tallyText,
  titleOf,
  whenOf,
  whereOf,
} from './parts.js';
import type { CommissionReader, RefusedForm } from './parts.js';

export interface Search {
  readonly from: string;
  readonly until: string;
  readonly text: string;
}

export function presentCommission(
  reader: CommissionReader,
  waiting: readonly NamedItem[],
  sessions: readonly ListedSession[],
  search: Search,
  noDays: readonly (keyof Search)[],
  late: Awaited<ReturnType<ReadCommission['late']>> | null,
): CommissionView {
  const field = (name: keyof Search): Field => ({
    kind: 'text',
    name,
    label: say(`search.${name}`),
    ...(name === 'text' ? {} : { hint: say('search.day_hint'), width: 10 }),
    value: search[name],
    optional: true,
    ...(noDays.includes(name) ? { error: { key: 'problems.not_date' } } : {}),
  });
  return {
    // In the list of all faults each says of which field it is: both days may be none.
    problems: noDays.map((name) => ({
      message: {
        key: 'applications.form.problem_at',
        values: {
          label: reader.translator.t(reader.language, `commission.search.${name}`),
          problem: reader.translator.t(reader.language, 'problems.not_date'),
        },
      },
      href: `#field-${name}`,
    })),
    search: [field('from'), field('until'), field('text')],
    searched: search.from !== '' || search.until !== '' || search.text !== '',
    waiting: waiting.map((named) => lineOf(reader, named)),
    sessions: sessions.map((listed) => sessionLine(reader, listed)),
    plans: late !== null,
    late: (late ?? []).map(({ decisionId, summary }) => ({
      decisionId,
      href: `/approvals/${decisionId}`,
      reference: summary.reference,
      title: summary.title,
      lang: summary.titleLang,
    })),
  };
}

export function lineOf(reader: CommissionReader, named: NamedItem): ItemLine {
  const { item, summary } = named;
  return {
    href: `/commission/items/${item.id}`,
    reference: summary?.reference ?? '',
    title: titleOf(reader, named),
    kind: kindOf(named),
    state: itemTag(item.state),
    detail: say(`origins.${item.origin}`),
    recused: [],
  };
}

function sessionLine(reader: CommissionReader, listed: ListedSession): SessionLine {
  const { session, record, items, names, protocol } = listed;
  return {
    href: `/commission/sessions/${session.id}`,
    number: session.number,
    when: whenOf(reader, session.openedAt ?? session.startsAt, session.timeZone),
    where: whereOf(session),
    state: sessionTag(session.state),
    items: record.agenda.map(({ itemId }) => {
      const named = items.find(({ item }) => item.id === itemId);
      const decided = record.decided.find((each) => each.itemId === itemId);
      const recused = recusedOf(
        reader,
        names,
        record.seats,
        record.recusals.filter((each) => each.itemId === itemId),
      );
      return named
        ? {
            ...lineOf(reader, named),
            state: decided ? outcomeTag(decided.outcome) : itemTag(named.item.state),
            detail: null,
            recused,
          }
        : withheldLine(recused);
    }),
    protocol: protocol && {
      href: `/commission/protocols/${protocol.id}`,
      number: protocol.number,
      state: protocolTag(protocol.state),
    },
  };
}

export function withheldLine(recused: ItemLine['recused']): ItemLine {
  return {
    href: null,
    reference: '',
    title: { text: say('item.withheld'), lang: null },
    kind: say('kinds.withheld'),
    state: { kind: 'grey', text: say('item.withheld_tag') },
    detail: null,
    recused,
  };
}

export function presentItem(
  reader: CommissionReader,
  open: OpenItem,
  refused: RefusedForm | null = null,
): ItemView {
  const { item, summary, decision, sessions, files, facts } = open;
  const attaches = commissionItemsPolicy.decide(reader.actor, 'commission_item.attach', facts).allowed;
  return {
    reference: summary?.reference ?? '',
    title: titleOf(reader, open),
    kind: kindOf(open),
    state: itemTag(item.state),
    rows: [
      row('origin', say(`origins.${item.origin}`)),
      row('tabled', whenOf(reader, item.tabledAt, reader.zone)),
      ...(summary ? [row('home', summary.homeParty), row('host', summary.hostParty), ...summary.facts] : []),
      ...(item.rules ? ruleRows(reader, item.rules) : []),
    ],
    texts: textsOf(reader, item),
    file: summary && { href: summary.href },
    decision: decision && { href: `/approvals/${decision.id}` },
    files: filesOf(reader, item.id, files, attaches),
    attach: attaches
      ? act(
          'attach',
          `/commission/items/${item.id}/files`,
          'attach',
          fieldsOf('attach', refused, [
            {
              kind: 'file',
              name: 'file',
              label: say('fields.file'),
              hint: say('fields.file_hint', { max: MOST_FILES }),
              accept: 'application/pdf',
            },
          ]),
          { title: say('files.attach') },
        )
      : null,
    problems: problemsOf(refused),
    note: noteOf(refused),
    sessions: sessions.map((session) => ({
      href: `/commission/sessions/${session.id}`,
      number: session.number,
      when: whenOf(reader, session.openedAt ?? session.startsAt, session.timeZone),
    })),
  };
}

export function filesOf(
  { translator, language, zone }: CommissionReader,
  itemId: string,
  files: readonly UploadView[],
  removes: boolean,
): readonly FileView[] {
  return files.map(({ id, fileName, uploadedAt }) => ({
    href: `/commission/items/${itemId}/files/${id}`,
    name: fileName,
    detail: translator.dateTime(language, uploadedAt, zone),
    remove: removes ? `/commission/items/${itemId}/files/${id}/remove` : null,
  }));
}

export function textsOf({ language }: CommissionReader, { words }: ItemRow) {
  return Object.entries(words)
    .sort(([one], [other]) => Number(other === language) - Number(one === language))
    .map(([lang, { text }]) => ({ lang, paragraphs: paragraphsOf(text) }));
}

export function presentNewItem(
  reader: CommissionReader,
  languages: readonly Language[],
  others: readonly string[],
  rules: Rules,
  refused: RefusedForm | null,
): FormView {
  const choice = (name: keyof Rules, values: readonly string[], under: string): Field => ({
    kind: 'radios',
    name,
    label: say(`rules.${name}`),
    value: String(rules[name]),
    options: values.map((value) => ({ value, label: say(`rules.${under}.${value}`) })),
  });
  const number = (name: 'quorum' | 'secretFrom'): Field => ({
    kind: 'number',
    name,
    label: say(`rules.${name}`),
    value: String(rules[name]),
    width: 3,
  });
  const fields: readonly Field[] = [
    withField(reader, others),
    {
      kind: 'radios',
      name: 'kind',
      label: say('fields.kind'),
      hint: say('fields.kind_hint'),
      value: 'matter',
      options: ['matter', 'rules'].map((value) => ({ value, label: say(`kinds.${value}`) })),
    },
    ...bothFields(reader, 'title', languages, { kind: 'text' }),
    ...bothFields(reader, 'text', languages, { rows: 6 }),
    number('quorum'),
    choice('majority', MAJORITIES, 'majorities'),
    choice('ballot', BALLOTS, 'ballots'),
    number('secretFrom'),
    choice('voters', VOTERS, 'voter'),
    choice('tie', TIES, 'ties'),
    choice('chair', CHAIRS, 'chairs'),
  ];
  return {
    title: say('new_item.title'),
    intro: say('new_item.intro'),
    back: '/commission',
    problems: problemsOf(refused),
    note: noteOf(refused),
    form: act('new', '/commission/items', 'table', fieldsOf('new', refused, fields)),
  };
}

/** With which other country. */
export function withField({ translator, language }: CommissionReader, others: readonly string[]): Field {
  return {
    kind: 'select',
    name: 'other',
    label: say('fields.other'),
    value: others.length === 1 ? (others[0] ?? '') : '',
    options: others.map((code) => ({ value: code, label: translator.countryName(language, code) })),
  };
}

export function termFields(
  zones: readonly string[],
  known: Readonly<Record<string, string>>,
): readonly Field[] {
  return [
    {
      kind: 'text',
      name: 'startsAt',
      label: say('fields.startsAt'),
      hint: say('fields.startsAt_hint'),
      value: known.startsAt ?? '',
      width: 20,
    },
    {
      kind: 'select',
      name: 'timeZone',
      label: say('fields.timeZone'),
      value: known.timeZone ?? zones[0] ?? '',
      options: zones.map((zone) => ({ value: zone, label: zone })),
    },
    {
      kind: 'number',
      name: 'minutes',
      label: say('fields.minutes'),
      value: known.minutes ?? '120',
      width: 4,
    },
    {
      kind: 'text',
      name: 'place',
      label: say('fields.place'),
      hint: say('fields.place_hint'),
      value: known.place ?? '',
    },
    { kind: 'text', name: 'link', label: say('fields.link'), value: known.link ?? '', optional: true },
  ];
}

export function presentNewSession(
  reader: CommissionReader,
  others: readonly string[],
  zones: readonly string[],
  refused: RefusedForm | null,
): FormView {
  return {
    title: say('new_session.title'),
    intro: say('new_session.intro'),
    back: '/commission',
    problems: problemsOf(refused),
    note: noteOf(refused),
    form: act(
      'new',
      '/commission/sessions',
      'plan',
      fieldsOf('new', refused, [withField(reader, others), ...termFields(zones, {})]),
    ),
  };
}

export function presentRules(
  reader: CommissionReader,
  versions: readonly { readonly version: number; readonly rules: Rules; readonly adoptedAt: Date }[],
): RulesView {
  return {
    versions: versions.map(({ version, rules, adoptedAt }) => ({
      title: say('rules.version', {
        version,
        when: reader.translator.date(reader.language, adoptedAt, reader.zone),
      }),
      rows: ruleRows(reader, rules),
    })),
  };
}

const publicHref = (number: string) => `/commission/published/${encodeURIComponent(number)}`;

export function presentPublicProtocols(
  { translator, language }: CommissionReader,
  protocols: readonly ProtocolRow[],
): PublicProtocolsView {
  return {
    protocols: protocols.flatMap(({ number, publicContent }) =>
      publicContent
        ? [
            {
              href: publicHref(number),
              number,
              day: daysOf({ translator, language }, publicContent),
              countries: publicContent.countries
                .map((code) => translator.countryName(language, code))
                .join(' · '),
              amends: publicContent.amends,
            },
          ]
        : [],
    ),
  };
}

export function presentPublicProtocol(
  reader: CommissionReader,
  protocol: ProtocolRow,
  amendments: readonly ProtocolRow[],
): PublicProtocolView {
  const { translator, language } = reader;
  const content = protocol.publicContent;
  if (!content) throw new Error('a published protocol says something');
  const country = (code: string) => translator.countryName(language, code);
  return {
    number: protocol.number,
    rows: [
      row('day', daysOf(reader, content)),
      row('countries', content.countries.map(country).join(' · ')),
      ...(content.chairCountry ? [row('chair', country(content.chairCountry))] : []),
      ...(content.items.length > 0
        ? [
            row(
              'present_count',
              content.countries
                .map((code) => `${country(code)}: ${translator.number(language, content.present[code] ?? 0)}`)
                .join(' · '),
            ),
            row('items_count', translator.number(language, content.items.length)),
          ]
        : []),
      row('hash', content.hash),
    ],
    items: content.items.map((item, index) => ({
      title: say('public.item', { number: index + 1 }),
      rows: [
        row(
          'kind',
          item.subjectKind ? { key: `approvals.kinds.${item.subjectKind}` } : say(`kinds.${item.item}`),
        ),
        ...(item.outcome ? [row('outcome', say(`outcomes.${item.outcome}`))] : []),
        ...(item.ballot ? [row('ballot', say(`rules.ballots.${item.ballot}`))] : []),
        ...(item.tally ? [row('tally', tallyText(item.tally))] : []),
        row('recused_count', translator.number(language, item.recused)),
      ],
    })),
    amends: content.amends ? { href: publicHref(content.amends), number: content.amends } : null,
    amendments: amendments.map(({ number, publishedAt, publicContent }) => ({
      href: publicHref(number),
      number,
      day: publishedAt ? translator.date(language, publishedAt, reader.zone) : '',
      changes: (publicContent?.changes ?? []).join(', '),
    })),
  };
}

/** On which it was held. */
function daysOf(
  reader: Pick<CommissionReader, 'translator' | 'language'>,
  { day, lastDay }: Pick<PublicProtocol, 'day' | 'lastDay'>,
): string {
  return [day, ...(lastDay ? [lastDay] : [])].map((each) => dayOf(reader, each)).join(' – ');
}

function dayOf(
  { translator, language }: Pick<CommissionReader, 'translator' | 'language'>,
  day: string,
): string {
  return translator.date(language, new Date(`${day}T12:00:00Z`), 'UTC');
}
