import { Injectable } from '@nestjs/common';
import { Decisions, NO_INTERESTS } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { AgreementPersonEntity } from '../data/agreement-person.entity.js';
import { AgreementVersionEntity } from '../data/agreement-version.entity.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { AgreementEntity } from '../data/agreement.entity.js';
import type { Closing } from '../domain/agreement.js';
import { agreementStates, versionStates } from '../domain/agreement.states.js';
import { AGREEMENT_CLOSED, AGREEMENT_HELD_UP, AGREEMENT_IN_FORCE } from '../domain/agreements.events.js';
import { partiesOf, AgreementRecords } from './agreement-record.js';
import type { OpenRecord } from './agreement-record.js';

/** Calendar days, YYYY-MM-DD. */
export interface AgreementTerm {
  readonly signedOn: string;
  readonly inForceFrom: string;
  /** The last day; null without an end. */
  readonly inForceUntil: string | null;
}

/**
 * Who has said yes to a proposed version, and what follows from it: the institutions among its parties first, both
 * ministries then, where the programme asks them, and it is in force.
 */
@Injectable()
export class AgreedVersions {
  constructor(
    private readonly records: AgreementRecords,
    private readonly versions: AgreementVersions,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** Puts a version before both ministries once every institution has signed it, or brings it into force where none is asked. */
  async goOn(ctx: Ctx, record: OpenRecord): Promise<Id | null> {
    const { agreement, open } = record;
    if (!(await this.institutionsAgree(ctx, record))) return null;
    if (!open.ministries) {
      await this.enterWhenDue(ctx, record);
      return null;
    }
    const [first, second] = partiesOf(agreement).countries;
    if (!first || !second) throw new Error(`agreement ${agreement.id} has one side only`);
    const signed = await ctx.tx.findBy(AgreementPersonEntity, { versionId: open.id, part: 'signed' });
    const signers = signed.flatMap(({ personId }) => personId ?? []);
    const { approvalDays } = await this.versions.rules(ctx, agreement.kind);
    return this.decisions.open(ctx, {
      subject: { kind: 'agreement', id: agreement.id },
      subjectHash: open.contentHash,
      homeCountry: first,
      hostCountry: second,
      preparers: [...new Set([...open.preparers, ...signers])],
      interests: NO_INTERESTS,
      dueDays: approvalDays,
    });
  }

  /** Whether all who have to have approved this very text. */
  async isAgreed(ctx: Ctx, record: OpenRecord): Promise<boolean> {
    const { agreement, open } = record;
    if (!(await this.institutionsAgree(ctx, record))) return false;
    if (!open.ministries) return true;
    const subject = { kind: 'agreement', id: agreement.id };
    return (await this.decisions.outcomeOf(ctx, subject, open.contentHash)) === 'agreed_yes';
  }

  /**
   * Brings into force what says its own first day, once that day has come and all have agreed. Where calls have been promised
   * more than it allows it waits, and those who prepared it are told.
   */
  async enterWhenDue(ctx: Ctx, record: OpenRecord): Promise<boolean> {
    const { agreement, open } = record;
    const today = ctx.clock.now().toISOString().slice(0, 10);
    const from = open.content.validFrom ?? open.inForceFrom;
    if (!from || from > today || !(await this.isAgreed(ctx, record))) return false;
    if ((await this.records.overdrawn(ctx, record)).length > 0) {
      // The clock asks every hour; nobody is told every hour.
      if (open.heldUpAt === null) {
        await ctx.tx.update(AgreementVersionEntity, { id: open.id }, { heldUpAt: ctx.clock.now() });
        await this.tell(ctx, AGREEMENT_HELD_UP, agreement.id, { version: open.number });
      }
      return false;
    }
    await this.enter(ctx, record, {
      signedOn: open.content.paper?.signedOn ?? open.signedOn ?? today,
      inForceFrom: from,
      inForceUntil: open.content.validUntil ?? open.inForceUntil,
    });
    return true;
  }

  /** @throws DomainError `blocked` where somebody has not approved it, or where calls have been promised more */
  async enter(ctx: Ctx, record: OpenRecord, said: AgreementTerm): Promise<void> {
    const { agreement, open } = record;
    if (!(await this.isAgreed(ctx, record))) {
      throw new DomainError('blocked', {
        blockers: [{ code: 'agreement_not_approved', section: 'agreement', field: 'approval' }],
      });
    }
    const { validFrom, validUntil } = open.content;
    // Days that were agreed are not entered otherwise.
    const term =
      validFrom === undefined
        ? said
        : {
            signedOn: open.content.paper?.signedOn ?? said.signedOn,
            inForceFrom: validFrom,
            inForceUntil: validUntil ?? null,
          };
    const today = ctx.clock.now().toISOString().slice(0, 10);
    if (agreement.inForceFrom !== null && term.inForceFrom > today) {
      // What is in force binds until that day; the clock brings this one in.
      await ctx.tx.update(AgreementVersionEntity, { id: open.id }, { ...term });
      return;
    }
    await this.records.bringIntoForce(ctx, record, term, today);
    const data = { ...term, version: open.number };
    await this.audit.record(ctx, {
      action: AGREEMENT_IN_FORCE,
      subject: { kind: 'agreement', id: agreement.id },
      data,
    });
    await this.tell(ctx, AGREEMENT_IN_FORCE, agreement.id, data);
  }

  /** A version that came back stays readable with its reason; the agreement, where none was in force, may be written on. */
  async close(
    ctx: Ctx,
    { agreement, open }: OpenRecord,
    act: 'return' | 'decline' | 'withdraw',
    closing: Closing,
  ): Promise<void> {
    const state = versionStates.move(open.state, act);
    await ctx.tx.update(
      AgreementVersionEntity,
      { id: open.id },
      { state, closing, closedAt: ctx.clock.now(), signedOn: null, inForceFrom: null, inForceUntil: null },
    );
    if (agreement.state === 'proposed') {
      await ctx.tx.update(AgreementEntity, agreement.id, {
        state: agreementStates.move(agreement.state, 'send_back'),
      });
    }
    const subject = { kind: 'agreement', id: agreement.id };
    await this.decisions.withdraw(ctx, subject);
    const data = {
      version: open.number,
      state,
      country: closing.country,
      institution: closing.institutionId,
    };
    await this.audit.record(ctx, { action: `agreement.${state}`, subject, data });
    await this.tell(ctx, AGREEMENT_CLOSED, agreement.id, data);
  }

  /** Institutions that signed on paper do not sign again: that they did is what both countries confirm. */
  private async institutionsAgree(ctx: Ctx, { agreement, open }: OpenRecord): Promise<boolean> {
    if (open.content.paper) return true;
    const verdicts = await this.versions.verdicts(ctx, [open.id]);
    return partiesOf(agreement).institutions.every((id) =>
      verdicts.some(
        ({ institutionId, verdict, contentHash }) =>
          institutionId === id && verdict === 'approved' && contentHash === open.contentHash,
      ),
    );
  }

  private tell(
    ctx: Ctx,
    type: string,
    id: Id,
    payload: Readonly<Record<string, string | number | null>>,
  ): Promise<void> {
    return this.outbox.emit(ctx, { type, subject: { kind: 'agreement', id }, payload });
  }
}
