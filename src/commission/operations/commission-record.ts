import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { itemStates, sessionStates } from '../domain/commission.states.js';
import type { ItemAct, SessionAct } from '../domain/commission.states.js';
import type { ItemRow, SessionRow } from '../data/commission.repository.js';

/** Where sessions tell that something changed: `<session> <version>`, and nothing of what. */
export const COMMISSION_CHANNEL = 'most_commission';

/** What every act of the commission does with its record. All of it is written with the rights of the system. */
@Injectable()
export class CommissionRecord {
  constructor(
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** Something happened in the session: its version grows, and those who look on are told once the act has committed. */
  async touch(ctx: Ctx, { id }: Pick<SessionRow, 'id'>): Promise<void> {
    await withSystemRights(ctx, () =>
      ctx.tx.query(
        `with touched as (update commission_sessions set version = version + 1 where id = $1 returning id, version)
         select pg_notify($2, id || ' ' || version) from touched`,
        [id, COMMISSION_CHANNEL],
      ),
    );
  }

  async moveSession(ctx: Ctx, session: SessionRow, act: SessionAct): Promise<void> {
    const to = sessionStates.move(session.state, act);
    const now = ctx.clock.now();
    await withSystemRights(ctx, () =>
      ctx.tx.query(
        `update commission_sessions set state = $2, state_since = $3,
           opened_at = case when $2 = 'open' then coalesce(opened_at, $3) else opened_at end,
           closed_at = case when $2 = 'closed' then $3 else closed_at end,
           current_item = case when $2 = 'closed' then null else current_item end
         where id = $1`,
        [session.id, to, now],
      ),
    );
    await this.note(ctx, session.id, act, { from: session.state, to });
    await this.touch(ctx, session);
  }

  async moveItem(ctx: Ctx, item: ItemRow, act: ItemAct, data: AuditEntry['data'] = {}): Promise<void> {
    const to = itemStates.move(item.state, act);
    const [, moved] = await withSystemRights(ctx, () =>
      ctx.tx.query<[unknown[], number]>(
        'update commission_items set state = $2, state_since = $3 where id = $1 and state = $4',
        [item.id, to, ctx.clock.now(), item.state],
      ),
    );
    // It fell away while this was on its way.
    if (moved === 0) throw new DomainError('stale');
    await this.audit.record(ctx, {
      action: `commission_item.${act}`,
      subject: { kind: 'commission_item', id: item.id },
      data: { ...data, from: item.state, to },
    });
  }

  note(ctx: Ctx, sessionId: Id, act: string, data: AuditEntry['data'] = {}): Promise<void> {
    return this.audit.record(ctx, {
      action: `commission_session.${act}`,
      subject: { kind: 'commission_session', id: sessionId },
      data,
    });
  }

  tell(
    ctx: Ctx,
    type: string,
    kind: 'commission_session' | 'commission_protocol',
    id: Id,
    payload: DomainEvent['payload'] = {},
  ): Promise<void> {
    return this.outbox.emit(ctx, { type, subject: { kind, id }, payload });
  }
}

export const WORDS_MAX = 10_000;

/** What each of these answers. @throws DomainError `invalid` naming the problems of all of them at once */
export function together<Checked extends readonly unknown[]>(
  ...checks: { readonly [Index in keyof Checked]: () => Checked[Index] }
): Checked {
  const problems: FieldProblem[] = [];
  const checked = checks.map((check) => {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof DomainError) || error.fields.length === 0) throw error;
      problems.push(...error.fields);
      return null;
    }
  });
  if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
  return checked as unknown as Checked;
}

/** Words in the language of each country. @throws DomainError `invalid` naming each field that is empty or too long */
export function bothWords(
  typed: Readonly<Record<string, string>>,
  field: string,
  languages: readonly Language[],
  max = WORDS_MAX,
): Readonly<Record<string, string>> {
  const problems: FieldProblem[] = [];
  const words: Record<string, string> = {};
  for (const [index, language] of languages.entries()) {
    const name = `${field}-${index}`;
    const text = (typed[name] ?? '').normalize('NFC').trim();
    if (text === '') problems.push({ field: name, problem: 'required' });
    else if (text.length > max) problems.push({ field: name, problem: 'too_long', values: { max } });
    words[language] = text;
  }
  if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
  return words;
}
