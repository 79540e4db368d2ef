import type { UploadVersion } from '../../../documents/public.js';
import type { Ctx } from '../../../platform/database/context.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { GATE_VERDICTS, gateStates } from '../../domain/gate.states.js';
import type { GateVerdict } from '../../domain/gate.states.js';
import type { OpenGate } from '../../operations/read-gates.js';
import type { HitState } from '../../data/screening-hit.entity.js';
import { HIT_VERDICTS } from '../../operations/decide-hit.js';
import { GATE_REASONS } from '../../operations/settle-gate.js';
import type { DayParts } from '../typed-day.js';
import type { GatePageView, HitView, Row, SettlementPanel, Tag } from '../views/gate-views.js';
import { gateTag, presentGateDue } from './present-gates.js';
import { errorsOf, problemLines, problemMessage } from './present-problems.js';

export interface GatePageState {
  /** Which form was sent; null: none. */
  readonly sent: 'settlement' | 'evidence' | 'reopening' | 'hit' | null;
  /** Of which hit the form was sent. */
  readonly hit: string | null;
  readonly verdict: GateVerdict;
  readonly typed: Readonly<Record<string, string>>;
  readonly expires: DayParts;
  readonly validUntil: DayParts;
  readonly problems: readonly FieldProblem[];
}

/** A gate with what the rule asks, what was found, and the panel of its officers. */
export function presentGate(
  translator: Translator,
  ctx: Ctx,
  open: OpenGate,
  state: GatePageState,
): GatePageView {
  const { gate, summary, rule, evidence, names, zone, files, today } = open;
  const { language } = ctx;
  const day = (date: string) => translator.date(language, new Date(`${date}T12:00:00Z`), 'UTC');
  const person = (id: string | null) => {
    const name = id ? names.get(id) : undefined;
    return name ? { text: name.name, lang: name.language } : null;
  };
  const evidenceName = (id: string | null) => {
    const asked = rule.evidence.find((each) => each.id === id);
    return asked ? translator.localized(language, asked.name) : null;
  };
  const counts = gate.withdrawnAt === null;
  const settles = counts && open.settle.allowed && gate.state === 'pending';
  const officer = person(gate.officerId);
  const row = (label: string, value: Row['value'], lang?: string): Row => ({
    label: { key: `gates.facts.${label}` },
    value,
    ...(lang ? { lang } : {}),
  });
  const decider = person(gate.decidedBy);
  const decided = gate.decidedAt !== null && gate.state !== 'pending';
  return {
    reference: summary.reference,
    kind: { key: `gates.kinds.${gate.kind}` },
    title: { text: summary.title, lang: summary.titleLang },
    state: gateTag(gate.state),
    deadline: counts && gate.state === 'pending' ? presentGateDue(translator, ctx, gate.dueAt, zone) : null,
    facts: [
      row('country', translator.countryName(language, gate.country)),
      row('office', translator.localized(language, rule.office)),
      row('home', summary.homeParty),
      row('host', summary.hostParty),
      ...summary.facts,
      row('needed_until', day(gate.neededUntil)),
      row('opened', translator.dateTime(language, gate.openedAt, zone)),
      ...(officer ? [row('officer', officer.text, officer.lang)] : []),
      row('source', rule.source),
    ],
    fileHref: summary.href,
    asked: rule.evidence.map(({ id, name }) => ({
      name: translator.localized(language, name),
      given: evidence.some(({ item, validUntil }) => item === id && !isOver(validUntil, today)),
    })),
    evidence: evidence.map(({ item, words, uploadId, validUntil, addedBy, addedAt }) => ({
      item: evidenceName(item),
      words,
      file: presentFile(translator, ctx, gate.id, files.get(uploadId ?? '')),
      until:
        validUntil === null
          ? null
          : {
              text: { key: 'gates.evidence.valid_until', values: { date: day(validUntil) } },
              over: isOver(validUntil, today),
            },
      by: person(addedBy),
      at: translator.dateTime(language, addedAt, zone),
    })),
    hits: presentHits(translator, ctx, open, state),
    screened: gate.kind === 'restricted_parties',
    word: decided
      ? [
          row('decided', translator.dateTime(language, gate.decidedAt ?? gate.stateSince, zone)),
          ...(decider ? [row('by', decider.text, decider.lang)] : []),
          ...(gate.reasonCode ? [row('reason', { key: `gates.reasons.${gate.reasonCode}` })] : []),
          ...(gate.reasonText ? [row('words', gate.reasonText)] : []),
          ...gate.conditions.map((condition) => row('condition', condition)),
          ...(gate.toldText ? [row('told', gate.toldText)] : []),
          ...(gate.expiresOn ? [row('holds_until', day(gate.expiresOn))] : []),
        ]
      : [],
    panel: settles ? presentPanel(open, state) : null,
    evidencePanel: settles
      ? {
          action: `/gates/${gate.id}/evidence`,
          items: rule.evidence.map(({ id, name }) => ({
            value: id,
            label: translator.localized(language, name),
          })),
          typed: state.sent === 'evidence' ? state.typed : {},
          validUntil: state.sent === 'evidence' ? state.validUntil : { day: '', month: '', year: '' },
          errors: state.sent === 'evidence' ? errorsOf(state.problems) : {},
        }
      : null,
    reopening:
      counts && open.reopen.allowed
        ? {
            action: `/gates/${gate.id}/reopening`,
            typed: state.sent === 'reopening' ? (state.typed.reason ?? '') : '',
            error: state.sent === 'reopening' && state.problems[0] ? problemMessage(state.problems[0]) : null,
          }
        : null,
    whyNot:
      counts && gate.state === 'pending' && !open.settle.allowed
        ? { key: `reasons.${open.settle.reason}` }
        : null,
    problems: problemLines(translator, language, state.problems),
  };
}

