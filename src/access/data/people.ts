import { Injectable } from '@nestjs/common';
import { NO_TIES } from '../../shared/actor.js';
import type { ExchangeSide, Grant, Role, Ties } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { Ctx } from '../../platform/database/context.js';
import { readPrepared, rowsOf } from '../../platform/database/prepared.js';
import { PersonEntity } from './person.entity.js';

/** A name in the script in which it is written. */
export interface DisplayName {
  readonly name: string;
  /** BCP 47 tag of the name. */
  readonly language: string;
  /** The same in Latin letters, where it is known. */
  readonly latin: string | null;
}

export interface PersonView {
  readonly id: Id;
  readonly country: CountryCode;
  readonly name: string;
  readonly nativeFamily: string;
  readonly nativeGiven: string;
  readonly nativeLanguage: string;
  readonly latinFamily: string | null;
  readonly latinGiven: string | null;
  readonly passportFamily: string | null;
  readonly passportGiven: string | null;
  readonly email: string;
  readonly language: Language;
  readonly homeInstitutionId: Id | null;
}

/** Whom to write to. */
export interface Addressee {
  readonly id: Id;
  readonly name: string;
  readonly email: string;
  readonly language: Language;
}

/** A scope of a role: an institution's, a country's, or (neither) the whole programme's. */
export interface RoleScope {
  readonly institutionId?: Id | null;
  readonly country?: CountryCode | null;
  /** Of coordinators: who works on this side, whether on it alone or on both. */
  readonly side?: ExchangeSide;
  /** Of coordinators: besides those of the whole institution, those of this unit. */
  readonly unitId?: Id | null;
}

export interface PersonWithGrants {
  readonly id: Id;
  readonly name: string;
  readonly language: Language;
  readonly grants: readonly Grant[];
  readonly ties: Ties;
}

/** People and their roles, as the actor of the context may read them. */
@Injectable()
export class People {
  async personById(ctx: Ctx, id: Id): Promise<PersonView | null> {
    const person = await ctx.tx.findOneBy(PersonEntity, { id });
    return person && viewOf(person);
  }

  /** Where the records of those reside who assess for a call, or are about to. */
  async countriesOfReviewers(ctx: Ctx, callId: Id): Promise<readonly CountryCode[]> {
    const rows = await ctx.tx.query<{ country: CountryCode }[]>(
      `select distinct p.country from role_grants g join persons p on p.id = g.person_id
       where g.role = 'reviewer' and g.call_id = $1 and g.revoked_at is null
         and (g.valid_until is null or g.valid_until > $2) order by p.country`,
      [callId, ctx.clock.now()],
    );
    return rows.map(({ country }) => country);
  }

