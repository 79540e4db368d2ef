import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { ANONYMOUS, SYSTEM } from '../../shared/actor.js';
import type { Actor } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { isTokenOf, linkIdIn, linkKey, linkToken } from '../domain/link-token.js';

const DAY_MS = 86_400_000;

/** How each refusal is answered; its key is the reason. */
const REFUSALS = {
  link_unknown: 'not_found',
  link_other_purpose: 'forbidden',
  link_revoked: 'conflict',
  link_used: 'conflict',
  link_expired: 'too_late',
} as const satisfies Record<string, ErrorCode>;
export type LinkRefusal = keyof typeof REFUSALS;

export interface LinkSubject {
  readonly kind: string;
  readonly id: Id;
}

/** A link that may be used now. `actor` is whoever holds it, for as far as it reaches. */
export interface OpenLink {
  readonly id: Id;
  readonly purpose: string;
  readonly subject: LinkSubject;
  readonly expiresAt: Date;
  readonly actor: Actor;
}

interface LinkRow {
  readonly id: Id;
  readonly purpose: string;
  readonly subjectKind: string;
  readonly subjectId: Id;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

/**
 * Links that act without an account: each for one purpose, on one thing, once, until it expires. The table holds no
 * secret: what makes a link genuine is a signature under a key that is derived from the settings.
 */
@Injectable()
export class SignedLinks {
  private readonly key: Buffer;

  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    settings: Settings,
  ) {
    // Without a secret of its own the process knows no link from before, as it knows no cookie; production has one.
    this.key = linkKey(settings.sessionSecret ?? randomBytes(32).toString('hex'));
  }

