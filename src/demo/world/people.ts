import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Settings } from '../../platform/config/settings.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { NO_TIES } from '../../shared/actor.js';
import type { Actor, Grant } from '../../shared/actor.js';
import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { machineReadableName, proposePassportName } from '../../shared/transliteration.js';
import { DEMO_ACCOUNTS, DEMO_PROVIDERS } from '../accounts.js';
import type { DemoAccount } from '../accounts.js';
import { EXTRA_PEOPLE } from './extra-people.js';
import type { ExtraPerson } from './extra-people.js';

/** How long before the first start everybody became known, in days. */
const KNOWN_SINCE_DAYS = 430;
const DAY_MS = 86_400_000;

/** Somebody of the demonstration who can be made to act. */
export interface DemoPerson {
  readonly key: string;
  readonly id: Id;
  readonly country: string;
  readonly language: Language;
  readonly homeInstitutionId: Id | null;
  readonly actor: Actor;
}

interface NewPerson {
  readonly email: string;
  readonly country: string;
  readonly native_family: string;
  readonly native_given: string;
  readonly native_language: string;
  readonly latin_family: string;
  readonly latin_given: string;
  readonly passport_family: string;
  readonly passport_given: string;
  readonly language: Language;
  readonly domain: string | null;
}

interface NewGrant {
  readonly email: string;
  readonly role: string;
  readonly domain: string | null;
  readonly country: string | null;
}

/** The people of the demonstration: who they are, what they may do, and as whom the providers know them. */
@Injectable()
export class DemoPeople {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Enters everybody with their roles. No act of the application makes a person without a sign-in, so this writes the
   * rows as the first sign-in of each would.
   */
  async introduce(begun: Date, requestId: string): Promise<void> {
    const since = new Date(begun.getTime() - KNOWN_SINCE_DAYS * DAY_MS);
    await this.database.transaction({ ...systemContext({ now: () => since }), requestId }, async (ctx) => {
      const people = [...DEMO_ACCOUNTS.map(ofAccount), ...EXTRA_PEOPLE.map(ofExtra)].map((person) => ({
        ...person,
        id: newId(since),
      }));
      await ctx.tx.query(
        `insert into persons (id, country, native_family, native_given, native_language, latin_family, latin_given,
           passport_family, passport_given, email, language, home_institution_id, created_at)
         select p.id, p.country, native_family, native_given, p.native_language, latin_family, latin_given,
           passport_family, passport_given, email, p.language, i.id, $2
         from jsonb_to_recordset($1) as p (id uuid, country text, native_family text, native_given text,
           native_language text, latin_family text, latin_given text, passport_family text, passport_given text,
           email text, language text, domain text)
         left join institutions i on i.domain = p.domain`,
        [JSON.stringify(people), since],
      );
      const grants = [...DEMO_ACCOUNTS.flatMap(grantsOfAccount), ...EXTRA_PEOPLE.flatMap(grantsOfExtra)];
      await ctx.tx.query(
        `insert into role_grants (id, person_id, role, institution_id, country, reason, valid_from)
         select g.id, p.id, g.role, i.id, g.country, 'demonstration', $2
         from jsonb_to_recordset($1) as g (id uuid, email text, role text, domain text, country text)
         join persons p on p.email = g.email left join institutions i on i.domain = g.domain`,
        [JSON.stringify(grants.map((grant) => ({ ...grant, id: newId(since) }))), since],
      );
      await this.audit.record(ctx, {
        action: 'demonstration.people',
        subject: { kind: 'demonstration', id: 'people' },
        data: { people: people.length, grants: grants.length },
      });
    });
  }

  /**
   * Lets the providers that run now vouch for the people of the demonstration. A provider's name holds its port, which
   * may be another one at each start.
   */
  async joinIdentities(clock: Clock): Promise<void> {
    const { demonstration, identityProviders } = this.settings;
    if (!demonstration || !identityProviders) return;
    const identities = DEMO_ACCOUNTS.flatMap(({ provider, subject, email }) => {
      const issuer = identityProviders.find(({ key }) => key === provider)?.issuer;
      return issuer === undefined ? [] : [{ issuer, subject, email, provider_key: provider }];
    });
    await this.database.transaction(systemContext(clock), async (ctx) => {
      // The subjects are the demonstration's own, one for each account: who they are does not change with the port.
      await ctx.tx.query(
        `update identities set issuer = new.issuer
         from jsonb_to_recordset($1) as new (issuer text, subject text, provider_key text)
         where identities.subject = new.subject and identities.provider_key = new.provider_key
           and identities.issuer <> new.issuer
           and not exists (select from identities there where there.issuer = new.issuer and there.subject = new.subject)`,
        [JSON.stringify(identities)],
      );
      await ctx.tx.query(
        `insert into identities (issuer, subject, person_id, provider_key, email, created_at, last_sign_in_at)
         select new.issuer, new.subject, p.id, new.provider_key, new.email, p.created_at, p.created_at
         from jsonb_to_recordset($1) as new (issuer text, subject text, provider_key text, email text)
         join persons p on p.email = new.email
         on conflict (issuer, subject) do nothing`,
        [JSON.stringify(identities)],
      );
    });
  }

