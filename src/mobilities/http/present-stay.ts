import type { DisplayName } from '../../access/public.js';
import type { CallView } from '../../calls/public.js';
import type { Message } from '../../platform/http/page.js';
import type { Translator } from '../../platform/i18n/translator.js';
import type { Actor } from '../../shared/actor.js';
import type { DomainError, FieldProblem } from '../../shared/domain-error.js';
import type { Language } from '../../shared/language.js';
import type { MobilityCertificateRow } from '../data/mobility-certificate.entity.js';
import { PAYMENT_KINDS } from '../data/mobility-payment.entity.js';
import type { MobilityPaymentRow } from '../data/mobility-payment.entity.js';
import type { MobilityRow } from '../data/mobility.entity.js';
import { mobilitiesPolicy, payersFor } from '../domain/mobilities.policy.js';
import type { MobilityState } from '../domain/mobility.states.js';
import { PAID_IN, PURPOSES } from '../operations/record-payment.js';
import type { ActForm, Field, PaymentLine, Problem, StayView, Tag, Words } from './views/mobility-views.js';

export interface StayReader {
  readonly translator: Translator;
  readonly language: Language;
  readonly actor: Actor;
}

/** What somebody typed, and why it was not taken. */
export interface RefusedAct {
  readonly act: string;
  readonly error: DomainError;
  readonly typed: Readonly<Record<string, string>>;
}

export interface StayModel {
  readonly stay: MobilityRow;
  readonly name: DisplayName | null;
  readonly call: CallView | null;
  readonly institutions: ReadonlyMap<string, string>;
  readonly certificates: readonly MobilityCertificateRow[];
  readonly payments: readonly MobilityPaymentRow[];
  readonly zone: string;
  readonly today: string;
}

const KINDS: Readonly<Record<MobilityState, Tag['kind']>> = {
  planned: 'brass',
  ongoing: 'sky',
  departed: 'leaf',
  cancelled: 'grey',
  no_show: 'brick',
};

export const stateTag = (state: MobilityState): Tag => ({
  kind: KINDS[state],
  text: { key: `record_states.mobility.${state}` },
});

export function dayInWords({ translator, language }: StayReader, day: string): string {
  return translator.date(language, new Date(`${day}T12:00:00Z`), 'UTC');
}

const ERRORS_OF_FORM: readonly string[] = ['invalid'];

export function presentStay(reader: StayReader, model: StayModel, refused: RefusedAct | null): StayView {
  const { translator, language, actor } = reader;
  const { stay, name, call, institutions } = model;
  const day = (value: string | null) => (value === null ? '' : dayInWords(reader, value));
  const fields = refused && ERRORS_OF_FORM.includes(refused.error.code) ? refused.error.fields : [];
  const institution = (id: string | null) => (id === null ? '' : (institutions.get(id) ?? ''));
  const country = (code: string) => translator.countryName(language, code);
  const row = (key: string, value: Words) => ({ label: { key: `mobilities.facts.${key}` }, value });
  return {
    href: `/mobilities/${stay.id}`,
    name: { name: name?.name ?? '', lang: name?.language ?? '', latin: name?.latin ?? null },
    state: stateTag(stay.state),
    note: refused && fields.length === 0 ? { key: `reasons.${refused.error.reason}` } : null,
    problems: refused ? problemsIn(refused.act, fields) : [],
    rows: [
      ...(call ? [row('call', translator.localized(language, call.title))] : []),
      row(
        'home',
        [institution(stay.homeInstitutionId), country(stay.homeCountry)].filter(Boolean).join(', '),
      ),
      row(
        'host',
        [institution(stay.hostInstitutionId), country(stay.hostCountry)].filter(Boolean).join(', '),
      ),
      row('planned', {
        key: 'mobilities.from_until',
        values: { from: day(stay.plannedFrom), until: day(stay.plannedUntil) },
      }),
      ...(stay.arrivedOn ? [row('arrived', day(stay.arrivedOn))] : []),
      ...(stay.departedOn ? [row('departed', day(stay.departedOn))] : []),
      ...(stay.funding.length > 0
        ? [
            {
              label: { key: 'mobilities.facts.funding' },
              values: stay.funding.map(({ item, payer, amount, per }): Words => ({
                key: amount ? `mobilities.funding.${per}` : 'mobilities.funding.full',
                values: {
                  purpose: translator.t(language, `mobilities.purposes.${item}`),
                  payer: translator.t(language, `ledger.payers.${payer}`),
                  ...(amount ? { amount: translator.money(language, amount) } : {}),
                },
              })),
            },
          ]
        : []),
    ],
    history: model.certificates.map(({ kind, certifiedOn, replaces, reason, certifiedAt }) => ({
      words: {
        key: `mobilities.history.${replaces === null ? kind : `${kind}_corrected`}`,
        values: { day: day(certifiedOn) },
      },
      at: translator.dateTime(language, certifiedAt, model.zone),
      reason,
    })),
    payments: presentPayments(reader, model, refused),
    forms: formsOf(reader, model, refused),
    back: mobilitiesPolicy.decide(actor, 'mobility.list', stay).allowed ? '/mobilities' : null,
  };
}