  /** The calls for which somebody assesses, or is about to. */
  async reviewsCalls(ctx: Ctx, personId: Id): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select distinct call_id as id from role_grants where role = 'reviewer' and person_id = $1 and revoked_at is null
         and call_id is not null and (valid_until is null or valid_until > $2)`,
      [personId, ctx.clock.now()],
    );
    return rows.map(({ id }) => id);
  }

  /** Everybody who holds the role in the scope at this moment, in the order of their names. */
  async peopleWithRole(
    ctx: Ctx,
    role: Exclude<Role, 'applicant'>,
    scope: RoleScope = {},
  ): Promise<readonly Addressee[]> {
    return ctx.tx.query<Addressee[]>(
      `select p.id, p.native_given || ' ' || p.native_family as name, p.email, p.language
       from persons p where p.id in (
         select g.person_id from role_grants g where g.role = $1
           and g.institution_id is not distinct from $3 and g.country is not distinct from $4
           and ($5::text is null or g.side is null or g.side = $5)
           and (g.unit_id is null or g.unit_id = $6)
           and exists (select from grants_in_force(g.person_id, $2) held where held.id = g.id))
       order by p.native_family, p.native_given, p.id`,
      [
        role,
        ctx.clock.now(),
        scope.institutionId ?? null,
        scope.country ?? null,
        scope.side ?? null,
        scope.unitId ?? null,
      ],
    );
  }

  /**
   * How many officers of a country's ministry could still decide on what these people prepared, who act for none of them
   * and are not bound to the person whom it is about. Needs the rights of the system.
   */
  async officersBesides(ctx: Ctx, country: CountryCode, hands: readonly Id[], about: Id): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(distinct g.person_id)::integer as count from role_grants g
       where g.role = 'ministry_officer' and g.country = $1
         and g.person_id <> all ($3::uuid[]) and g.person_id <> $4
         and exists (select from grants_in_force(g.person_id, $2) held where held.id = g.id)
         and not exists (select from grants_in_force(g.person_id, $2) held
           where held.acting_for = any ($3::uuid[]) or held.acting_for = $4)
         and not $4 = any (coalesce((ties_of_person(g.person_id, $2)).persons, '{}'))`,
      [country, ctx.clock.now(), hands, about],
    );
    return row?.count ?? 0;
  }

  /** In one query. Who does not exist, or may not be seen, is absent from the map. */
  async displayNames(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, DisplayName>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    const people = await rowsOf(ctx, PersonEntity, { id: wanted });
    return new Map(
      people.map((person) => [
        person.id,
        {
          name: nameOf(person),
          language: person.nativeLanguage,
          latin:
            person.latinGiven && person.latinFamily ? `${person.latinGiven} ${person.latinFamily}` : null,
        },
      ]),
    );
  }

  /** A person with every role that is in force and what binds them; null for nobody. Needs no rights: whoever asks is not known yet. */
  async withGrants(ctx: Ctx, id: Id): Promise<PersonWithGrants | null> {
    const [known] = await ctx.tx.query<PersonWithGrants[]>('select * from known_person($1, $2)', [
      id,
      ctx.clock.now(),
    ]);
    return known ?? null;
  }

  /** What binds a person, whoever asks. */
  async tiesOf(ctx: Ctx, id: Id): Promise<Ties> {
    const [ties] = await ctx.tx.query<Ties[]>(
      `select coalesce(persons, '{}') as persons, coalesce(institutions, '{}') as institutions,
         coalesce(applications, '{}') as applications
       from ties_of_person($1, $2)`,
      [id, ctx.clock.now()],
    );
    return ties ?? NO_TIES;
  }

  /** Everybody with this address, in whatever capitals: an address may be given to somebody else. */
  async byEmail(ctx: Ctx, email: string): Promise<readonly Pick<Addressee, 'id' | 'language'>[]> {
    return ctx.tx.query<Pick<Addressee, 'id' | 'language'>[]>(
      'select id, language from persons where lower(email) = lower($1) order by created_at, id',
      [email],
    );
  }

  /** Every address that a provider vouched for, of all the ways in which a person signs in. */
  async vouchedAddresses(ctx: Ctx, id: Id): Promise<readonly string[]> {
    const rows = await readPrepared<{ email: string }>(
      ctx,
      `select lower(email) as email from persons where id = $1
       union select lower(email) from identities where person_id = $1 and email is not null`,
      [id],
      [],
    );
    return rows.map(({ email }) => email);
  }

  /** The person that a provider knows under this id, or null. */
  async idByIdentity(ctx: Ctx, issuer: string, subject: string): Promise<Id | null> {
    const rows = await ctx.tx.query<{ person_id: Id }[]>(
      'select person_id from identities where issuer = $1 and subject = $2',
      [issuer, subject],
    );
    return rows[0]?.person_id ?? null;
  }
}

function nameOf(person: PersonEntity): string {
  return `${person.nativeGiven} ${person.nativeFamily}`;
}

function viewOf(person: PersonEntity): PersonView {
  const { id, country, nativeFamily, nativeGiven, nativeLanguage, latinFamily, latinGiven } = person;
  const { passportFamily, passportGiven, email, language, homeInstitutionId } = person;
  return {
    id,
    country,
    name: nameOf(person),
    nativeFamily,
    nativeGiven,
    nativeLanguage,
    latinFamily,
    latinGiven,
    passportFamily,
    passportGiven,
    email,
    language,
    homeInstitutionId,
  };
}
