import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { sqlState } from '../../platform/database/sql-state.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { ConflictDeclarationEntity } from '../data/conflict-declaration.entity.js';
import type { ConflictKind } from '../domain/conflicts.js';

const UNIQUE_VIOLATION = '23505';

/** Conflicts of interest that officials declared, as the actor may read them. */
@Injectable()
export class Conflicts {
  constructor(
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Declares one of the actor's own, inside the caller's act. It holds from the next request on, for every file of the
   * other, and for whoever acts for the actor.
   * @throws DomainError `conflict` (`conflict_declared`) where it stands already
   */
  async declare(
    ctx: Ctx,
    declared: { readonly aboutId: Id; readonly kind: ConflictKind; readonly applicationId: Id },
  ): Promise<void> {
    const { personId } = ctx.actor;
    if (personId === null) throw new DomainError('not_signed_in');
    const now = ctx.clock.now();
    try {
      await ctx.tx.insert(ConflictDeclarationEntity, {
        ...declared,
        id: newId(now),
        personId,
        declaredAt: now,
      });
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      throw new DomainError('conflict', { reason: 'conflict_declared' });
    }
    const { kind, applicationId } = declared;
    // Lies with whoever declared it, and not with the file: its applicant reads who did what to it.
    await this.audit.record(ctx, {
      action: 'conflict.declared',
      subject: { kind: 'person', id: personId },
      data: { kind, application: applicationId },
    });
    await this.outbox.emit(ctx, {
      type: 'conflict.declared',
      subject: { kind: 'person', id: personId },
      payload: { kind, application: applicationId },
    });
  }

  /** Of one person, the youngest first; lifted ones too: that is the history. */
  ofPerson(ctx: Ctx, personId: Id): Promise<readonly ConflictDeclarationEntity[]> {
    return ctx.tx.find(ConflictDeclarationEntity, {
      where: { personId },
      order: { declaredAt: 'DESC', id: 'DESC' },
    });
  }

  /** What the actor has declared about somebody and nobody has lifted. */
  async declaredAbout(ctx: Ctx, aboutId: Id): Promise<readonly ConflictKind[]> {
    const { personId } = ctx.actor;
    if (personId === null) return [];
    const found = await ctx.tx.findBy(ConflictDeclarationEntity, { personId, aboutId, liftedAt: IsNull() });
    return found.map(({ kind }) => kind);
  }
}