function presentPayments(
  reader: StayReader,
  model: StayModel,
  refused: RefusedAct | null,
): readonly PaymentLine[] {
  const { translator, language, actor } = reader;
  const { stay, payments } = model;
  const may = mobilitiesPolicy.decide(actor, 'mobility.record_payment', stay).allowed;
  const payers = payersFor(actor, stay);
  const replaced = new Set(payments.flatMap(({ replaces }) => replaces ?? []));
  return payments.map((payment) => {
    const { id, kind, purpose, payer, minor, currency, paidOn, evidence, reason } = payment;
    const gone = replaced.has(id) || minor === null;
    const act = `payments/${id}`;
    return {
      words: {
        key: minor === null ? 'mobilities.payment.not_paid' : `mobilities.payment.${kind}`,
        values: {
          purpose: translator.t(language, `mobilities.purposes.${purpose}`),
          payer: translator.t(language, `ledger.payers.${payer}`),
          day: dayInWords(reader, paidOn),
          amount: minor === null ? '' : translator.money(language, { minor: Number(minor), currency }),
        },
      },
      evidence,
      note: replaced.has(id) ? { key: 'mobilities.payment.replaced' } : null,
      reason,
      gone,
      correct:
        may && !gone && payers.includes(payer)
          ? formOf('correct_payment', act, refused, [
              {
                kind: 'text',
                name: 'amount',
                label: { key: 'mobilities.fields.new_amount' },
                hint: { key: 'mobilities.fields.new_amount_hint' },
                optional: true,
                width: 10,
              },
              reasonField(),
            ])
          : null,
    };
  });
}

const reasonField = (): Field => ({
  kind: 'textarea',
  name: 'reason',
  label: { key: 'mobilities.fields.reason' },
  rows: 3,
});

