import { Injectable } from '@nestjs/common';
import { isEmail } from 'class-validator';
import { SignedLinks } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { SYSTEM } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { LANGUAGES } from '../../shared/language.js';
import type { Language } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Calls } from '../data/calls.js';
import { Watches } from '../data/watches.js';
import type { WatchView } from '../data/watches.js';
import type { CallView } from '../domain/call.js';
import { WATCH_ASKED } from '../domain/calls.events.js';

/** The link in each mail to a follower: it confirms an address, and takes it off. */
export const WATCH_PURPOSE = 'call_watch';
const SUBJECT = 'call_watch';

const DAY_MS = 86_400_000;
/** The link works as long as mails about the call may come, with room for a deadline that is moved. */
const DAYS_AFTER_CLOSE = 400;
/** Whoever asks again and again for somebody else's address sends them no more than one mail in this time. */
const ASK_AGAIN_MS = 3_600_000;
const LONGEST_ADDRESS = 254;

export interface TypedAddress {
  readonly email: string;
  readonly language: string;
}

/** What the holder of a link sees: null where nobody follows by it any more. */
export interface OpenWatch {
  readonly watch: WatchView;
  readonly call: CallView;
}

/** "Tell me when it opens": following a call that is upcoming, with an account or by an address alone. */
@Injectable()
export class WatchCalls {
  constructor(
    private readonly database: Database,
    private readonly calls: Calls,
    private readonly watches: Watches,
    private readonly links: SignedLinks,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** Answers whether there is anything to wait for. */
  follow(request: RequestContext, slug: string): Promise<boolean> {
    return this.database.transaction(request, async (ctx) => {
      const personId = requirePerson(ctx);
      const call = await this.upcoming(ctx, slug);
      if (!call) return false;
      if (await this.watches.ofPerson(ctx, call.id, personId)) return true;
      const { id, added } = await this.add(ctx, call, { personId, email: null, language: null });
      if (added) await this.note(ctx, 'followed', id, call.id);
      return true;
    });
  }

  unfollow(request: RequestContext, slug: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const personId = requirePerson(ctx);
      const call = await this.calls.bySlug(ctx, slug);
      const watch = call && (await this.watches.ofPerson(ctx, call.id, personId));
      if (!watch) return;
      await this.links.revoke(ctx, WATCH_PURPOSE, { kind: SUBJECT, id: watch.id });
      await this.watches.remove(ctx, watch.id);
      await this.note(ctx, 'stopped', watch.id, watch.callId);
    });
  }

  /**
   * Takes an address down, to which a link is sent. Nothing that is answered tells whether the address was known.
   * @returns whether there is anything to wait for
   * @throws DomainError `invalid`
   */
  ask(request: RequestContext, slug: string, typed: TypedAddress): Promise<boolean> {
    const email = typed.email.normalize('NFC').trim();
    const language = LANGUAGES.find((each) => each === typed.language);
    const fields: FieldProblem[] = [];
    if (!email) fields.push({ field: 'email', problem: 'required' });
    else if (email.length > LONGEST_ADDRESS || !isEmail(email)) {
      fields.push({ field: 'email', problem: 'not_email' });
    }
    if (!language) fields.push({ field: 'language', problem: 'required_choice' });
    if (!language || fields.length > 0) throw new DomainError('invalid', { fields });
    return this.database.transaction(request, async (ctx) => {
      const call = await this.upcoming(ctx, slug);
      if (!call) return false;
      await withSystemRights(ctx, () => this.takeDown(ctx, call, email, language));
      return true;
    });
  }

  /** Null where nobody follows by this link any more. */
  async look(request: RequestContext, token: string): Promise<OpenWatch | null> {
    const { link, refusal } = await this.links.recognise(request, token, WATCH_PURPOSE);
    if (refusal) return null;
    return this.database.read({ ...request, actor: SYSTEM }, async (ctx) => {
      const watch = await this.watches.byId(ctx, link.subject.id);
      const call = watch && (await this.calls.byId(ctx, watch.callId));
      return call ? { watch, call } : null;
    });
  }

  /** The second yes, from the mailbox itself. Nothing is done where it was given before, or taken back. */
  async confirm(request: RequestContext, token: string): Promise<void> {
    const link = await this.links.open(request, token, WATCH_PURPOSE);
    await this.database.transaction({ ...request, actor: link.actor }, async (ctx) => {
      const { id } = link.subject;
      const watch = await withSystemRights(ctx, async () =>
        (await this.watches.confirm(ctx, id)) ? this.watches.byId(ctx, id) : null,
      );
      if (watch) await this.note(ctx, 'confirmed', id, watch.callId);
    });
  }

  async stop(request: RequestContext, token: string): Promise<void> {
    const link = await this.links.open(request, token, WATCH_PURPOSE);
    await this.database.transaction({ ...request, actor: link.actor }, async (ctx) => {
      await this.links.use(ctx, link);
      const { id } = link.subject;
      const watch = await withSystemRights(ctx, async () => {
        const found = await this.watches.byId(ctx, id);
        await this.watches.remove(ctx, id);
        return found;
      });
      if (watch) await this.note(ctx, 'stopped', id, watch.callId);
    });
  }

  private async takeDown(ctx: Ctx, call: CallView, email: string, language: Language): Promise<void> {
    const known = await this.watches.ofAddress(ctx, call.id, emailKey(email));
    let id = known?.id;
    if (known) {
      const since = ctx.clock.now().getTime() - known.askedAt.getTime();
      if (known.confirmedAt || since < ASK_AGAIN_MS) return;
      await this.watches.askAgain(ctx, known.id, language);
    } else {
      const watch = await this.add(ctx, call, { personId: null, email, language });
      if (!watch.added) return;
      id = watch.id;
      await this.note(ctx, 'asked', id, call.id);
    }
    await this.outbox.emit(ctx, {
      type: WATCH_ASKED,
      subject: { kind: 'call', id: call.id },
      payload: { watch: id ?? null },
    });
  }

  private add(
    ctx: Ctx,
    call: CallView,
    who: { readonly personId: Id | null; readonly email: string | null; readonly language: Language | null },
  ): Promise<{ readonly id: Id; readonly added: boolean }> {
    return withSystemRights(ctx, async () => {
      const now = ctx.clock.now();
      const id = newId(now);
      const days = Math.ceil((call.closesAt.getTime() - now.getTime()) / DAY_MS);
      const link = await this.links.issue(ctx, {
        purpose: WATCH_PURPOSE,
        subject: { kind: SUBJECT, id },
        validDays: days + DAYS_AFTER_CLOSE,
      });
      const added = await this.watches.add(ctx, {
        id,
        callId: call.id,
        ...who,
        emailKey: who.email === null ? null : emailKey(who.email),
        linkId: link.id,
      });
      return { id, added };
    });
  }

  private async upcoming(ctx: Ctx, slug: string): Promise<CallView | null> {
    const call = await this.calls.bySlug(ctx, slug);
    return call?.phase === 'upcoming' ? call : null;
  }

  private note(ctx: Ctx, act: string, id: Id, callId: Id): Promise<void> {
    return this.audit.record(ctx, {
      action: `watch.${act}`,
      subject: { kind: SUBJECT, id },
      data: { callId },
    });
  }
}

function requirePerson(ctx: Ctx): Id {
  if (!ctx.actor.personId) throw new DomainError('not_signed_in');
  return ctx.actor.personId;
}

/** Mailboxes do not tell capitals from small letters. */
function emailKey(email: string): string {
  return email.toLowerCase();
}
