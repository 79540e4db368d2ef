import { describe, expect, it } from '@jest/globals';
import type { ApplicationState, Office } from '../../applications/public.js';
import { routeOf } from './route.js';

const since = new Date('2027-03-01T00:00:00Z');

function shown(
  state: ApplicationState,
  offices: readonly Office[],
  nominationState: string | null = null,
  homeEndorsement = false,
): string | null {
  const custody = offices.map((office) => ({ office, since, until: null }));
  const route = routeOf({ state, custody, nominationState, homeEndorsement });
  return (
    route &&
    route
      .map(({ station, state: how, custody: held }) => {
        const sign = { passed: '+', waiting: '>', ahead: '' }[how];
        return `${sign}${station}${held.map(({ office }) => `@${office}`).join('')}`;
      })
      .join(' ')
  );
}

describe('the bridge as a list', () => {
  it.each([
    [
      'submitted',
      shown('submitted', ['home_institution']),
      '+application >home_check@home_institution host_answer decisions offer letter',
    ],
    [
      'endorsed, where the ministry confirms',
      shown('eligible', ['home_ministry'], 'home_endorsed', true),
      '+application +home_check >home_confirmation@home_ministry host_answer decisions offer letter',
    ],
    [
      'of a freemover, checked by the ministry',
      shown('submitted', ['home_ministry']),
      '+application >home_check@home_ministry host_answer decisions offer letter',
    ],
    [
      'of a freemover, back from a host',
      shown('eligible', ['home_ministry'], 'rejected'),
      '+application >home_check@home_ministry host_answer decisions offer letter',
    ],
    [
      'sent',
      shown('eligible', ['host_institution'], 'sent'),
      '+application +home_check >host_answer@host_institution decisions offer letter',
    ],
    [
      'before both ministries',
      shown('eligible', ['home_ministry', 'host_ministry'], 'host_accepted'),
      '+application +home_check +host_answer >decisions@home_ministry@host_ministry offer letter',
    ],
    [
      'offered',
      shown('offered', ['applicant'], 'host_accepted'),
      '+application +home_check +host_answer +decisions >offer@applicant letter',
    ],
    [
      'accepted',
      shown('accepted', ['host_institution'], 'host_accepted'),
      '+application +home_check +host_answer +decisions +offer +letter',
    ],
    ['divergent', shown('eligible', ['joint_commission'], 'host_accepted'), null],
    ['withdrawn', shown('withdrawn', []), null],
  ])('%s', (_name, found, expected) => {
    expect(found).toBe(expected);
  });
});
