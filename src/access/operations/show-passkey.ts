import { Injectable } from '@nestjs/common';
import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
  VerifiedAuthenticationResponse,
} from '@simplewebauthn/server';
import { AuditTrail } from '../../audit/public.js';
import { Settings } from '../../platform/config/settings.js';
import { Database } from '../../platform/database/database.js';
import { HttpLog } from '../../platform/http/http-log.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PasskeyChallenges } from '../data/passkey-challenges.js';
import { PasskeyEntity } from '../data/passkey.entity.js';
import { CHALLENGE_SECONDS, countedBack, relyingPartyOf } from '../domain/passkey-rules.js';
import { readShowing } from './passkey-answer.js';
import { lockPasskeys, ownAccount, passkeysOf } from './passkeys.js';

type Shown = VerifiedAuthenticationResponse['authenticationInfo'];

/** The reasons for which a passkey that was shown is not believed. */
type Refusal = 'passkey_challenge_gone' | 'passkey_unknown' | 'passkey_refused' | 'passkey_copied';

/** Lets somebody prove that they have the passkey that they enrolled. */
@Injectable()
export class ShowPasskey {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly challenges: PasskeyChallenges,
    private readonly audit: AuditTrail,
    private readonly log: HttpLog,
  ) {}

  /**
   * What the browser asks authenticators for.
   * @throws DomainError `conflict` (`no_passkeys`), `unavailable` (`passkeys_need_a_name`)
   */
  begin(request: RequestContext, sessionId: string): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const party = relyingPartyOf(this.settings.publicUrl);
    return this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      const known = await passkeysOf(ctx, personId);
      if (known.length === 0) throw new DomainError('conflict', { reason: 'no_passkeys' });
      const options = await generateAuthenticationOptions({
        rpID: party.id,
        timeout: CHALLENGE_SECONDS * 1000,
        userVerification: 'required',
        allowCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
      });
      await this.challenges.keep(ctx, { personId, sessionId, purpose: 'show' }, options.challenge);
      return options;
    });
  }

  /**
   * Verifies what an authenticator answered. Every refusal is recorded.
   * @throws DomainError `too_late` (`passkey_challenge_gone`) or `forbidden` (`passkey_unknown`, `passkey_refused`,
   * `passkey_copied`)
   */
  async finish(request: RequestContext, sessionId: string, text: string): Promise<void> {
    const answer = readShowing(text);
    if (!answer) return this.refuse(request, 'passkey_refused', null);
    const { response, challenge } = answer;
    // Used up before anything is verified, and even if nothing can be: the same answer is never good twice.
    const { good, passkey } = await this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      const known = await passkeysOf(ctx, personId);
      return {
        good: await this.challenges.take(ctx, { personId, sessionId, purpose: 'show' }, challenge),
        passkey: known.find(({ credentialId }) => credentialId === response.id) ?? null,
      };
    });
    if (!good) return this.refuse(request, 'passkey_challenge_gone', passkey?.id ?? null);
    if (!passkey) return this.refuse(request, 'passkey_unknown', null);
    const shown = await this.verified(request, response, challenge, passkey);
    if (!shown) return this.refuse(request, 'passkey_refused', passkey.id);
    const refusal = await this.note(request, passkey.id, shown);
    if (refusal) await this.refuse(request, refusal, passkey.id);
  }

  /** Notes the use, or answers why there was none: meanwhile it may have been removed, or used. */
  private note(request: RequestContext, id: Id, shown: Shown): Promise<Refusal | null> {
    return this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      await lockPasskeys(ctx, personId);
      const passkey = (await passkeysOf(ctx, personId)).find((candidate) => candidate.id === id);
      if (!passkey) return 'passkey_unknown';
      if (countedBack(passkey.counter, shown.newCounter)) return 'passkey_copied';
      await ctx.tx.update(
        PasskeyEntity,
        { id },
        { counter: shown.newCounter, synced: shown.credentialBackedUp, lastUsedAt: ctx.clock.now() },
      );
      await this.audit.record(ctx, {
        action: 'passkey.used',
        subject: { kind: 'person', id: personId },
        data: { passkey: id },
      });
      return null;
    });
  }

  private async verified(
    request: RequestContext,
    response: AuthenticationResponseJSON,
    challenge: string,
    passkey: PasskeyEntity,
  ): Promise<Shown | null> {
    const party = relyingPartyOf(this.settings.publicUrl);
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        requireUserVerification: true,
        credential: {
          id: passkey.credentialId,
          publicKey: new Uint8Array(passkey.publicKey),
          // Compared by us, under a lock, so that a copy is told from a signature that is wrong.
          counter: 0,
        },
      });
      return verified ? authenticationInfo : null;
    } catch (error) {
      this.log.logger.warn({ err: error, requestId: request.requestId }, 'a passkey did not verify');
      return null;
    }
  }

  private async refuse(request: RequestContext, reason: Refusal, passkey: Id | null): Promise<never> {
    await this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      await this.audit.record(ctx, {
        action: 'passkey.refused',
        subject: { kind: 'person', id: personId },
        data: { reason, passkey },
      });
    });
    throw new DomainError(reason === 'passkey_challenge_gone' ? 'too_late' : 'forbidden', { reason });
  }
}
