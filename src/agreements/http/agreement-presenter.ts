import type { Message } from '../../platform/http/page.js';
import { showCheckCode } from '../../documents/public.js';
import type { IssuedDocument } from '../../documents/public.js';
import type { Translator } from '../../platform/i18n/translator.js';
import type { Language, LocalizedText } from '../../shared/language.js';
import { themeName } from '../data/themes.js';
import { lastDay } from '../domain/agreement.js';
import type { AgreementContent, AgreementView, QuotaView, VersionView } from '../domain/agreement.js';
import type { FieldOfStudy } from '../agreement-ports.js';
import type { AgreementState, VersionState } from '../domain/agreement.states.js';
import { allowedDays, quotaLeft } from '../domain/quota.js';
import type {
  AgreementCard,
  AgreementDocumentView,
  AgreementPageView,
  QuotaBar,
  QuotaChart,
  QuotaTableRow,
} from './views/agreement-views.js';
import type { AnnexView, TagModel } from './views/editor-views.js';

export interface Reader {
  readonly translator: Translator;
  readonly language: Language;
}

const TAGS: Readonly<Record<AgreementState, TagModel['kind']>> = {
  draft: 'grey',
  proposed: 'brass',
  in_force: 'leaf',
  expired: 'grey',
  terminated: 'brick',
};

const VERSION_TAGS: Readonly<Record<VersionState, TagModel['kind']>> = {
  draft: 'grey',
  proposed: 'brass',
  returned: 'brick',
  declined: 'brick',
  withdrawn: 'grey',
  in_force: 'leaf',
  superseded: 'grey',
  expired: 'grey',
  terminated: 'brick',
};

export function versionTag(state: VersionState): TagModel {
  return { kind: VERSION_TAGS[state], text: { key: `agreements.version_states.${state}` } };
}

/** A calendar day has no zone; UTC on both ends shows it as it is. */
export function dayWords({ translator, language }: Reader, day: string): string {
  return translator.date(language, new Date(`${day}T00:00:00Z`), 'UTC');
}

export function presentAgreementCard(reader: Reader, agreement: AgreementView): AgreementCard {
  const say = (text: LocalizedText) => reader.translator.localized(reader.language, text);
  return {
    href: `/agreements/${encodeURIComponent(agreement.reference)}`,
    title: say(agreement.title),
    kind: { key: `agreements.kinds.${agreement.kind}` },
    reference: agreement.reference,
    state: {
      kind: TAGS[agreement.state],
      text: { key: `agreements.states.${agreement.state}` },
    },
    parties: agreement.parties.map(({ name }) => say(name)),
    charts: presentQuotaCharts(reader, agreement.quotas),
  };
}

export function presentAgreement(
  reader: Reader,
  agreement: AgreementView,
  fields: readonly FieldOfStudy[] = [],
): AgreementPageView {
  const { translator, language } = reader;
  const say = (text: LocalizedText) => translator.localized(language, text);
  const day = (text: string) => dayWords(reader, text);
  const dayInSentence = (text: string) =>
    translator.dateInSentence(language, new Date(`${text}T00:00:00Z`), 'UTC');
  const card = presentAgreementCard(reader, agreement);
  const { signedOn, inForceFrom, inForceUntil } = agreement;
  return {
    ...card,
    facts: [
      { label: { key: 'agreements.facts.reference' }, value: agreement.reference },
      { label: { key: 'agreements.facts.parties' }, values: card.parties },
      ...(agreement.themes.length > 0
        ? [
            {
              label: { key: 'agreements.facts.themes' },
              values: agreement.themes.map((theme) => say(themeName(theme))),
            },
          ]
        : []),
      ...(signedOn ? [{ label: { key: 'agreements.facts.signed' }, value: day(signedOn) }] : []),
      ...(inForceFrom
        ? [
            {
              label: { key: 'agreements.facts.term' },
              value: inForceUntil
                ? { key: 'agreements.term', values: { from: day(inForceFrom), until: day(inForceUntil) } }
                : { key: 'agreements.term_open', values: { from: dayInSentence(inForceFrom) } },
            },
          ]
        : []),
      ...(agreement.terminatesOn
        ? [{ label: { key: 'agreements.facts.notice_given' }, value: noticeWords(reader, agreement) }]
        : []),
      ...presentTerms(reader, agreement.terms, fields),
    ],
    table: agreement.quotas.map((quota) => tableRow(reader, quota)),
    articles: agreement.text.articles.map(({ title, body }, place) => ({
      heading: { key: 'agreements.article', values: { number: place + 1, title: say(title) } },
      paragraphs: say(body).split(/\n{2,}/),
    })),
    approved:
      agreement.state === 'draft' || agreement.state === 'proposed'
        ? null
        : { key: 'agreements.hash', values: { hash: agreement.textHash.slice(0, 12) } },
  };
}

