import { jest } from '@jest/globals';
import { ApplicationsRepository, applicationStates } from '../../src/applications/public.js';
import type { ApplicationAct } from '../../src/applications/public.js';
import { AuditTrail } from '../../src/audit/public.js';
import { MoveCall, standardSelection } from '../../src/calls/public.js';
import type { CallDraft, PlaceDraft, SelectionRules } from '../../src/calls/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { Assessments } from '../../src/reviews/public.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { OfficeScene } from './office-scene.js';

const WORDS = { sr: 'За Нови Сад', ru: 'Для Нови-Сада', en: 'For Novi Sad' };

/** Somebody who applies for a ranked call: from where, for which places (by their order), with how many points. */
export interface Applying {
  readonly home: 'belgrade' | 'novi_sad';
  readonly choices: readonly number[];
  readonly points: number | null;
  /** Answers to questions of the form, where they are to be others than the first. */
  readonly said?: Readonly<Record<string, string>>;
}

/** A ranked call whose applications are assessed, so that its lists can be made. */
export interface Assessed {
  readonly callId: Id;
  readonly slug: string;
  /** In the order in which they were asked for. */
  readonly places: readonly Id[];
  readonly applications: readonly Id[];
  readonly numbers: readonly string[];
}

/** @param capacities of the places; the second number is kept for those who come from Novi Sad */
export async function assessedCall(
  scene: OfficeScene,
  capacities: readonly (readonly [number, number?])[],
  people: readonly Applying[],
  change: Partial<SelectionRules> = {},
  draft: Partial<CallDraft> = {},
): Promise<Assessed> {
  const { app, owner } = scene.http;
  const homes = {
    belgrade: await scene.world.institution('university-of-belgrade'),
    novi_sad: await scene.world.institution('university-of-novi-sad'),
  };
  const hosts = [
    await scene.world.institution('lomonosov-moscow-state-university'),
    await scene.world.institution('novosibirsk-state-university'),
  ];
  const slug = `ranked-${newId()}`;
  const places = capacities.map(([capacity, kept = 0], index): PlaceDraft => ({
    institutionId: hosts[index % hosts.length] ?? '',
    fieldCode: `061${index % 4}`,
    level: 7,
    language: 'en',
    languageLevel: 'B1',
    months: 5,
    services: null,
    capacity,
    reserved:
      kept > 0
        ? [
            {
              id: 'novi_sad',
              label: WORDS,
              count: kept,
              condition: { kind: 'home_institution', institutions: [homes.novi_sad] },
            },
          ]
        : [],
  }));
  const callId = await scene.world.publishedCall({
    slug,
    route: 'ranked',
    maxChoices: 4,
    selection: { ...standardSelection(), ...change },
    places,
    ...draft,
  });
  const { rows } = await owner.query<{ id: Id }>(
    'select id from call_places where call_id = $1 order by field_code',
    [callId],
  );
  const placeIds = rows.map(({ id }) => id);
  const applications: Id[] = [];
  for (const { home, choices, said } of people) {
    const wished = choices.map((index) => placeIds[index] ?? '');
    applications.push(...(await scene.submitted(slug, homes[home], 1, wished, said)));
  }
  await owner.query(
    "update calls set opens_at = now() - interval '9 days', closes_at = now() - interval '1 day' where id = $1",
    [callId],
  );
  const request = systemContext(systemClock);
  await app.get(MoveCall).moveCall(request, callId, 'begin_selection');
  for (const [index, id] of applications.entries()) {
    const assessed = people[index]?.points !== null;
    await lead(scene, id, [
      'begin_screening',
      'find_eligible',
      'begin_review',
      ...(assessed ? (['score'] as const) : []),
    ]);
  }
  score(scene, new Map(applications.map((id, index) => [id, people[index]?.points ?? null])));
  const { rows: numbered } = await owner.query<{ id: Id; number: string }>(
    'select id, number from applications where call_id = $1',
    [callId],
  );
  const numbers = new Map(numbered.map(({ id, number }) => [id, number]));
  return {
    callId,
    slug,
    places: placeIds,
    applications,
    numbers: applications.map((id) => numbers.get(id) ?? ''),
  };
}

const GIVEN = new WeakMap<OfficeScene, Map<Id, number | null>>();

/** What the reviews came to, whole points of each. */
export function score(scene: OfficeScene, points: ReadonlyMap<Id, number | null>): void {
  const given = GIVEN.get(scene) ?? new Map<Id, number | null>();
  for (const [id, each] of points) given.set(id, each);
  if (GIVEN.has(scene)) return;
  GIVEN.set(scene, given);
  jest.spyOn(scene.http.app.get(Assessments), 'standings').mockImplementation(() =>
    Promise.resolve(
      [...given].map(([applicationId, each]) => ({
        applicationId,
        points: each === null ? null : each * 1000,
        complete: each !== null,
        reviews: 1,
        spread: null,
      })),
    ),
  );
}

/** Leads an application by the table, with an entry for each step. */
export async function lead(scene: OfficeScene, id: Id, acts: readonly ApplicationAct[]): Promise<void> {
  const { app } = scene.http;
  await app.get(Database).transaction(systemContext(systemClock), async (ctx) => {
    const application = await app.get(ApplicationsRepository).lock(ctx, id);
    for (const act of acts) {
      const from = application.state;
      application.state = applicationStates.move(from, act);
      await app.get(AuditTrail).record(ctx, {
        action: `application.${act}`,
        subject: { kind: 'application', id },
        data: { from, to: application.state },
      });
    }
    await app.get(ApplicationsRepository).save(ctx, Object.assign(application, { dueAt: null }));
  });
}
