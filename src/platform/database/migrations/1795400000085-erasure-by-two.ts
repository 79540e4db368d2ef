import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const OF_KEEPER = 'owner_institution_id = any ((select actor_home_institutions())::uuid[])';
const OF_OWNER_SIDE = 'owner_country = any ((select actor_officer_of())::text[])';

/**
 * How long a country has to answer, by how much it may take longer, and how long one may think it over.
 * GDPR art. 12(3); ZZPL art. 21(3); 152-FZ art. 20, 21(5), (6).
 */
const TERMS: readonly (readonly [
  matter: string,
  country: string | null,
  answer: number,
  extension: number,
  withdraw: number,
  law: string,
])[] = [
  ['erasure', null, 30, 60, 7, 'data_protection'],
  ['erasure', 'RS', 30, 60, 7, 'rs_data_protection'],
  ['erasure', 'RU', 30, 60, 7, 'ru_personal_data'],
  ['correction', null, 30, 0, 0, 'data_protection'],
  ['correction', 'RS', 30, 0, 0, 'rs_data_protection'],
  ['correction', 'RU', 30, 0, 0, 'ru_personal_data'],
];

/** To whom one complains of an answer, by country. */
const AUTHORITIES: readonly (readonly [country: string, name: Record<string, string>, url: string])[] = [
  [
    'RS',
    {
      sr: 'Повереник за информације од јавног значаја и заштиту података о личности',
      ru: 'Уполномоченный по вопросам информации публичного значения и защиты персональных данных (Сербия)',
      en: 'Commissioner for Information of Public Importance and Personal Data Protection (Serbia)',
    },
    'https://www.poverenik.rs',
  ],
  [
    'RU',
    {
      sr: 'Федерална служба за надзор у сфери веза, информационих технологија и масовних комуникација (Роскомнадзор)',
      ru: 'Федеральная служба по надзору в сфере связи, информационных технологий и массовых коммуникаций (Роскомнадзор)',
      en: 'Federal Service for Supervision of Communications, Information Technology and Mass Media (Roskomnadzor)',
    },
    'https://rkn.gov.ru',
  ],
];

