import { wallTime } from '../../../shared/zoned-time.js';
import { gateDays, tightGates } from '../../../gates/public.js';
import type { GateRule, GatedCall } from '../../../gates/public.js';
import type { Id } from '../../../shared/ids.js';
import type { LeadTimes } from '../../../universities/public.js';
import { fieldOfStudy } from '../../data/fields-of-study.js';
import { planBackwards } from '../../domain/backwards-plan.js';
import type { CallDraft } from '../../domain/call-draft.js';
import type { PlanView } from '../views/editor-views.js';
import type { Reader } from './present-call-card.js';

/** Whether the dates can hold, and on which step they hang: for everybody who goes into each country. */
export function presentPlan(
  reader: Reader,
  draft: CallDraft,
  gates: { readonly callId: Id | null; readonly rules: readonly GateRule[] },
): PlanView | null {
  const { translator, language, countries } = reader;
  const leadTimes = new Map<string, LeadTimes>(
    countries.map(({ code, leadTimes: known }) => [code, known ?? {}]),
  );
  const closesOn = wallTime(draft.closesAt, draft.timeZone).day;
  const gated = gatedCall(draft, gates.callId);
  const plan = planBackwards(
    {
      route: draft.route,
      homeEndorsement: draft.homeEndorsement,
      promises: draft.promises,
      directions: draft.directions,
      closesOn,
      stayFrom: draft.stayFrom,
    },
    leadTimes,
    gateDays(gates.rules, gated, closesOn),
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
    gates: tightGates(gates.rules, gated, closesOn).map((gate) => {
      const field = fieldOfStudy(gate.fieldCode);
      return {
        direction: `${country(gate.homeCountry)} → ${country(gate.hostCountry)}`,
        field: `${gate.fieldCode} ${field ? translator.localized(language, field) : ''}`.trim(),
        gate: { key: `gates.kinds.${gate.kind}` },
        country: country(gate.country),
        days: gate.days,
      };
    }),
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

/** Directions and fields of a draft, as the rules of gates are asked about them. */
function gatedCall({ category, directions, places }: CallDraft, callId: Id | null): GatedCall {
  return { callId, category, directions, fields: places.map(({ fieldCode }) => fieldCode) };
}
