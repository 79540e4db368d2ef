import { wallTime } from '../../../shared/zoned-time.js';
import type { LeadTimes } from '../../../universities/public.js';
import { planBackwards } from '../../domain/backwards-plan.js';
import type { CallDraft } from '../../domain/call-draft.js';
import type { PlanView } from '../views/editor-views.js';
import type { Reader } from './present-call-card.js';

/** Whether the dates can hold, and on which step they hang: for everybody who goes into each country. */
export function presentPlan(reader: Reader, draft: CallDraft): PlanView | null {
  const { translator, language, countries } = reader;
  const leadTimes = new Map<string, LeadTimes>(
    countries.map(({ code, leadTimes: known }) => [code, known ?? {}]),
  );
  const plan = planBackwards(
    {
      route: draft.route,
      homeEndorsement: draft.homeEndorsement,
      promises: draft.promises,
      directions: draft.directions,
      closesOn: wallTime(draft.closesAt, draft.timeZone).day,
      stayFrom: draft.stayFrom,
    },
    leadTimes,
  );
  const { tight, slack, latestClosing } = plan;
  if (!tight || slack === null || latestClosing === null) return null;
  // A calendar day has no zone; UTC on both ends shows it as it is.
  const day = (text: string) => translator.date(language, new Date(`${text}T00:00:00Z`), 'UTC');
  const country = (code: string) => translator.countryName(language, code);
  const step = translator.t(language, `calls.plan.steps.${tight.step}`);
  return {
    holds: plan.holds,
    verdict: plan.holds
      ? { key: 'calls.plan.holds', values: { count: slack } }
      : { key: 'calls.plan.fails', values: { count: -slack } },
    latest: { key: 'calls.plan.latest', values: { day: day(latestClosing) } },
    tight: {
      key: 'calls.plan.tight',
      values: { step, country: country(tight.hostCountry), count: tight.days },
    },
    hosts: plan.hosts.map((host) => ({
      country: country(host.hostCountry),
      slack: host.slack,
      days: host.days,
      latest: day(host.latestClosing),
      steps: host.steps.map((each) => ({
        name: { key: `calls.plan.steps.${each.step}` },
        days: each.days,
        from: day(each.from),
        until: day(each.until),
        tight: each.step === tight.step && host.hostCountry === tight.hostCountry,
      })),
    })),
  };
}
