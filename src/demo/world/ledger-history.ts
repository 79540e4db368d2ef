import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Ledger, PERSON, PERSON_DAY, exchanged, paid } from '../../ledger/public.js';
import type { LedgerEntry, LedgerKey } from '../../ledger/public.js';
import { CertifyStay, ReadStays } from '../../mobilities/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Id } from '../../shared/ids.js';
import { daysLater } from '../../shared/zoned-time.js';
import type { DemoCalendar } from './calendar.js';
import type { Cast } from './cast.js';
import { DEMONSTRATION } from './timeline.js';
import type { Happening } from './timeline.js';

const ZONE = 'Europe/Belgrade';
/** When the balances of the years before were taken over, and when the hosts looked who had come. */
const OPENED_DAYS = -200;
const ARRIVED_DAYS = -1;
const YEARS_BEFORE = [6, 5, 4, 3];

interface YearBefore {
  readonly category: string;
  /** Of each year, the earliest first: planned, and how many came of them. */
  readonly persons: readonly (readonly [planned: number, came: number])[];
  readonly days: number;
  readonly cost: { readonly minor: number; readonly currency: string };
}

/** More went one way than the other, and the lean became smaller: what the two ministries look at. */
const BEFORE: readonly (readonly [home: string, host: string, ...years: YearBefore[]])[] = [
  [
    'RS',
    'RU',
    {
      category: 'student',
      persons: [
        [40, 38],
        [44, 41],
        [30, 22],
        [46, 45],
      ],
      days: 148,
      cost: { minor: 14_600_000, currency: 'RUB' },
    },
    {
      category: 'professor',
      persons: [
        [9, 9],
        [10, 8],
        [4, 3],
        [9, 9],
      ],
      days: 12,
      cost: { minor: 98_000, currency: 'EUR' },
    },
  ],
  [
    'RU',
    'RS',
    {
      category: 'student',
      persons: [
        [18, 16],
        [24, 21],
        [20, 12],
        [34, 33],
      ],
      days: 139,
      cost: { minor: 17_400_000, currency: 'RSD' },
    },
    {
      category: 'professor',
      persons: [
        [8, 7],
        [10, 10],
        [5, 3],
        [11, 10],
      ],
      days: 11,
      cost: { minor: 94_000, currency: 'EUR' },
    },
  ],
];

/** The years before the programme had this ledger, as opening entries, and who is there today. */
@Injectable()
export class LedgerHistory {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly audit: AuditTrail,
    private readonly stays: ReadStays,
    private readonly certifying: CertifyStay,
  ) {}

  happenings(calendar: DemoCalendar, cast: Cast): Happening[] {
    return [
      {
        lane: 'ledger',
        requestId: `${DEMONSTRATION}ledger.opened`,
        at: calendar.at(OPENED_DAYS, '08:20', ZONE),
        happens: (clock) =>
          this.open(calendar, { ...systemContext(clock), requestId: `${DEMONSTRATION}ledger.opened` }),
      },
      {
        lane: 'ledger',
        requestId: `${DEMONSTRATION}ledger.arrivals`,
        at: calendar.at(ARRIVED_DAYS, '17:20', ZONE),
        happens: async (clock) => {
          const day = clock.now().toISOString().slice(0, 10);
          const due = await this.database.read(systemContext(clock), (ctx) =>
            this.stays.list(ctx, { when: 'overdue', day, limit: 50 }),
          );
          for (const [index, { id, hostInstitutionId, plannedFrom }] of due.entries()) {
            const { actor, language } = cast.coordinatorOf(hostInstitutionId);
            const last = index === due.length - 1;
            const requestId = `${DEMONSTRATION}ledger.arrivals${last ? '' : `.${id}`}`;
            await this.certifying.arrival(
              { actor, language, clock, requestId },
              id,
              daysLater(plannedFrom, 1),
            );
          }
        },
      },
    ];
  }

  private open(calendar: DemoCalendar, request: ReturnType<typeof systemContext>): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const [agreement] = await ctx.tx.query<{ id: Id }[]>(
        "select id from agreements where kind = 'memorandum'",
      );
      if (!agreement) throw new Error('the demonstration has no agreement');
      for (const [homeCountry, hostCountry, ...rows] of BEFORE) {
        for (const { category, persons, days, cost } of rows) {
          for (const [index, before] of YEARS_BEFORE.entries()) {
            const [planned = 0, came = 0] = persons[index] ?? [];
            const first = calendar.nextYear - before;
            const key = {
              homeCountry,
              hostCountry,
              agreementId: agreement.id,
              academicYear: calendar.academicYear(first),
              category,
              homeInstitutionId: null,
              hostInstitutionId: null,
            };
            for (const entry of openingOf(key, first, planned, came, days, cost))
              await this.ledger.post(ctx, entry);
          }
        }
      }
      await this.audit.record(ctx, {
        action: 'ledger.opened',
        subject: { kind: 'agreement', id: agreement.id },
      });
    });
  }
}

function openingOf(
  key: LedgerKey,
  first: number,
  planned: number,
  came: number,
  days: number,
  cost: YearBefore['cost'],
): readonly LedgerEntry[] {
  const of = (
    basis: 'planned' | 'happened',
    occurredOn: string,
    lines: LedgerEntry['lines'],
  ): LedgerEntry => ({
    act: 'opening',
    basis,
    key,
    occurredOn,
    stayId: null,
    lines,
  });
  const begins = `${first}-10-01`;
  const ends = `${first + 1}-06-30`;
  const money = (count: number) =>
    paid('host_country', { minor: cost.minor * count, currency: cost.currency });
  return [
    of('planned', begins, exchanged(PERSON, planned)),
    of('planned', ends, exchanged(PERSON_DAY, planned * days)),
    of('planned', begins, money(planned)),
    of('happened', begins, exchanged(PERSON, came)),
    of('happened', ends, exchanged(PERSON_DAY, came * days - came)),
    of('happened', ends, money(came)),
  ];
}