/**
 * Two opposed bars for each category and year: one country's people to the left, the other's to the right, all on one
 * scale, so that a lean to one side is seen before a number is read. One chart for each pair of countries.
 */
export function presentQuotaCharts(reader: Reader, quotas: readonly QuotaView[]): readonly QuotaChart[] {
  const charts = new Map<string, QuotaView[]>();
  for (const quota of quotas) {
    const pair = [quota.homeCountry, quota.hostCountry].sort().join(' ');
    charts.set(pair, [...(charts.get(pair) ?? []), quota]);
  }
  return [...charts].map(([pair, ofPair]) => {
    const [first = '', second = ''] = pair.split(' ');
    const longest = Math.max(1, ...ofPair.map(({ persons }) => persons));
    const rows = new Map<string, QuotaView[]>();
    for (const quota of ofPair) {
      const row = `${quota.academicYear} ${quota.category}`;
      rows.set(row, [...(rows.get(row) ?? []), quota]);
    }
    return {
      leftTitle: direction(reader, first, second),
      rightTitle: direction(reader, second, first),
      pairs: [...rows.values()].sort(largestFirst).map((ofRow) => ({
        title: rowTitle(reader, ofRow),
        left: bar(
          ofRow.find(({ homeCountry }) => homeCountry === first),
          longest,
        ),
        right: bar(
          ofRow.find(({ homeCountry }) => homeCountry === second),
          longest,
        ),
      })),
    };
  });
}

/** By year, then the rows that move most people. */
function largestFirst(a: readonly QuotaView[], b: readonly QuotaView[]): number {
  const yearOf = ([quota]: readonly QuotaView[]) => quota?.academicYear ?? '';
  const personsOf = (row: readonly QuotaView[]) => row.reduce((sum, { persons }) => sum + persons, 0);
  return yearOf(a).localeCompare(yearOf(b)) || personsOf(b) - personsOf(a);
}

function rowTitle({ translator, language }: Reader, [quota]: readonly QuotaView[]): Message {
  return {
    key: 'agreements.quotas.row',
    values: {
      category: quota ? translator.t(language, `agreements.categories.${quota.category}`) : '',
      year: quota?.academicYear ?? '',
    },
  };
}

function bar(quota: QuotaView | undefined, longest: number): QuotaBar {
  const persons = quota?.persons ?? 0;
  const committed = quota?.committed ?? 0;
  const length = (value: number) => Math.round((value / longest) * 1000) / 10;
  return {
    persons,
    committed,
    label: { key: 'agreements.quotas.committed_of', values: { committed, persons } },
    personsLength: length(persons),
    committedLength: length(committed),
  };
}

function direction({ translator, language }: Reader, home: string, host: string): Message {
  return {
    key: 'agreements.quotas.from',
    values: {
      home: translator.countryName(language, home),
      host: translator.countryName(language, host),
    },
  };
}

function tableRow(reader: Reader, quota: QuotaView): QuotaTableRow {
  const number = (value: number) => reader.translator.number(reader.language, value);
  return {
    category: { key: `agreements.categories.${quota.category}` },
    year: quota.academicYear,
    direction: direction(reader, quota.homeCountry, quota.hostCountry),
    persons: number(quota.persons),
    stay: stayWords(reader, quota),
    committed: number(quota.committed),
    left: leftWords(reader, quota),
  };
}

/** Months and days of stay in all; a dash where persons alone are counted. */
function stayWords({ translator, language }: Reader, { months, days = 0 }: QuotaView): string {
  const parts = [
    ...(months > 0 ? [translator.t(language, 'agreements.quotas.months', { count: months })] : []),
    ...(days > 0 ? [translator.t(language, 'agreements.quotas.days', { count: days })] : []),
  ];
  return parts.length > 0 ? parts.join(' + ') : '—';
}

