import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { sessionHash } from '../../platform/http/session-store.js';
import type { Id } from '../../shared/ids.js';
import { CHALLENGE_SECONDS } from '../domain/passkey-rules.js';

/** What a passkey is asked for: to become known, or to prove that it is there. */
export type CeremonyPurpose = 'enrol' | 'show';

/** For whom, where and for what a challenge was made. */
export interface Ceremony {
  readonly personId: Id;
  readonly sessionId: string;
  readonly purpose: CeremonyPurpose;
}

/** What passkeys are asked to sign. Each is good once, in one session, for some minutes. */
@Injectable()
export class PasskeyChallenges {
  async keep(ctx: Ctx, ceremony: Ceremony, challenge: string): Promise<void> {
    const now = ctx.clock.now();
    await ctx.tx.query('delete from passkey_challenges where person_id = $1 and expires_at <= $2', [
      ceremony.personId,
      now,
    ]);
    await ctx.tx.query(
      `insert into passkey_challenges (challenge, person_id, session_hash, purpose, expires_at)
       values ($1, $2, $3, $4, $5)`,
      [
        challenge,
        ceremony.personId,
        sessionHash(ceremony.sessionId),
        ceremony.purpose,
        new Date(now.getTime() + CHALLENGE_SECONDS * 1000),
      ],
    );
  }

  /** Uses a challenge up. Answers whether it was good; of two requests at once it is for one only. */
  async take(ctx: Ctx, ceremony: Ceremony, challenge: string): Promise<boolean> {
    const taken = await ctx.tx.query<{ good: boolean }[]>(
      `with taken as (
         delete from passkey_challenges
         where challenge = $1 and person_id = $2 and session_hash = $3 and purpose = $4
         returning expires_at)
       select expires_at > $5 as good from taken`,
      [challenge, ceremony.personId, sessionHash(ceremony.sessionId), ceremony.purpose, ctx.clock.now()],
    );
    return taken[0]?.good === true;
  }
}