  /** Makes a link that opens for `validDays` days. Part of the act that it follows from. */
  async issue(
    ctx: Ctx,
    wanted: { readonly purpose: string; readonly subject: LinkSubject; readonly validDays: number },
  ): Promise<{ readonly id: Id; readonly token: string; readonly expiresAt: Date }> {
    const now = ctx.clock.now();
    const { purpose, subject, validDays } = wanted;
    const link = { id: newId(now), purpose, expiresAt: new Date(now.getTime() + validDays * DAY_MS) };
    await ctx.tx.query(
      `insert into signed_links (id, purpose, subject_kind, subject_id, created_by, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [link.id, purpose, subject.kind, subject.id, ctx.actor.personId, now, link.expiresAt],
    );
    await this.record(ctx, 'link.issued', link.id, { purpose });
    return { id: link.id, token: linkToken(this.key, link), expiresAt: link.expiresAt };
  }

  /** The token of a link that was issued: for the mail that carries it, which is written later. */
  async tokenOf(ctx: Ctx, linkId: Id): Promise<string> {
    const link = await this.row(ctx, linkId);
    if (!link) throw new DomainError('not_found', { reason: 'link_unknown' });
    return linkToken(this.key, link);
  }

  /**
   * Looks whether a link may be used now, and uses nothing up: mail readers open links on their own.
   * @throws DomainError with a reason of `LinkRefusal`, which is recorded
   */
  async open(request: RequestContext, token: string, purpose: string): Promise<OpenLink> {
    const found = await this.database.read({ ...request, actor: SYSTEM }, (ctx) => this.find(ctx, token));
    const refusal = found ? refusalOf(found, purpose, request.clock.now()) : 'link_unknown';
    if (!found || refusal) return this.refuse(request, found, refusal ?? 'link_unknown');
    return openLink(found);
  }

  /**
   * Who holds a genuine link of this purpose, whether or not it can be used now: what came of its thing may be looked at
   * afterwards, too. Nothing can be done with what this answers; `redeem` and `open` ask again.
   * @throws DomainError `link_unknown` or `link_other_purpose`, which is recorded
   */
  async recognise(
    request: RequestContext,
    token: string,
    purpose: string,
  ): Promise<{ readonly link: OpenLink; readonly refusal: LinkRefusal | null }> {
    const found = await this.database.read({ ...request, actor: SYSTEM }, (ctx) => this.find(ctx, token));
    if (!found) return this.refuse(request, null, 'link_unknown');
    const refusal = refusalOf(found, purpose, request.clock.now());
    if (refusal === 'link_other_purpose') return this.refuse(request, found, refusal);
    return { link: openLink(found), refusal };
  }

  /** Whether a link can be used now, for whatever purpose it is. Nothing is recorded: the act itself asks again. */
  async holds(request: RequestContext, token: string): Promise<boolean> {
    const found = await this.database.read({ ...request, actor: SYSTEM }, (ctx) => this.find(ctx, token));
    return found !== null && refusalOf(found, found.purpose, request.clock.now()) === null;
  }

  /**
   * Uses a link up, in the act that it is used for. Of two acts at once one waits for the other, and then fails.
   * @throws DomainError with a reason of `LinkRefusal`
   */
  async use(ctx: Ctx, link: Pick<OpenLink, 'id' | 'purpose'>): Promise<void> {
    const row = await withSystemRights(ctx, async () => {
      await ctx.tx.query('select from signed_links where id = $1 for update', [link.id]);
      const current = await this.row(ctx, link.id);
      const refusal = current ? refusalOf(current, link.purpose, ctx.clock.now()) : 'link_unknown';
      if (refusal) throw refused(refusal);
      await ctx.tx.query('update signed_links set used_at = $2 where id = $1', [link.id, ctx.clock.now()]);
      return current;
    });
    if (row) await this.record(ctx, 'link.used', row.id, { purpose: row.purpose });
  }

  /**
   * Opens a link, does the act and uses the link up: all of it, or none. Whoever is signed in acts as themselves, anybody
   * else as the holder of the link.
   */
  async redeem<T>(
    request: RequestContext,
    token: string,
    purpose: string,
    act: (ctx: Ctx, link: OpenLink) => Promise<T>,
  ): Promise<T> {
    const link = await this.open(request, token, purpose);
    const actor = request.actor.kind === 'anonymous' ? link.actor : request.actor;
    try {
      return await this.database.transaction({ ...request, actor }, async (ctx) => {
        await this.use(ctx, link);
        return act(ctx, link);
      });
    } catch (error) {
      // Somebody else was faster: that too is on record, although the act is undone.
      if (error instanceof DomainError && isLinkRefusal(error.reason)) {
        await this.note(request, link.id, link.actor, error.reason, purpose);
      }
      throw error;
    }
  }

  /** Takes back every link of this purpose on this thing that is still out. Answers how many there were. */
  async revoke(ctx: Ctx, purpose: string, subject: LinkSubject): Promise<number> {
    const out = await withSystemRights(ctx, async () => {
      const rows = await ctx.tx.query<{ id: Id }[]>(
        `select id from signed_links where purpose = $1 and subject_kind = $2 and subject_id = $3
           and used_at is null and revoked_at is null order by id for update`,
        [purpose, subject.kind, subject.id],
      );
      await ctx.tx.query('update signed_links set revoked_at = $2 where id = any ($1)', [
        rows.map(({ id }) => id),
        ctx.clock.now(),
      ]);
      return rows;
    });
    for (const { id } of out) await this.record(ctx, 'link.revoked', id, { purpose });
    return out.length;
  }

  private async find(ctx: Ctx, token: string): Promise<LinkRow | null> {
    const id = linkIdIn(token);
    const link = id && (await this.row(ctx, id));
    return link && isTokenOf(this.key, token, link) ? link : null;
  }

  private async row(ctx: Ctx, id: Id): Promise<LinkRow | null> {
    const [link] = await ctx.tx.query<LinkRow[]>(
      `select id, purpose, subject_kind as "subjectKind", subject_id as "subjectId", expires_at as "expiresAt",
         used_at as "usedAt", revoked_at as "revokedAt" from signed_links where id = $1`,
      [id],
    );
    return link ?? null;
  }

  private async refuse(
    request: RequestContext,
    link: LinkRow | null,
    reason: LinkRefusal,
    purpose = link?.purpose ?? 'unknown',
  ): Promise<never> {
    await this.note(request, link?.id ?? 'unknown', link ? openLink(link).actor : ANONYMOUS, reason, purpose);
    throw refused(reason);
  }

  private async note(
    request: RequestContext,
    linkId: string,
    holder: Actor,
    reason: string,
    purpose: string,
  ): Promise<void> {
    const actor = request.actor.kind === 'anonymous' ? holder : request.actor;
    await this.database.transaction({ ...request, actor }, (ctx) =>
      this.record(ctx, 'link.refused', linkId, { purpose, reason }),
    );
  }

  private record(
    ctx: Ctx,
    action: string,
    id: string,
    data: { readonly purpose: string; readonly reason?: string },
  ): Promise<void> {
    return this.audit.record(ctx, { action, subject: { kind: 'link', id }, data });
  }
}

/** The most telling refusal first: that it is not for this outweighs that it is over. */
function refusalOf(link: LinkRow, purpose: string, now: Date): LinkRefusal | null {
  if (link.purpose !== purpose) return 'link_other_purpose';
  if (link.usedAt) return 'link_used';
  if (link.revokedAt) return 'link_revoked';
  return link.expiresAt <= now ? 'link_expired' : null;
}

function isLinkRefusal(reason: string): reason is LinkRefusal {
  return reason in REFUSALS;
}

function refused(reason: LinkRefusal): DomainError {
  return new DomainError(REFUSALS[reason], { reason });
}

function openLink({ id, purpose, subjectKind, subjectId, expiresAt }: LinkRow): OpenLink {
  const subject = { kind: subjectKind, id: subjectId };
  const actor: Actor = { ...ANONYMOUS, kind: 'link', agentId: id, link: { purpose, subject } };
  return { id, purpose, subject, expiresAt, actor };
}
