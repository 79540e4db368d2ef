import { RECUSAL_REASONS } from '../../domain/recusal.js';
import { isVerdictGiven } from '../../domain/decision-side.states.js';
import type { OpenDecision } from '../read-approvals.js';
import type { HandsView, Part } from '../views/approval-views.js';

/** `fault`: the form that came back because nothing, or nobody who could, was chosen in it. */
export function presentHands(open: OpenDecision, fault: string | null): HandsView | null {
  const { decision, own, hands, free, names, recusals } = open;
  const side = own && decision[own];
  if (!side || isVerdictGiven(side.state) || decision.withdrawnAt) return null;
  const action = (form: string) => `/approvals/${decision.id}/${form}`;
  const named = (id: string): Part => {
    const name = names.get(id);
    return name ? { text: name.name, lang: name.language } : { text: '—' };
  };
  return {
    country: side.country,
    blocked: free.length === 0,
    recused: side.recused.map((id) => {
      const known = recusals.find(({ personId }) => personId === id);
      return {
        who: named(id),
        reason: known ? { key: `approvals.recusal.reasons.${known.reasonCode}` } : null,
      };
    }),
    review: hands.review
      ? {
          action: action('review'),
          text: { key: `approvals.hands.${side.heldBy ? 'take_over' : 'begin'}` },
        }
      : null,
    recuse: hands.recuse
      ? {
          action: action('recusal'),
          reasons: RECUSAL_REASONS.map((code) => ({
            value: code,
            label: { key: `approvals.recusal.reasons.${code}` },
          })),
          error: fault === 'recusal' ? { key: 'problems.required_choice' } : null,
        }
      : null,
    delegate: hands.delegate
      ? {
          action: action('delegate'),
          officers: free.map((id) => {
            const { text, lang } = named(id);
            return { value: id, label: text, ...(lang ? { lang } : {}) };
          }),
          error: fault === 'delegate' ? { key: 'problems.not_free' } : null,
        }
      : null,
  };
}