/** What the reader may do with the stay now, each as a form of its own. */
function formsOf(
  reader: StayReader,
  { stay, today }: StayModel,
  refused: RefusedAct | null,
): readonly ActForm[] {
  const { actor } = reader;
  const may = (action: string) => mobilitiesPolicy.decide(actor, `mobility.${action}`, stay).allowed;
  const dayField = (kind: string): Field => ({
    kind: 'date',
    name: 'day',
    label: { key: `mobilities.fields.day_of_${kind}` },
  });
  const options = (values: readonly string[], of: string) =>
    values.map((value) => ({ value, label: { key: `${of}.${value}` } }));
  const payers = payersFor(actor, stay);
  return [
    ...(may('certify_arrival')
      ? [
          formOf(stay.state === 'no_show' ? 'came_after_all' : 'arrival', 'arrival', refused, [
            dayField('arrival'),
          ]),
        ]
      : []),
    ...(may('certify_departure') ? [formOf('departure', 'departure', refused, [dayField('departure')])] : []),
    ...(may('record_payment')
      ? [
          formOf('payment', 'payments', refused, [
            {
              kind: 'radios',
              name: 'kind',
              label: { key: 'mobilities.fields.kind' },
              options: options(PAYMENT_KINDS, 'mobilities.kinds'),
            },
            {
              kind: 'select',
              name: 'purpose',
              label: { key: 'mobilities.fields.purpose' },
              options: options(PURPOSES, 'mobilities.purposes'),
            },
            {
              kind: 'select',
              name: 'payer',
              label: { key: 'mobilities.fields.payer' },
              options: options(payers, 'ledger.payers'),
            },
            { kind: 'text', name: 'amount', label: { key: 'mobilities.fields.amount' }, width: 10 },
            {
              kind: 'select',
              name: 'currency',
              label: { key: 'mobilities.fields.currency' },
              options: PAID_IN.map((value) => ({ value, label: value })),
            },
            { kind: 'date', name: 'paidOn', label: { key: 'mobilities.fields.paid_on' } },
            {
              kind: 'text',
              name: 'evidence',
              label: { key: 'mobilities.fields.evidence' },
              hint: { key: 'mobilities.fields.evidence_hint' },
            },
          ]),
        ]
      : []),
    ...(may('correct')
      ? [
          formOf('correct', 'correct', refused, [
            ...(stay.state === 'departed'
              ? [
                  {
                    kind: 'radios' as const,
                    name: 'kind',
                    label: { key: 'mobilities.fields.which' },
                    options: options(['arrival', 'departure'], 'mobilities.days'),
                  },
                ]
              : []),
            dayField('correction'),
            reasonField(),
          ]),
        ]
      : []),
    ...(may('record_no_show') && today > stay.plannedFrom
      ? [formOf('no_show', 'no-show', refused, [reasonField()], true)]
      : []),
    ...(may('cancel') ? [formOf('cancel', 'cancel', refused, [reasonField()], true)] : []),
  ];
}

function formOf(
  key: string,
  act: string,
  refused: RefusedAct | null,
  fields: readonly Field[],
  warning = false,
): ActForm {
  const mine = refused?.act === act ? refused : null;
  return {
    act,
    title: { key: `mobilities.forms.${key}.title` },
    text: { key: `mobilities.forms.${key}.text` },
    button: { key: `mobilities.forms.${key}.button` },
    warning,
    open: mine !== null || key === 'arrival' || key === 'departure',
    fields: (mine ? fields.map((field) => withTyped(field, mine)) : fields).map((field) => ({
      ...field,
      name: `${prefixOf(act)}${field.name}`,
    })),
  };
}

function withTyped(field: Field, { typed, error }: RefusedAct): Field {
  const found = error.fields.find((problem) => problem.field === field.name);
  const value =
    field.kind === 'date'
      ? Object.fromEntries(
          ['day', 'month', 'year'].map((part) => [part, typed[`${field.name}-${part}`] ?? '']),
        )
      : (typed[field.name] ?? '');
  return { ...field, value, ...(found ? { error: wordsOfProblem(found) } : {}) };
}

function problemsIn(act: string, problems: readonly FieldProblem[]): readonly Problem[] {
  return problems.map((problem) => ({
    message: wordsOfProblem(problem),
    href: `#field-${prefixOf(act)}${problem.field}`,
  }));
}

/** Several forms stand on one page: each calls its controls by names of its own. */
export function prefixOf(act: string): string {
  return `${act.replaceAll(/[^a-z0-9]/g, '_')}_`;
}

function wordsOfProblem({ field, problem, values }: FieldProblem): Message {
  if (problem === 'required' || problem === 'required_choice') return { key: `mobilities.missing.${field}` };
  return { key: `problems.${problem}`, ...(values ? { values } : {}) };
}
