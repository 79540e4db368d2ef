import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import {
  AgreementDocuments,
  AnswerAgreement,
  EditAgreement,
  PrepareAgreement,
  ProposeAgreement,
  ReviseAgreement,
} from '../../agreements/public.js';
import type { AgreementDraft } from '../../agreements/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationActs } from './application-acts.js';
import type { DemoCalendar } from './calendar.js';
import { known } from './cast.js';
import type { Cast } from './cast.js';
import { memorandum } from './memorandum.js';
import { DEMONSTRATION } from './timeline.js';
import type { Happening } from './timeline.js';

const ZONE = 'Europe/Belgrade';

const text = (sr: string, ru: string, en: string): LocalizedText => ({ sr, ru, en });

/** The two institutions of the demonstration that have a signatory, and who acts for each. */
const SIDES = {
  RS: {
    domain: 'bg.ac.rs',
    name: text('Универзитет у Београду', 'Белградский университет', 'University of Belgrade'),
    coordinator: 'coordinator@bg.rs.demo',
    signatory: 'signatory@bg.rs.demo',
    office: 'Ректор',
  },
  RU: {
    domain: 'msu.ru',
    name: text(
      'Московски државни универзитет „М. В. Ломоносов“',
      'Московский государственный университет имени М. В. Ломоносова',
      'Lomonosov Moscow State University',
    ),
    coordinator: 'coordinator@msu.ru.demo',
    signatory: 'signatory@msu.ru.demo',
    office: 'Проректор',
  },
} as const;
type Side = keyof typeof SIDES;
const OTHER = { RS: 'RU', RU: 'RS' } as const satisfies Record<Side, Side>;
const OFFICERS = ['ministry@rs.demo', 'ministry@ru.demo'] as const;

interface Example {
  readonly number: string;
  /** Whose coordinator writes it. */
  readonly first: Side;
  readonly title: LocalizedText;
  readonly category: string;
  readonly persons: number;
  readonly months: number;
  /** Days from the first start: when it was proposed, and the days that are agreed. */
  readonly proposed: number;
  readonly from: number;
  readonly until: number;
  /** Otherwise it waits for the signatory of the other institution. */
  readonly agreed: boolean;
  /** When the other institution proposed a new version, with so many persons. */
  readonly changed?: { readonly days: number; readonly persons: number };
}

const EXAMPLES: readonly Example[] = [
  {
    number: '01',
    first: 'RU',
    title: text(
      'Споразум о размени наставника и сарадника',
      'Соглашение об обмене преподавателями и сотрудниками',
      'Agreement on the exchange of teachers and staff',
    ),
    category: 'professor',
    persons: 6,
    months: 6,
    proposed: -355,
    from: -347,
    until: 25,
    agreed: true,
  },
  {
    number: '02',
    first: 'RS',
    title: text(
      'Споразум о размени студената рачунарства',
      'Соглашение об обмене студентами информационных специальностей',
      'Agreement on the exchange of students of computing',
    ),
    category: 'student',
    persons: 8,
    months: 40,
    proposed: -330,
    from: -322,
    until: 900,
    agreed: true,
    changed: { days: -60, persons: 12 },
  },
  {
    number: '03',
    first: 'RS',
    title: text(
      'Споразум о заједничким истраживачким групама',
      'Соглашение о совместных исследовательских группах',
      'Agreement on joint research groups',
    ),
    category: 'joint_project',
    persons: 10,
    months: 20,
    proposed: -5,
    from: 60,
    until: 1200,
    agreed: false,
  },
  {
    number: '04',
    first: 'RU',
    title: text(
      'Споразум о размени докторанада и истраживача',
      'Соглашение об обмене аспирантами и исследователями',
      'Agreement on the exchange of doctoral students and researchers',
    ),
    category: 'researcher',
    persons: 5,
    months: 25,
    proposed: -4,
    from: 45,
    until: 1100,
    agreed: false,
  },
];

