import { Injectable } from '@nestjs/common';
import { Calls } from '../../calls/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { systemClock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { DEMO_ACCOUNTS } from '../accounts.js';
import { ApplicationActs } from './application-acts.js';
import type { Candidate, StagedCall } from './application-acts.js';
import type { DemoCalendar } from './calendar.js';
import type { DemoCall } from './calls.js';
import { known } from './cast.js';
import type { Cast } from './cast.js';
import { EXTRA_PEOPLE, WRITING_ACCOUNTS } from './extra-people.js';
import type { DemoPerson } from './people.js';
import type { Office, Scene, Story } from './story.js';
import { DEMONSTRATION } from './timeline.js';
import type { Happening } from './timeline.js';

const ZONE = 'Europe/Belgrade';

/** Stages the stories: finds for each moment the application, the places and whoever acts. */
@Injectable()
export class Scenes {
  private readonly staged = new Map<string, Promise<StagedCall>>();

  constructor(
    private readonly database: Database,
    private readonly calls: Calls,
    private readonly acts: ApplicationActs,
  ) {}

  /** @param variant makes each story another one, and the same at each start */
  happenings(calendar: DemoCalendar, cast: Cast, call: DemoCall, story: Story, variant: number): Happening[] {
    const person = cast.person(story.person);
    const candidate = { ...candidateOf(person, variant), freemoverOf: story.freemoverOf };
    const name = `${call.draft.slug}.${story.person}`;
    let application: Promise<Id> | undefined;
    return story.moments.map(({ days, happens }, moment) => {
      const requestId = `${DEMONSTRATION}${name}.${moment}`;
      return {
        lane: call.scarce ? call.draft.slug : name,
        requestId,
        at: calendar.at(days, timeOfDay(variant + moment), ZONE),
        happens: async (clock) => {
          const staged = await this.stagedCall(call);
          const request = ({ actor, language }: DemoPerson) => ({ actor, language, clock, requestId });
          const place = (name: string) => known(staged.places.get(name), name);
          const host = place(story.places[0] ?? '');
          const offices: Readonly<Record<Office, () => DemoPerson>> = {
            applicant: () => person,
            'home coordinator': () => cast.coordinatorOf(candidate.homeInstitutionId),
            'host coordinator': () => cast.coordinatorOf(host.institutionId),
            'home ministry': () => cast.officerOf(person.country),
          };
          const scene: Scene = {
            acts: this.acts,
            candidate,
            call: staged,
            id: () => (application ??= this.acts.find(staged.id, person.id)),
            place: (name) => place(name).id,
            as: (office) => request(offices[office]()),
            ministryOf: (country) => request(cast.officerOf(country)),
          };
          await happens(scene);
        },
      };
    });
  }

  /** A call that is published does not change, so it is read once. */
  private stagedCall(call: DemoCall): Promise<StagedCall> {
    const { slug } = call.draft;
    const present = this.staged.get(slug);
    if (present) return present;
    const reading = this.readCall(call);
    this.staged.set(slug, reading);
    return reading;
  }

  private readCall({ draft: { slug, category }, places }: DemoCall): Promise<StagedCall> {
    return this.database.read(systemContext(systemClock), async (ctx) => {
      const view = known((await this.calls.bySlug(ctx, slug)) ?? undefined, slug);
      const form = known((await this.calls.form(ctx, view.id, view.formVersion)) ?? undefined, slug);
      const rows = await this.calls.places(ctx, view.id);
      return {
        id: view.id,
        slug,
        category,
        form,
        places: new Map(
          places.map(({ name, domain, fieldCode }) => {
            const row = rows.find(
              ({ institution, fieldCode: field }) => institution.domain === domain && field === fieldCode,
            );
            const { id, institution } = known(row, name);
            return [name, { id, institutionId: institution.id, country: institution.country }];
          }),
        ),
      };
    });
  }
}

function candidateOf(person: DemoPerson, variant: number): Omit<Candidate, 'freemoverOf'> {
  const writer = EXTRA_PEOPLE.find(({ key }) => key === person.key) ?? WRITING_ACCOUNTS[person.key];
  const account = DEMO_ACCOUNTS.find(({ email }) => email === person.key);
  return {
    personId: person.id,
    country: person.country,
    homeInstitutionId: known(person.homeInstitutionId ?? undefined, person.key),
    passportName: account ? `${account.passportName.given} ${account.passportName.family}` : person.key,
    writer: known(writer, person.key),
    variant,
  };
}

/** Between nine and half past four: offices and students alike. */
function timeOfDay(variant: number): string {
  const minutes = 9 * 60 + ((variant * 47) % 450);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
