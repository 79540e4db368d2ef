import { Injectable } from '@nestjs/common';
import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
  VerifiedRegistrationResponse,
} from '@simplewebauthn/server';
import { AuditTrail } from '../../audit/public.js';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { sqlState } from '../../platform/database/sql-state.js';
import { HttpLog } from '../../platform/http/http-log.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PasskeyChallenges } from '../data/passkey-challenges.js';
import { PasskeyEntity } from '../data/passkey.entity.js';
import { People } from '../data/people.js';
import {
  CHALLENGE_SECONDS,
  labelFrom,
  obstacleToEnrolling,
  relyingPartyOf,
} from '../domain/passkey-rules.js';
import { readEnrolment } from './passkey-answer.js';
import { lockPasskeys, ownAccount, passkeysOf } from './passkeys.js';

const NAME = 'МОСТ · MOST';
const UNIQUE_VIOLATION = '23505';
/** What WebAuthn knows; an authenticator may say anything. */
const TRANSPORTS: readonly string[] = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];

type NewCredential = NonNullable<VerifiedRegistrationResponse['registrationInfo']>;

/** Makes a passkey known: the browser is told what to make, and what came of it is verified and kept. */
@Injectable()
export class EnrolPasskey {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly people: People,
    private readonly challenges: PasskeyChallenges,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
    private readonly log: HttpLog,
  ) {}

  /**
   * What the browser asks an authenticator for.
   * @throws DomainError `forbidden` (`second_factor_needed`), `conflict` (`too_many_passkeys`), `unavailable`
   * (`passkeys_need_a_name`)
   */
  begin(request: RequestContext, sessionId: string): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const party = relyingPartyOf(this.settings.publicUrl);
    return this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      const known = await passkeysOf(ctx, personId);
      refuse(obstacleToEnrolling(known.length, ctx.actor.secondFactor));
      const person = await this.people.personById(ctx, personId);
      if (!person) throw new DomainError('not_found');
      const options = await generateRegistrationOptions({
        rpName: NAME,
        rpID: party.id,
        userID: new Uint8Array(Buffer.from(personId.replaceAll('-', ''), 'hex')),
        userName: person.email,
        userDisplayName: person.name,
        timeout: CHALLENGE_SECONDS * 1000,
        attestationType: 'none',
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
      });
      await this.challenges.keep(ctx, { personId, sessionId, purpose: 'enrol' }, options.challenge);
      return options;
    });
  }

  /**
   * Keeps a passkey. It has verified its owner, so it counts as shown.
   * @throws DomainError as `begin`, and `too_late` (`passkey_challenge_gone`), `forbidden` (`passkey_refused`),
   * `conflict` (`passkey_known`), `invalid` (field `label`)
   */
  async finish(
    request: RequestContext,
    sessionId: string,
    entry: { readonly response: string; readonly label: string },
  ): Promise<void> {
    const label = labelFrom(entry.label);
    if (label === null) {
      throw new DomainError('invalid', { fields: [{ field: 'label', problem: 'passkey_label' }] });
    }
    const answer = readEnrolment(entry.response);
    if (!answer) throw new DomainError('forbidden', { reason: 'passkey_refused' });
    // Used up before anything is verified, and even if nothing can be: a second try needs a second challenge.
    const good = await this.database.transaction(request, (ctx) =>
      this.challenges.take(
        ctx,
        { personId: ownAccount(ctx, 'account.change'), sessionId, purpose: 'enrol' },
        answer.challenge,
      ),
    );
    if (!good) throw new DomainError('too_late', { reason: 'passkey_challenge_gone' });
    const made = await this.verified(request, answer.response, answer.challenge);
    try {
      await this.database.transaction(request, (ctx) => this.keep(ctx, made, label, answer.response));
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      throw new DomainError('conflict', { reason: 'passkey_known' });
    }
  }

  private async keep(
    ctx: Ctx,
    { credential, credentialBackedUp }: NewCredential,
    label: string,
    { response }: RegistrationResponseJSON,
  ): Promise<void> {
    const personId = ownAccount(ctx, 'account.change');
    await lockPasskeys(ctx, personId);
    const known = await passkeysOf(ctx, personId);
    refuse(obstacleToEnrolling(known.length, ctx.actor.secondFactor));
    const now = ctx.clock.now();
    const id: Id = newId(now);
    await ctx.tx.insert(PasskeyEntity, {
      id,
      personId,
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: TRANSPORTS.filter((transport) => response.transports?.includes(transport)),
      synced: credentialBackedUp,
      label,
      createdAt: now,
      lastUsedAt: now,
    });
    await this.audit.record(ctx, {
      action: 'passkey.enrolled',
      subject: { kind: 'person', id: personId },
      data: { passkey: id, first: known.length === 0, synced: credentialBackedUp },
    });
    await this.outbox.emit(ctx, {
      type: 'passkey.enrolled',
      subject: { kind: 'person', id: personId },
      payload: { passkey: id },
    });
  }

  private async verified(
    request: RequestContext,
    response: RegistrationResponseJSON,
    challenge: string,
  ): Promise<NewCredential> {
    const party = relyingPartyOf(this.settings.publicUrl);
    try {
      const { registrationInfo } = await verifyRegistrationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: party.origin,
        expectedRPID: party.id,
        requireUserVerification: true,
      });
      if (registrationInfo) return registrationInfo;
    } catch (error) {
      this.log.logger.warn({ err: error, requestId: request.requestId }, 'a new passkey did not verify');
    }
    throw new DomainError('forbidden', { reason: 'passkey_refused' });
  }
}

function refuse(obstacle: string | null): void {
  if (obstacle === null) return;
  throw new DomainError(obstacle === 'too_many_passkeys' ? 'conflict' : 'forbidden', { reason: obstacle });
}
