import { AnswerOffer } from '../../src/applications/public.js';
import { newId } from '../../src/shared/ids.js';
import type { HttpApp } from '../http/http-app.js';
import { applicantActing } from './acting.js';
import { DAY_MS } from './world.js';
import type { World } from './world.js';

/** The institution of each country in these stories. */
export const HOUSE: Readonly<Record<string, string>> = {
  RS: 'university-of-belgrade',
  RU: 'lomonosov-moscow-state-university',
};

/** Files are put into the database as they stand before the acceptance: what tells of the acts before is not there. */
export const SHORT_CUTS: readonly string[] = [
  'application.number_tells_its_origin',
  'application.one_side_is_no_approval',
  'application.place_was_chosen',
  'application.state_is_on_record',
  'application.submissions_are_kept',
  'application.transfer_is_registered',
  'letter.one_for_each_award',
];

export const dayAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** A place that a student of one country accepted in the other: it was to begin a month ago. Answers which stay follows. */
export async function acceptedPlace(
  http: HttpApp,
  world: World,
  { home, host, personId }: { readonly home: string; readonly host: string; readonly personId: string },
): Promise<string> {
  const callId = await world.publishedCall({
    directions: [{ homeCountry: home, hostCountry: host }],
    stayFrom: dayAgo(30),
    stayUntil: new Date(Date.now() + 90 * DAY_MS).toISOString().slice(0, 10),
    closesAt: new Date(Date.now() + DAY_MS),
    places: [
      {
        institutionId: await world.institution(HOUSE[host] ?? ''),
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B2',
        months: 3,
        services: null,
        capacity: 1,
        cost: [
          {
            item: 'stipend',
            payer: 'host_country',
            amount: { minor: 500_00, currency: 'EUR' },
            per: 'month',
          },
        ],
      },
    ],
  });
  const id = newId();
  await http.owner.query(
    `insert into applications (id, call_id, form_version, applicant_id, home_country, home_institution_id, host_country,
       host_institution_id, state, result, state_since, due_at, number, submissions, submitted_at, language, place_id,
       transferred_at, created_at)
     select $1, c.id, c.form_version, $3, $4, $5, $6, p.institution_id, 'offered', 'selected', now(), now() + interval '1 day',
       $7, 1, now(), 'sr-Cyrl', p.id, now(), now() from calls c join call_places p on p.call_id = c.id where c.id = $2`,
    [id, callId, personId, home, await world.institution(HOUSE[home] ?? ''), host, `${home}-2027-000001`],
  );
  await http.owner.query('update call_places set taken = taken + 1 where call_id = $1', [callId]);
  await http.app.get(AnswerOffer).accept(applicantActing(personId), id);
  const { rows } = await http.owner.query<{ id: string }>(
    'select id from mobilities where application_id = $1',
    [id],
  );
  return rows[0]?.id ?? '';
}
