import { Injectable } from '@nestjs/common';
import type { CostLine } from '../../calls/public.js';
import { Ledger } from '../../ledger/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { MobilitiesRepository } from '../data/mobilities.repository.js';
import type { MobilityRow } from '../data/mobility.entity.js';
import { PAYMENT_KINDS } from '../data/mobility-payment.entity.js';
import type { MobilityPaymentRow, PaymentKind } from '../data/mobility-payment.entity.js';
import { STAY_PAID, STAY_PAYMENT_CORRECTED } from '../domain/mobilities.events.js';
import { mobilitiesPolicy, payersFor } from '../domain/mobilities.policy.js';
import { readAmount } from '../domain/amount.js';
import { paymentEntry } from './book-stay.js';
import { REASON_MAX, StayRecord, bookedStay, wordsOf } from './stay-record.js';

export const PURPOSES: readonly CostLine['item'][] = ['travel', 'stipend', 'housing', 'insurance', 'fees'];
export const PAID_IN = ['RSD', 'RUB', 'EUR'] as const;
export const EVIDENCE_MAX = 500;

/** As the form has it; `paidOn` is a day (YYYY-MM-DD) or null where none was typed. */
export interface TypedPayment {
  readonly kind: string;
  readonly purpose: string;
  readonly payer: string;
  readonly amount: string;
  readonly currency: string;
  readonly paidOn: string | null;
  readonly evidence: string;
}

interface Payment {
  readonly kind: PaymentKind;
  readonly purpose: CostLine['item'];
  readonly payer: CostLine['payer'];
  readonly minor: number;
  readonly currency: string;
  readonly paidOn: string;
  readonly evidence: string;
}

/** Whoever pays says what they paid, for what and by which paper; the ledger has it in the same act. */
@Injectable()
export class RecordPayment {
  constructor(
    private readonly database: Database,
    private readonly stays: MobilitiesRepository,
    private readonly record: StayRecord,
    private readonly ledger: Ledger,
  ) {}

  run(request: RequestContext, id: string, typed: TypedPayment): Promise<string> {
    return this.database.transaction(request, async (ctx) => {
      const stay = await this.stays.lock(ctx, id);
      authorise(ctx, mobilitiesPolicy, 'mobility.record_payment', stay, 'mobility.read');
      const payers = payersFor(ctx.actor, stay);
      const payment = readPayment(typed, payers, await this.record.today(ctx, stay));
      const entryId = await this.ledger.post(ctx, paymentEntry(bookedStay(stay), payment));
      const now = ctx.clock.now();
      const row = { ...payment, id: newId(now), mobilityId: stay.id, entryId, replaces: null, reason: null };
      await this.stays.pay(ctx, this.rowOf(row, ctx.actor.personId, now));
      await this.record.note(ctx, stay, 'record_payment', { payment: row.id });
      await this.record.tell(ctx, stay, STAY_PAID, { payment: row.id });
      return row.id;
    });
  }

  /** Another amount than was said, or none at all (`amount` is empty). */
  correct(
    request: RequestContext,
    id: string,
    paymentId: string,
    typed: { readonly amount: string; readonly reason: string },
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const stay = await this.stays.lock(ctx, id);
      authorise(ctx, mobilitiesPolicy, 'mobility.record_payment', stay, 'mobility.read');
      const before = this.standing(await this.stays.payments(ctx, stay.id), paymentId);
      const payers = payersFor(ctx.actor, stay);
      if (!payers.includes(before.payer)) throw new DomainError('forbidden', { reason: 'paid_by_others' });
      const reason = wordsOf(typed.reason, 'reason', REASON_MAX);
      const gone = typed.amount.trim() === '';
      const minor = gone ? null : readAmount(typed.amount);
      if (!gone && minor === null) {
        throw new DomainError('invalid', { fields: [{ field: 'amount', problem: 'not_amount' }] });
      }
      if (minor !== null && String(minor) === before.minor) {
        throw new DomainError('invalid', { fields: [{ field: 'amount', problem: 'same_amount' }] });
      }
      const entryId = await this.rebook(stay, before, minor, ctx);
      const now = ctx.clock.now();
      const row = { ...before, id: newId(now), minor, entryId, replaces: before.id, reason };
      await this.stays.pay(ctx, this.rowOf(row, ctx.actor.personId, now));
      await this.record.note(ctx, stay, 'correct_payment', { payment: row.id, before: before.id });
      await this.record.tell(ctx, stay, STAY_PAYMENT_CORRECTED, { payment: row.id });
    });
  }

  private async rebook(
    stay: MobilityRow,
    before: MobilityPaymentRow,
    minor: number | null,
    ctx: Parameters<Ledger['reverse']>[0],
  ): Promise<string | null> {
    if (before.entryId === null) throw new DomainError('wrong_state', { reason: 'wrong_state' });
    if (minor === null) {
      await this.ledger.reverse(ctx, before.entryId, 'not_paid');
      return null;
    }
    const entry = paymentEntry(bookedStay(stay), { ...before, minor });
    return this.ledger.correct(ctx, before.entryId, entry, 'amount_changed');
  }

  private standing(payments: readonly MobilityPaymentRow[], id: string): MobilityPaymentRow {
    const found = isId(id) ? payments.find((payment) => payment.id === id) : undefined;
    if (!found) throw new DomainError('not_found');
    if (found.minor === null || payments.some(({ replaces }) => replaces === found.id)) {
      throw new DomainError('conflict', { reason: 'already_corrected' });
    }
    return found;
  }

  private rowOf(
    row: Omit<MobilityPaymentRow, 'minor' | 'recordedBy' | 'recordedAt'> & { readonly minor: number | null },
    recordedBy: string | null,
    recordedAt: Date,
  ): MobilityPaymentRow {
    return { ...row, minor: row.minor === null ? null : String(row.minor), recordedBy, recordedAt };
  }
}

/** @throws DomainError `invalid` with each field that is wrong */
function readPayment(typed: TypedPayment, payers: readonly CostLine['payer'][], today: string): Payment {
  const problems: FieldProblem[] = [];
  const choice = <T extends string>(field: string, value: string, among: readonly T[]): T | undefined => {
    const found = among.find((each) => each === value);
    if (!found) problems.push({ field, problem: 'required_choice' });
    return found;
  };
  const kind = choice('kind', typed.kind, PAYMENT_KINDS);
  const purpose = choice('purpose', typed.purpose, PURPOSES);
  const payer = choice('payer', typed.payer, payers);
  const currency = choice('currency', typed.currency, PAID_IN);
  const minor = readAmount(typed.amount);
  if (minor === null) problems.push({ field: 'amount', problem: 'not_amount' });
  const { paidOn } = typed;
  if (paidOn === null) problems.push({ field: 'paidOn', problem: 'not_date' });
  else if (paidOn > today) problems.push({ field: 'paidOn', problem: 'date_in_future' });
  const evidence = typed.evidence.normalize('NFC').trim();
  if (evidence === '') problems.push({ field: 'evidence', problem: 'required' });
  else if (evidence.length > EVIDENCE_MAX) {
    problems.push({ field: 'evidence', problem: 'too_long', values: { max: EVIDENCE_MAX } });
  }
  if (problems.length > 0 || !kind || !purpose || !payer || !currency || minor === null || paidOn === null) {
    throw new DomainError('invalid', { fields: problems });
  }
  return { kind, purpose, payer, currency, minor, paidOn, evidence };
}