/** Evidence shows what it shows through its last day. */
function isOver(validUntil: string | null, today: string): boolean {
  return validUntil !== null && validUntil < today;
}

function presentFile(
  translator: Translator,
  { language }: Ctx,
  gateId: string,
  file: UploadVersion | undefined,
): GatePageView['evidence'][number]['file'] {
  if (!file) return null;
  return {
    href: `/gates/${gateId}/evidence/${file.id}`,
    name: file.fileName,
    about: {
      key: file.current ? 'gates.evidence.version' : 'gates.evidence.version_former',
      values: {
        version: translator.number(language, file.version),
        size: translator.number(language, Math.ceil(file.sizeBytes / 1024)),
      },
    },
  };
}

const HIT_TAGS: Readonly<Record<HitState, Tag['kind']>> = {
  open: 'brass',
  true_positive: 'brick',
  false_positive: 'leaf',
  gone: 'grey',
};

function presentHits(translator: Translator, ctx: Ctx, open: OpenGate, state: GatePageState): HitView[] {
  const { gate, hits, names, zone, screen } = open;
  const { language } = ctx;
  return hits.map((hit) => {
    const row = (label: string, value: Row['value'], lang?: string): Row => ({
      label: { key: `gates.hits.${label}` },
      value,
      ...(lang ? { lang } : {}),
    });
    const by = hit.decidedBy ? names.get(hit.decidedBy) : undefined;
    const sent = state.sent === 'hit' && state.hit === hit.id;
    return {
      state: { kind: HIT_TAGS[hit.state], text: { key: `gates.hits.states.${hit.state}` } },
      list: `${hit.entry.list} · ${hit.entry.version}`,
      rows: [
        row('own_name', hit.ownName),
        row('listed_name', hit.listedName),
        row('score', translator.number(language, Math.round(Number(hit.score) * 100))),
        row('birth_year', { key: `gates.hits.birth_years.${hit.birthYear}` }),
        row('entry', hit.entryKey),
        row('names', hit.entry.names.join(' · ')),
        ...(hit.entry.birthYears.length > 0 ? [row('years', hit.entry.birthYears.join(', '))] : []),
        ...(hit.entry.note ? [row('note', hit.entry.note)] : []),
        row('found', translator.dateTime(language, hit.foundAt, zone)),
        ...(by ? [row('by', by.name, by.language)] : []),
        ...(hit.reason ? [row('reason', hit.reason)] : []),
      ],
      form:
        screen.allowed && gate.withdrawnAt === null && hit.state !== 'gone'
          ? {
              action: `/gates/${gate.id}/hits/${hit.id}`,
              verdicts: HIT_VERDICTS.map((verdict) => ({
                value: verdict,
                label: { key: `gates.hits.verdicts.${verdict}` },
              })),
              typed: sent ? state.typed : {},
              error: sent && state.problems[0] ? problemMessage(state.problems[0]) : null,
            }
          : null,
    };
  });
}

function presentPanel({ gate }: OpenGate, state: GatePageState): SettlementPanel {
  const { verdict } = state;
  const sent = state.sent === 'settlement';
  const refuses = verdict === 'refuse';
  return {
    action: `/gates/${gate.id}/settlement`,
    verdict,
    tabs: GATE_VERDICTS.filter((each) => gateStates.allows(gate.state, each)).map((each) => ({
      href: `/gates/${gate.id}?verdict=${each}#decision-title`,
      text: { key: `gates.verdicts.${each}.name` },
      current: each === verdict,
    })),
    does: [{ key: `gates.verdicts.${verdict}.does` }],
    tells: [{ key: refuses ? 'gates.tells.refused' : 'gates.tells.passed' }],
    button: { key: `gates.verdicts.${verdict}.button` },
    refuses,
    needsConditions: verdict === 'clear_with_conditions',
    lasts: verdict === 'clear' || verdict === 'clear_with_conditions',
    reasons: GATE_REASONS.map((code) => ({ value: code, label: { key: `gates.reasons.${code}` } })),
    typed: sent ? state.typed : {},
    expires: state.expires,
    errors: sent ? errorsOf(state.problems) : {},
  };
}