  /** Everybody by their key: the e-mail address of an account, the own key of everybody else. */
  async all(clock: Clock): Promise<ReadonlyMap<string, DemoPerson>> {
    const rows = await this.database.read(systemContext(clock), (ctx) =>
      ctx.tx.query<(Omit<DemoPerson, 'key' | 'actor'> & { email: string; name: string; grants: Grant[] })[]>(
        `select p.id, p.country, p.language, p.email, p.home_institution_id as "homeInstitutionId",
           p.native_given || ' ' || p.native_family as name,
           coalesce(json_agg(json_build_object('role', g.role, 'institutionId', g.institution_id, 'country', g.country))
             filter (where g.id is not null), '[]') as grants
         from persons p left join role_grants g on g.person_id = p.id and g.reason = 'demonstration'
         where p.email = any ($1) group by p.id`,
        [[...DEMO_ACCOUNTS.map(({ email }) => email), ...EXTRA_PEOPLE.map(emailOf)]],
      ),
    );
    const keys = new Map(EXTRA_PEOPLE.map((person) => [emailOf(person), person.key]));
    return new Map(
      rows.map(({ email, name, grants, ...person }) => {
        const key = keys.get(email) ?? email;
        const actor: Actor = {
          kind: 'person',
          personId: person.id,
          name,
          grants,
          ties: NO_TIES,
          secondFactor: true,
          scopes: null,
        };
        return [key, { ...person, key, actor }];
      }),
    );
  }
}

function ofAccount(account: DemoAccount): NewPerson {
  const { name, patronymic, passportName, language, email } = account;
  return {
    email,
    country: DEMO_PROVIDERS.find(({ key }) => key === account.provider)?.country ?? '',
    native_family: name.family,
    native_given: patronymic === undefined ? name.given : `${name.given} ${patronymic}`,
    native_language: languageOfName(name.family, language),
    latin_family: passportName.family,
    latin_given: passportName.given,
    passport_family: machineReadableName(passportName.family),
    passport_given: machineReadableName(passportName.given),
    language,
    domain: account.institutionDomain ?? null,
  };
}

function ofExtra(person: ExtraPerson): NewPerson {
  const latin = (name: string) => proposePassportName(name, person.language);
  return {
    email: emailOf(person),
    country: person.country,
    native_family: person.family,
    native_given: person.patronymic === undefined ? person.given : `${person.given} ${person.patronymic}`,
    native_language: languageOfName(person.family, person.language),
    latin_family: latin(person.family),
    latin_given: latin(person.given),
    passport_family: machineReadableName(latin(person.family)),
    passport_given: machineReadableName(latin(person.given)),
    language: person.language,
    domain: person.institutionDomain,
  };
}

function grantsOfAccount({ email, roles }: DemoAccount): NewGrant[] {
  // Reviewers have a call as their scope, and no call is there yet.
  return roles
    .filter(({ role }) => role !== 'reviewer')
    .map(({ role, institutionDomain, country }) => ({
      email,
      role,
      domain: institutionDomain ?? null,
      country: country ?? null,
    }));
}

function grantsOfExtra(person: ExtraPerson): NewGrant[] {
  return person.coordinates
    ? [{ email: emailOf(person), role: 'coordinator', domain: person.institutionDomain, country: null }]
    : [];
}

/** The domain `.demo` is nobody's, so that no mail of the demonstration can ever reach a stranger. */
export function emailOf({ key, country }: ExtraPerson): string {
  return `${key}@people.${country.toLowerCase()}.demo`;
}

/** Serbian names are written in either script, whatever script their bearer reads. */
function languageOfName(family: string, language: Language): Language {
  if (language === 'ru' || language === 'en') return language;
  return /\p{Script=Cyrillic}/u.test(family) ? 'sr-Cyrl' : 'sr-Latn';
}
