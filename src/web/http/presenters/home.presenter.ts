import type { ApplicationRow, ApplicationState } from '../../../applications/public.js';
import type { CallView } from '../../../calls/public.js';
import type { Ctx } from '../../../platform/database/context.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';

/** One of a person's own applications on their home page. */
export interface OwnApplication {
  readonly href: string;
  readonly title: string;
  readonly number: string | null;
  readonly state: { readonly kind: string; readonly text: Message };
  /** When it ends that they can act, in words with the zone; only where they have to. */
  readonly until: string | null;
  readonly next: Message;
}

/** States in which the applicant is the one to act. */
const OWN_TURN: readonly ApplicationState[] = ['draft', 'returned', 'offered'];

const KINDS: Partial<Record<ApplicationState, string>> = {
  draft: 'brass',
  returned: 'brass',
  offered: 'brass',
  accepted: 'leaf',
  confirmed: 'leaf',
  ineligible: 'brick',
  lapsed: 'brick',
  offer_expired: 'brick',
  offer_withdrawn: 'brick',
  conditions_not_met: 'brick',
  not_cleared: 'brick',
  withdrawn: 'grey',
  declined: 'grey',
  never_submitted: 'grey',
};

/** Own applications, those first that wait for their applicant. */
export function presentOwnApplications(
  translator: Translator,
  ctx: Ctx,
  applications: readonly ApplicationRow[],
  calls: ReadonlyMap<string, CallView>,
): OwnApplication[] {
  return [...applications]
    .sort((a, b) => Number(OWN_TURN.includes(b.state)) - Number(OWN_TURN.includes(a.state)))
    .flatMap((application) => {
      const call = calls.get(application.callId);
      if (!call) return [];
      const turn = OWN_TURN.includes(application.state);
      return {
        href: `/applications/${application.id}`,
        title: translator.localized(ctx.language, call.title),
        number: application.number,
        state: {
          kind: KINDS[application.state] ?? 'sky',
          text: { key: `applications.states.${application.state}` },
        },
        until:
          turn && application.dueAt
            ? translator.dateTimeInSentence(ctx.language, application.dueAt, call.timeZone)
            : null,
        next: { key: turn ? `web.home.next.${application.state}` : 'web.home.next.wait' },
      };
    });
}
