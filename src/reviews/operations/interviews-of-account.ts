import type { AccountBelongings } from '../../access/public.js';
import { TO_COME } from '../domain/interview.states.js';

/**
 * Of two accounts that become one: a talk stands with the account that was invited to it, and its mails and its page go
 * there. Whoever is to come to one is asked to do so first; what is over stays where it was.
 */
export const interviewsOfAccount: AccountBelongings = {
  async obstacle(ctx, { joinedId }) {
    const [row] = await ctx.tx.query<{ ahead: boolean }[]>(
      'select exists (select from interviews where applicant_id = $1 and state = any ($2)) as ahead',
      [joinedId, TO_COME],
    );
    return row?.ahead ? 'join_interview_ahead' : null;
  },

  move: () => Promise.resolve(),
};
