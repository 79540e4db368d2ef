import { Inject, Injectable } from '@nestjs/common';
import { ownAccount } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ConsentAsked, ConsentOutlook, ConsentReceipt } from '../consent-keepers.js';
import { CONSENT_WITHDRAWN } from '../domain/privacy.events.js';
import { PrivacyPorts } from '../privacy-ports.js';
import { Consents } from './consents.js';

/** What follows where no room says anything else: that it is taken back. */
const NOTHING: ConsentOutlook = { code: 'nothing_more', grave: false };

/**
 * Takes a consent back, and gives one that is asked for. What follows is told beforehand, and done in the same act by the
 * room whose record it is; what follows now is not what was told, nothing is done.
 */
@Injectable()
export class RevokeConsent {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(PrivacyPorts) private readonly ports: PrivacyPorts,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /**
   * @param told code of the outlook that the person confirmed
   * @throws DomainError `not_found`, `conflict` (`consent_withdrawn_already`), `stale` (`consent_outlook_changed`)
   */
  run(request: RequestContext, consentId: string, told: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      ownAccount(ctx, 'account.change');
      // Whoever acts on the record at the same moment comes before or after, and never between.
      const receipt = await this.one(ctx, consentId, ' for update');
      if (receipt.withdrawnAt) throw new DomainError('conflict', { reason: 'consent_withdrawn_already' });
      const outlook = await this.outlook(ctx, receipt);
      if (outlook.code !== told) throw new DomainError('stale', { reason: 'consent_outlook_changed' });
      const subject = { kind: receipt.subjectKind, id: receipt.subjectId };
      await this.consents.withdraw(ctx, subject, receipt.purpose);
      await this.ports.consents.get(receipt.subjectKind)?.carryOut(ctx, receipt, outlook);
      await this.outbox.emit(ctx, {
        type: CONSENT_WITHDRAWN,
        subject: { kind: 'person', id: receipt.personId },
        payload: { consent: receipt.id, purpose: receipt.purpose, follows: outlook.code },
      });
    });
  }

  /** Gives a consent in exactly the words that the page showed, by their version. */
  give(
    request: RequestContext,
    asked: { readonly subjectKind: string; readonly subjectId: string; readonly purpose: string },
    textVersion: string,
  ): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      ownAccount(ctx, 'account.change');
      const found = (await this.asked(ctx)).find(
        (each) =>
          each.subjectKind === asked.subjectKind &&
          each.subjectId === asked.subjectId &&
          each.purpose === asked.purpose,
      );
      if (!found) throw new DomainError('not_found');
      if (found.textVersion !== textVersion)
        throw new DomainError('stale', { reason: 'consent_text_changed' });
      return this.consents.give(ctx, {
        purpose: found.purpose,
        subject: { kind: found.subjectKind, id: found.subjectId },
        textVersion: found.textVersion,
        text: found.text,
      });
    });
  }

  /** A receipt of whoever acts. */
  async one(ctx: Ctx, consentId: string, lock: '' | ' for update' = ''): Promise<ConsentReceipt> {
    const receipt = isId(consentId) ? await this.consents.receipt(ctx, consentId, lock) : null;
    if (!receipt || receipt.personId !== ctx.actor.personId) throw new DomainError('not_found');
    return receipt;
  }

  outlook(ctx: Ctx, receipt: ConsentReceipt): Promise<ConsentOutlook> {
    return this.ports.consents.get(receipt.subjectKind)?.outlook(ctx, receipt) ?? Promise.resolve(NOTHING);
  }

  /** What is asked of whoever acts and not given. */
  async asked(ctx: Ctx): Promise<readonly ConsentAsked[]> {
    const asked: ConsentAsked[] = [];
    for (const keeper of this.ports.consents.values()) asked.push(...(await keeper.asked(ctx)));
    return asked;
  }
}