/** Agreements between two institutions: in force and ending soon, changed by a new version, and waiting for a signature. */
@Injectable()
export class InstitutionAgreements {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly acts: ApplicationActs,
    private readonly prepare: PrepareAgreement,
    private readonly edit: EditAgreement,
    private readonly revise: ReviseAgreement,
    private readonly propose: ProposeAgreement,
    private readonly answer: AnswerAgreement,
    private readonly documents: AgreementDocuments,
  ) {}

  happenings(calendar: DemoCalendar, cast: Cast): Happening[] {
    return EXAMPLES.flatMap((example) => this.happeningsOf(calendar, cast, example));
  }

  private happeningsOf(calendar: DemoCalendar, cast: Cast, example: Example): Happening[] {
    const { first, proposed, agreed, changed } = example;
    const reference = `MOST-I-${calendar.day(proposed).slice(0, 4)}-${example.number}`;
    const on = this.happening(calendar, cast, reference);
    const one = SIDES[first];
    const other = SIDES[OTHER[first]];
    const approved = (days: number) => [
      on(days, other.signatory, (request) => this.sign(request, reference, other.office)),
      ...OFFICERS.map((officer, index) =>
        on(days + 2 + index, officer, async (request) => {
          await this.decide(request, reference);
          await this.write(request, reference);
        }),
      ),
    ];
    return [
      on(proposed - 1, one.coordinator, async (request) => {
        await this.prepare.prepareAgreement(request, await this.draft(calendar, example, reference));
      }),
      on(proposed, one.coordinator, async (request) => {
        await this.propose.proposeAgreement(request, await this.find(reference));
        await this.write(request, reference);
      }),
      on(proposed + 1, one.signatory, (request) => this.sign(request, reference, one.office)),
      ...(agreed ? approved(proposed + 6) : []),
      ...(changed
        ? [
            on(changed.days - 2, other.coordinator, async (request) => {
              const id = await this.find(reference);
              await this.revise.reviseAgreement(request, id, 'change');
            }),
            on(changed.days - 1, other.coordinator, async (request) => {
              const { quotas } = await this.draft(calendar, { ...example, ...changed }, reference);
              await this.edit.editAgreement(request, await this.find(reference), 1, {
                quotas,
                noticeDays: 120,
              });
            }),
            on(changed.days, other.coordinator, async (request) => {
              await this.propose.proposeAgreement(request, await this.find(reference));
              await this.write(request, reference);
            }),
            on(changed.days + 1, one.signatory, (request) => this.sign(request, reference, one.office)),
            ...approved(changed.days + 3),
          ]
        : []),
    ];
  }

  private async draft(calendar: DemoCalendar, example: Example, reference: string): Promise<AgreementDraft> {
    const { first, category, persons, months } = example;
    const sides = [first, OTHER[first]] as const;
    const parties = [];
    for (const country of sides) {
      const { domain, name } = SIDES[country];
      parties.push({ country, name, institutionId: await this.one('institutions', 'domain', domain) });
    }
    return {
      kind: 'inter_institutional',
      reference,
      title: example.title,
      parties,
      themes: ['training'],
      text: { articles: ARTICLES },
      quotas: [0, 1].flatMap((since) =>
        sides.map((homeCountry) => ({
          homeCountry,
          hostCountry: OTHER[homeCountry],
          category,
          academicYear: calendar.academicYear(calendar.nextYear + since),
          persons,
          months,
        })),
      ),
      validFrom: calendar.day(example.from),
      validUntil: calendar.day(example.until),
      noticeDays: 90,
      under: memorandum(calendar).reference,
    };
  }

  private async sign(request: RequestContext, reference: string, office: string): Promise<void> {
    const id = await this.find(reference);
    const [version] = await this.database.read(systemContext(request.clock), (ctx) =>
      ctx.tx.query<{ hash: string }[]>(
        "select content_hash as hash from agreement_versions where agreement_id = $1 and state = 'proposed'",
        [id],
      ),
    );
    const { hash } = known(version, reference);
    await this.answer.answerAgreement(request, id, { hash, verdict: 'approved', office });
  }

  /** What the worker does, at the time of the act: what happened before today it is not told. */
  private async write({ clock }: RequestContext, reference: string): Promise<void> {
    const id = await this.find(reference);
    const [newest] = await this.database.read(systemContext(clock), (ctx) =>
      ctx.tx.query<{ number: number }[]>(
        'select max(number) as number from agreement_versions where agreement_id = $1',
        [id],
      ),
    );
    await this.documents.keepUp(id, known(newest, reference).number, clock);
  }

  private async decide(request: RequestContext, reference: string): Promise<void> {
    const country = request.actor.grants.find(({ role }) => role === 'ministry_officer')?.country ?? '';
    await this.acts.decide(request, 'agreement', await this.find(reference), { country, verdict: 'approve' });
  }

  private happening(calendar: DemoCalendar, cast: Cast, lane: string) {
    let number = 0;
    return (days: number, who: string, act: (request: RequestContext) => Promise<void>): Happening => {
      const requestId = `${DEMONSTRATION}${lane}.${number++}`;
      return {
        lane,
        requestId,
        at: calendar.at(days, '09:20', ZONE),
        happens: async (clock) => act(await this.requestOf(cast, who, clock, requestId)),
      };
    };
  }

  /** Signatories were appointed some time after everybody was known: whoever acts has the roles of that day. */
  private async requestOf(cast: Cast, who: string, clock: Clock, requestId: string): Promise<RequestContext> {
    const { id, language, actor } = cast.person(who);
    const person = await this.database.read(systemContext(clock), (ctx) => this.people.withGrants(ctx, id));
    const { grants } = known(person ?? undefined, who);
    return { actor: { ...actor, grants }, language, clock, requestId };
  }

  private find(reference: string): Promise<Id> {
    return this.one('agreements', 'reference', reference);
  }

  private async one(table: 'agreements' | 'institutions', column: string, value: string): Promise<Id> {
    const [row] = await this.database.read(systemContext({ now: () => new Date() }), (ctx) =>
      ctx.tx.query<{ id: Id }[]>(`select id from ${table} where ${column} = $1`, [value]),
    );
    return known(row?.id, value);
  }
}

