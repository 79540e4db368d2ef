import { commissionProtocolsPolicy } from '../../domain/commission.policy.js';
import type { ProtocolSection } from '../../domain/protocol.js';
import type { OpenProtocol } from '../../operations/read-commission.js';
import type { ActForm, Person, ProtocolView, SectionView } from '../views/commission-views.js';
import {
  act,
  bothFields,
  brokenOffRows,
  fieldsOf,
  noteOf,
  outcomeTag,
  personOf,
  problemsOf,
  protocolTag,
  row,
  ruleRows,
  say,
  tallyText,
  whenOf,
  whereOf,
  writtenIn,
} from './parts.js';
import type { CommissionReader, RefusedForm } from './parts.js';

export function presentProtocol(
  reader: CommissionReader,
  open: OpenProtocol,
  refused: RefusedForm | null,
): ProtocolView {
  const { protocol, facts, sections, acts, names, session, amendments, amends, languages } = open;
  const { actor, translator, language } = reader;
  const href = `/commission/protocols/${protocol.id}`;
  const may = (action: string) =>
    commissionProtocolsPolicy.decide(actor, `commission_protocol.${action}`, facts).allowed;
  const hidden = { kind: 'text' as const, name: 'hash', label: '', value: protocol.contentHash };
  const forms: ActForm[] = [];
  if (may('agree')) {
    forms.push(act('agree', `${href}/agree`, 'agree', [hidden], { text: say('protocol.agree_text') }));
  }
  if (may('sign')) {
    forms.push(act('sign', `${href}/sign`, 'sign', [hidden], { text: say('protocol.sign_text') }));
  }
  if (may('publish')) {
    forms.push(act('publish', `${href}/publish`, 'publish', [], { text: say('protocol.publish_text') }));
  }
  const items = sections.filter(({ content }) => content.kind === 'item');
  if (may('amend') && protocol.amendsId === null && items.length > 0) {
    forms.push(
      act(
        'amend',
        `${href}/amend`,
        'amend',
        fieldsOf('amend', refused, [
          {
            kind: 'select',
            name: 'section',
            label: say('fields.section'),
            value: String(items[0]?.position ?? ''),
            options: items.map(({ position }) => ({
              value: String(position),
              label: say('public.item', { number: position }),
            })),
          },
          ...bothFields(reader, 'words', languages),
          ...bothFields(reader, 'reason', languages, { rows: 3 }),
        ]),
        { title: say('protocol.amend'), text: say('protocol.amend_text') },
      ),
    );
  }
  return {
    href,
    number: protocol.number,
    hash: protocol.contentHash,
    state: protocolTag(protocol.state),
    session: { href: `/commission/sessions/${session.id}`, number: session.number },
    amends: amends && { href: `/commission/protocols/${amends.id}`, number: amends.number },
    amendments: amendments.map(({ id, number, state }) => ({
      href: `/commission/protocols/${id}`,
      number,
      state: protocolTag(state),
    })),
    published:
      protocol.state === 'published' ? `/commission/published/${encodeURIComponent(protocol.number)}` : null,
    document:
      open.document && open.withheld === 0
        ? { number: open.document.number, href: open.document.ready ? `${href}/file` : null }
        : null,
    withheld: open.withheld > 0,
    awaited: open.awaited.map(({ country, people }) => ({
      text: say(`protocol.${people.length > 0 ? 'may' : 'nobody_may'}.${protocol.state}`, {
        country: translator.countryName(language, country),
      }),
      people: people.map((personId) => personOf(reader, names, personId, '')),
    })),
    problems: problemsOf(refused),
    note: noteOf(refused),
    acts: acts.map(({ country, act: which, personId, at }) => ({
      text: say(`protocol.acts.${which}`),
      by: personOf(reader, names, personId, country),
      at: whenOf(reader, at, session.timeZone),
    })),
    sections: sections.map((section) => sectionView(reader, open, section, may('draft'), refused)),
    forms,
  };
}

