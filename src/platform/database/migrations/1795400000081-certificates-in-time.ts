import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When a certificate that is not given is asked for, and when those above are told: so many days after the planned day. Without
 * a country: every host that has no rule of its own. To be checked by each ministry.
 */
const RULES: readonly (readonly [kind: string, reminds: number, escalates: number])[] = [
  ['arrival', 3, 10],
  ['departure', 7, 21],
];

const words = (sr: string, ru: string, en: string) => JSON.stringify({ sr, ru, en });
/** On what a host reads of a stay once the consent is taken back. To be checked by each ministry. */
const BASES: readonly (readonly [country: string, code: string, version: string, words: string])[] = [
  [
    'RS',
    'contract',
    '2026-1',
    words(
      'Закон о заштити података о личности (ZZPL), чл. 12, 15 и 69: извршење уговора о боравку и после повлачења сагласности',
      'Закон Сербии о защите персональных данных (ZZPL), ст. 12, 15 и 69: исполнение договора о пребывании и после отзыва согласия',
      'Serbian law on the protection of personal data (ZZPL), art. 12, 15 and 69: performance of the contract of the stay, also after consent was taken back',
    ),
  ],
  [
    'RU',
    'contract',
    '2026-1',
    words(
      'Савезни закон Русије № 152-ФЗ, чл. 6, 9 (став 2) и 12: извршење уговора о боравку и после повлачења сагласности',
      'Федеральный закон № 152-ФЗ, ст. 6, 9 (ч. 2) и 12: исполнение договора о пребывании и после отзыва согласия',
      'Russian federal law 152-FZ, art. 6, 9 (part 2) and 12: performance of the contract of the stay, also after consent was taken back',
    ),
  ],
  [
    'RS',
    'legal_duty',
    '2026-1',
    words(
      'Закон о заштити података о личности (ZZPL), чл. 12 и 69: обавезе по закону и правни захтеви после боравка',
      'Закон Сербии о защите персональных данных (ZZPL), ст. 12 и 69: обязанности по закону и правовые требования после пребывания',
      'Serbian law on the protection of personal data (ZZPL), art. 12 and 69: duties by law and legal claims after the stay',
    ),
  ],
  [
    'RU',
    'legal_duty',
    '2026-1',
    words(
      'Савезни закон Русије № 152-ФЗ, чл. 6, 9 (став 2) и 12: обавезе по закону и правни захтеви после боравка',
      'Федеральный закон № 152-ФЗ, ст. 6, 9 (ч. 2) и 12: обязанности по закону и правовые требования после пребывания',
      'Russian federal law 152-FZ, art. 6, 9 (part 2) and 12: duties by law and legal claims after the stay',
    ),
  ],
];

/** A certificate of a day is owed: the clock asks for it once, then tells those above. And on what a stay rests without consent. */
export class CertificatesInTime1795400000081 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table certificate_rules (
        kind text not null check (kind in ('arrival', 'departure')),
        country text check (country ~ '^[A-Z]{2}$'),
        reminds_after integer not null check (reminds_after between 1 and 365),
        escalates_after integer not null check (escalates_after between 1 and 365),
        valid_from date not null,
        check (escalates_after > reminds_after),
        unique nulls not distinct (kind, country, valid_from)
      );
      comment on table certificate_rules is 'When a certificate that a host owes is asked for, by its country.';
      grant select, insert on certificate_rules to most_app;

      -- What the clock has told of each certificate: once each.
      alter table mobilities
        add column arrival_reminded_at timestamptz,
        add column arrival_escalated_at timestamptz,
        add column departure_reminded_at timestamptz,
        add column departure_escalated_at timestamptz,
        add constraint mobilities_arrival_asked check (arrival_escalated_at is null or arrival_reminded_at is not null),
        add constraint mobilities_departure_asked
          check (departure_escalated_at is null or departure_reminded_at is not null);
      create index mobilities_arrivals_owed on mobilities (planned_from)
        where state = 'planned' and arrival_escalated_at is null;
      create index mobilities_departures_owed on mobilities (planned_until)
        where state = 'ongoing' and departure_escalated_at is null;
    `);
    for (const rule of RULES) {
      await db.query(
        `insert into certificate_rules (kind, reminds_after, escalates_after, valid_from) values ($1, $2, $3, '2026-01-01')`,
        [...rule],
      );
    }
    for (const base of BASES) {
      await db.query(
        `insert into legal_bases (country, code, version, words, valid_from) values ($1, $2, $3, $4, '2026-01-01')`,
        [...base],
      );
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      delete from legal_bases where code in ('contract', 'legal_duty');
      alter table mobilities
        drop column arrival_reminded_at,
        drop column arrival_escalated_at,
        drop column departure_reminded_at,
        drop column departure_escalated_at;
      drop table certificate_rules;
    `);
  }
}