/** A request to be erased is answered by two, in a time that is data, and its receipt outlives the address. */
export class ErasureByTwo1795400000085 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table answer_terms (
        id uuid primary key default gen_random_uuid(),
        matter text not null check (matter in ('erasure', 'correction')),
        -- Null: every country that has none of its own.
        country text check (country ~ '^[A-Z]{2}$'),
        answer_days integer not null check (answer_days between 1 and 365),
        -- By how much more an answer may take, once and with a reason; 0: by nothing.
        extension_days integer not null check (extension_days between 0 and 365),
        -- For how long after asking nothing is carried out, so that it can be taken back.
        withdraw_days integer not null check (withdraw_days between 0 and 90),
        law text not null,
        valid_from date not null,
        unique nulls not distinct (matter, country, valid_from)
      );
      create table supervisory_authorities (
        country text primary key check (country ~ '^[A-Z]{2}$'),
        name jsonb not null check (name ?& array['sr', 'ru', 'en']),
        url text not null check (url ~ '^https://')
      );
      grant select on answer_terms, supervisory_authorities to most_app;

      alter table erasures
        drop constraint erasures_state_check,
        drop constraint erasures_check,
        drop constraint erasures_check1,
        -- Null where it was asked by letter: whoever keeps the machine answers for its time.
        add column due_at timestamptz,
        add column withdraw_until timestamptz,
        add column extended_at timestamptz,
        add column extension_reason text check (length(extension_reason) between 1 and 4000),
        -- What the first of the two says, until the second says the same.
        add column proposal text check (proposal in ('granted', 'refused')),
        add column proposed_by uuid references persons,
        -- For whom a deputy spoke.
        add column proposed_for uuid references persons,
        add column proposed_at timestamptz,
        add column decided_for uuid references persons,
        add column decided_at timestamptz,
        add column reason_code text check (reason_code in
          ('law_requires', 'matter_runs', 'claims', 'not_the_person', 'other')),
        -- Why the second sent it back to be thought over.
        add column returned_reason text check (length(returned_reason) between 1 and 4000),
        add column warned_at timestamptz,
        add column overdue_at timestamptz,
        -- When something stood against carrying out what was granted.
        add column held_at timestamptz,
        add check (state in ('asked', 'proposed', 'granted', 'withdrawn', 'refused', 'running', 'done')),
        add check ((state in ('asked', 'proposed', 'granted', 'running')) = (ended_at is null)),
        add check (state <> 'refused' or (reason is not null and reason_code is not null)),
        add check ((proposed_by is null) = (proposal is null) and (proposed_by is null) = (proposed_at is null)),
        add check (state <> 'proposed' or proposed_by is not null),
        add check ((reason is null) = (reason_code is null)),
        add check (extended_at is null or extension_reason is not null),
        -- Neither of the two is the one who asks, and they are two.
        add check (proposed_by <> person_id and proposed_for <> person_id),
        add check (decided_by <> proposed_by and decided_by <> proposed_for and decided_for <> proposed_by),
        add check (state not in ('granted', 'refused') or (proposed_by is not null and decided_by is not null
          and decided_at is not null));
      drop index erasures_one_open;
      drop index erasures_waiting;
      create unique index erasures_one_open on erasures (person_id)
        where state in ('asked', 'proposed', 'granted', 'running');
      create index erasures_waiting on erasures (owner_country, due_at) where state in ('asked', 'proposed');
      create index erasures_to_carry_out on erasures (withdraw_until) where state = 'granted';
      create index erasures_by_proposer on erasures (proposed_by) where proposed_by is not null;
      create index erasures_by_proposer_for on erasures (proposed_for) where proposed_for is not null;
      create index erasures_by_decider_for on erasures (decided_for) where decided_for is not null;
      -- One takes back what one asked; officers of the owner side answer, and nobody their own.
      create policy take_back on erasures for update using (
          person_id = ${ME} and state in ('asked', 'proposed', 'granted'))
        with check (person_id = ${ME} and state = 'withdrawn');
      create policy answer on erasures for update using (
          ${OF_OWNER_SIDE} and person_id <> ${ME} and state in ('asked', 'proposed'))
        with check (${OF_OWNER_SIDE} and person_id <> ${ME} and (
          state = 'asked' or (state = 'proposed' and (proposed_by = ${ME} or extended_at is not null))
          or (state in ('granted', 'refused') and decided_by = ${ME})));

      -- Where the receipt goes, from the act that takes the address away until the mail is written.
      create table erasure_addressees (
        erasure_id uuid primary key references erasures,
        address text not null,
        language text not null,
        link_id uuid not null references signed_links
      );
      create index erasure_addressees_by_link on erasure_addressees (link_id);
      comment on table erasure_addressees is 'personal';
      alter table erasure_addressees enable row level security;
      alter table erasure_addressees force row level security;
      create policy lead on erasure_addressees using (${SYSTEM}) with check (${SYSTEM});
      grant select, insert, delete on erasure_addressees to most_app;

      -- The mail with the receipt: to nobody any more, and without an address once it has left.
      alter table mail_messages
        add column erasure_id uuid references erasures,
        drop constraint mail_messages_check1,
        add check (num_nonnulls(person_id, invitation_id, reference_id, watch_id, co_applicant_id, erasure_id) = 1),
        add unique (event_id, erasure_id, template);
      create index mail_messages_by_erasure on mail_messages (erasure_id) where erasure_id is not null;

      alter table corrections
        -- The institution of the owner side that keeps what is wrong. Null: the ministry does.
        add column owner_institution_id uuid references institutions,
        add column due_at timestamptz,
        add column warned_at timestamptz,
        -- When the time ran out, and the ministry took it over.
        add column overdue_at timestamptz,
        -- Institutions of the other side that hold what was corrected, by the register of transfers.
        add column told_institutions uuid[] not null default '{}',
        add check (told_institutions = '{}' or state = 'done');
      create index corrections_by_institution on corrections (owner_institution_id, asked_at)
        where owner_institution_id is not null;
      create index corrections_due on corrections (due_at) where state = 'asked';
      create index corrections_told_institutions on corrections using gin (told_institutions) where state = 'done';
      alter policy read on corrections using (
        ${SYSTEM} or person_id = ${ME} or ${OF_OWNER_SIDE}
        or ${OF_KEEPER}
        or (state = 'done' and (told && (select actor_officer_of())::text[]
          or told_institutions && (select actor_host_institutions())::uuid[])));
      alter policy answer on corrections using (${SYSTEM} or (state = 'asked' and (person_id = ${ME} or ${OF_OWNER_SIDE}
          or ${OF_KEEPER})))
        with check (${SYSTEM} or (person_id = ${ME} and state = 'withdrawn')
          or (answered_by = ${ME} and person_id <> ${ME} and state in ('refused', 'done')
            and (${OF_KEEPER}
              or (${OF_OWNER_SIDE} and (owner_institution_id is null or overdue_at is not null)))));
    `);
    for (const row of TERMS) {
      await db.query(
        `insert into answer_terms (matter, country, answer_days, extension_days, withdraw_days, law, valid_from)
         values ($1, $2, $3, $4, $5, $6, '2026-01-01')`,
        [...row],
      );
    }
    for (const [country, name, url] of AUTHORITIES) {
      await db.query('insert into supervisory_authorities (country, name, url) values ($1, $2, $3)', [
        country,
        JSON.stringify(name),
        url,
      ]);
    }
    // What waits already has its time from now on.
    await db.query(`update corrections set due_at = asked_at + interval '30 days' where state = 'asked'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('do $$ begin raise exception $m$ requests of people are not taken down $m$; end $$');
  }
}