function sectionView(
  reader: CommissionReader,
  { protocol, amendments, languages }: OpenProtocol,
  { position, content }: ProtocolSection,
  drafts: boolean,
  refused: RefusedForm | null,
): SectionView {
  const { translator, language } = reader;
  const country = (code: string) => translator.countryName(language, code);
  const base = { position, reason: [], amendedBy: [], revise: null };
  if (content.kind === 'head') {
    const named = (people: typeof content.present, how: string): Person[] =>
      people.map(({ name, language: lang, country: code, part }) => ({
        name,
        lang,
        country: country(code),
        detail: say(`seats.${part}_${how}`),
      }));
    return {
      ...base,
      title: { text: say('protocol.head'), lang: null },
      rows: [
        row('planned', whenOf(reader, new Date(content.startsAt), content.timeZone)),
        row('where', whereOf(content)),
        row('opened', whenOf(reader, new Date(content.openedAt), content.timeZone)),
        row('closed', whenOf(reader, new Date(content.closedAt), content.timeZone)),
        row('chair', country(content.chairCountry)),
        row('rules_version', translator.number(language, content.rulesVersion)),
        ...ruleRows(reader, content.rules),
      ],
      people: [...named(content.present, 'present'), ...named(content.absent, 'absent')],
      words: [],
    };
  }
  const revise = (known: Readonly<Record<string, string>>): ActForm | null => {
    if (!drafts) return null;
    const id = `revise-${position}`;
    return act(
      id,
      `/commission/protocols/${protocol.id}/sections/${position}`,
      'revise',
      fieldsOf(id, refused, bothFields(reader, 'words', languages, {}, known)),
      { text: say('protocol.revise_text') },
    );
  };
  if (content.kind === 'amendment') {
    return {
      ...base,
      title: {
        text: say('protocol.amends', { number: content.amends, section: content.section }),
        lang: null,
      },
      rows: [],
      people: [],
      words: writtenIn(reader, content.words),
      reason: writtenIn(reader, content.reason),
      revise: revise(content.words),
    };
  }
  const spoken = content.title[language] ? language : Object.keys(content.title)[0];
  return {
    ...base,
    title: {
      text: [content.reference, spoken ? content.title[spoken] : ''].filter(Boolean).join(' · '),
      lang: spoken ?? null,
    },
    rows: [
      row(
        'kind',
        content.subjectKind
          ? { key: `approvals.kinds.${content.subjectKind}` }
          : say(`kinds.${content.item}`),
      ),
      ...(content.vote
        ? [
            row('ballot', say(`rules.ballots.${content.vote.ballot}`)),
            row(
              'entitled',
              Object.entries(content.vote.entitled)
                .map(([code, count]) => `${country(code)}: ${count}`)
                .join(' · '),
            ),
            row('quorum', translator.number(language, content.vote.quorum)),
            row('tally', tallyText(content.vote.tally)),
          ]
        : [row('ballot', say(content.brokenOff?.length ? 'vote.broken_off' : 'vote.none'))]),
      ...(content.brokenOff ?? []).flatMap(({ reason, words }) => brokenOffRows(reader, reason, words)),
      ...(content.outcome ? [row('outcome', outcomeTag(content.outcome).text)] : []),
      ...content.notes.flatMap((words) =>
        writtenIn(reader, words).map(({ lang, paragraphs }) => row('note', paragraphs.join('\n'), lang)),
      ),
    ],
    people: content.recused.map(({ name, language: lang, country: code, how }) => ({
      name,
      lang,
      country: country(code),
      detail: say(`recused.${how}`),
    })),
    words: writtenIn(reader, content.decision),
    amendedBy: amendments
      .filter(
        ({ state, publicContent }) => state === 'published' && publicContent?.changes.includes(position),
      )
      .map(({ id, number }) => ({ number, href: `/commission/protocols/${id}` })),
    revise: revise(content.decision),
  };
}