function leftWords({ translator, language }: Reader, quota: QuotaView): string {
  const { persons, days } = quotaLeft(quota);
  const number = translator.number(language, persons);
  return allowedDays(quota) === null || days === null
    ? number
    : `${number} · ${translator.t(language, 'agreements.quotas.days', { count: days })}`;
}

/** What is agreed beside the text: what it stands under, notice, fields, levels, languages. */
export function presentTerms(
  { translator, language }: Reader,
  { under, noticeDays, exchange }: Pick<AgreementContent, 'under' | 'noticeDays' | 'exchange'>,
  fields: readonly FieldOfStudy[],
): AgreementPageView['facts'] {
  const names = new Map(fields.map(({ code, name }) => [code, translator.localized(language, name)]));
  const fact = (key: string, values: readonly string[]) =>
    values.length > 0 ? [{ label: { key: `agreements.facts.${key}` }, values }] : [];
  return [
    ...fact('under', under ? [under] : []),
    ...fact(
      'notice',
      noticeDays === undefined
        ? []
        : [translator.t(language, 'agreements.quotas.days', { count: noticeDays })],
    ),
    ...fact(
      'fields',
      (exchange?.fields ?? []).map((code) => `${code} ${names.get(code) ?? ''}`.trim()),
    ),
    ...fact(
      'levels',
      (exchange?.levels ?? []).map((level) => translator.t(language, `agreements.levels.${level}`)),
    ),
    ...fact(
      'languages',
      (exchange?.languages ?? []).map(
        ({ language: taught, level }) =>
          `${translator.languageName(language, taught)}, ${translator.t(language, `agreements.cefr.${level}`)}`,
      ),
    ),
    ...(exchange?.blended
      ? [{ label: { key: 'agreements.facts.blended' }, value: { key: 'agreements.facts.blended_yes' } }]
      : []),
  ];
}

/** The annexes of a version, with the way to each for whoever may take them. */
export function presentAnnexes(
  { translator, language }: Reader,
  reference: string,
  version: Pick<VersionView, 'number' | 'content'>,
  takes: boolean,
): readonly AnnexView[] {
  const href = `/agreements/${encodeURIComponent(reference)}/versions/${version.number}/annexes`;
  return (version.content.annexes ?? []).map(({ key, title, fileName, sizeBytes, pages, sha256 }) => ({
    key,
    title: translator.localized(language, title),
    facts: [
      ...(pages === null ? [] : [translator.t(language, 'agreements.annexes.pages', { count: pages })]),
      translator.t(language, 'agreements.annexes.size', {
        kilobytes: translator.number(language, Math.ceil(sizeBytes / 1024)),
      }),
    ].join(' · '),
    sha256,
    fileName,
    href: takes ? `${href}/${key}` : null,
  }));
}

/** The text of a version as a document, for whoever may take it. */
export function presentDocument(
  { translator, language }: Reader,
  reference: string,
  version: Pick<VersionView, 'number' | 'content'>,
  document: IssuedDocument | null,
): AgreementDocumentView | null {
  if (!document || document.revokedAt) return null;
  const { number, checkCode, ready, signatures, signaturesWanted } = document;
  const waits = version.content.paper ? 'text_to_confirm' : 'text_to_sign';
  const title = signaturesWanted > 0 ? 'signed_text' : waits;
  const href = `/agreements/${encodeURIComponent(reference)}/versions/${version.number}/text.pdf`;
  return {
    title: { key: `agreements.document.${title}` },
    number,
    state: { key: `agreements.document.${ready ? 'ready' : 'preparing'}` },
    href: ready ? href : null,
    verifyHref: `/verify/${number}?code=${showCheckCode(checkCode)}`,
    signatures: signatures.map(({ name, language: spoken, actedAt }) => ({
      text: name,
      lang: spoken,
      at: translator.date(language, actedAt, 'UTC'),
    })),
  };
}

function noticeWords(reader: Reader, agreement: AgreementView): Message {
  const { termination } = agreement;
  const party = agreement.parties.find(
    ({ country, institutionId }) =>
      country === termination?.country &&
      (termination.institutionId === null || institutionId === termination.institutionId),
  );
  return {
    key: 'agreements.notice_given',
    values: {
      party: party ? reader.translator.localized(reader.language, party.name) : '',
      day: dayWords(reader, lastDay(agreement) ?? ''),
      reason: termination?.reason ?? '',
    },
  };
}