const ARTICLES: AgreementDraft['text']['articles'] = [
  {
    title: text('Предмет', 'Предмет', 'Subject'),
    body: text(
      'Универзитети размењују људе на основу узајамности. Број особа и трајање боравка по смеру и школској години стоје међу квотама.',
      'Университеты обмениваются людьми на основе взаимности. Число лиц и продолжительность пребывания по направлениям и учебным годам указаны в квотах.',
      'The universities exchange people on the basis of reciprocity. The quotas say how many, and for how long, each way in an academic year.',
    ),
  },
  {
    title: text('Избор и признавање', 'Отбор и признание', 'Selection and recognition'),
    body: text(
      'Матични универзитет номинује кандидате по јавном конкурсу, а домаћин прихвата сваког посебно. Положени испити се признају у пуном обиму по споразуму о учењу.',
      'Направляющий университет номинирует кандидатов по открытому конкурсу, принимающий решает о каждом отдельно. Сданные экзамены признаются в полном объёме по соглашению об обучении.',
      'The home university nominates candidates after an open call, and the host accepts each of them. What is passed is recognised in full by the learning agreement.',
    ),
  },
  {
    title: text('Трошкови', 'Расходы', 'Costs'),
    body: text(
      'Домаћин не наплаћује школарину. Путни трошкови и осигурање падају на терет матичног универзитета или учесника, како конкурс каже.',
      'Принимающий университет не взимает плату за обучение. Проезд и страхование оплачивает направляющий университет или участник, как указано в конкурсе.',
      'The host charges no tuition. Travel and insurance are borne by the home university or by the participant, as the call says.',
    ),
  },
];
