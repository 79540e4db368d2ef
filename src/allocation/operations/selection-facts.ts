import type { CallView } from '../../calls/public.js';
import type { SelectionFacts } from '../domain/selections.policy.js';

export function factsOf({ state, directions }: Pick<CallView, 'state' | 'directions'>): SelectionFacts {
  return {
    state,
    countries: [...new Set(directions.flatMap(({ homeCountry, hostCountry }) => [homeCountry, hostCountry]))],
  };
}
