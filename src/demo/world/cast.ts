import type { Id } from '../../shared/ids.js';
import type { DemoPerson } from './people.js';

/** Everybody who can be made to act, found by what they are. */
export class Cast {
  constructor(private readonly people: ReadonlyMap<string, DemoPerson>) {}

  person(key: string): DemoPerson {
    return known(this.people.get(key), key);
  }

  coordinatorOf(institutionId: Id): DemoPerson {
    return this.holder(institutionId, (grant) => grant.institutionId === institutionId);
  }

  officerOf(country: string): DemoPerson {
    return this.holder(country, (grant) => grant.role === 'ministry_officer' && grant.country === country);
  }

  private holder(of: string, holds: (grant: DemoPerson['actor']['grants'][number]) => boolean): DemoPerson {
    return known(
      [...this.people.values()].find(({ actor }) => actor.grants.some(holds)),
      of,
    );
  }
}

/** The value, which the demonstration's own texts promise; a slip in them is found at the first start. */
export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the demonstration has no ${what}`);
  return value;
}
