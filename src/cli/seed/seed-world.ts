import type { INestApplicationContext } from '@nestjs/common';
import { BringIntoForce, PrepareAgreement, ProposeAgreement } from '../../agreements/public.js';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { DecideSide, Decisions } from '../../approvals/public.js';
import {
  Calls,
  MoveCall,
  PrepareCall,
  ProposeCall,
  PublishCall,
  STANDARD_FORM,
  standardSelection,
} from '../../calls/public.js';
import type { CallCategory, CallRoute, CallView, FormDefinition, PlaceView } from '../../calls/public.js';
import { EditGateRules } from '../../gates/public.js';
import type { GateRuleDraft } from '../../gates/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { NO_TIES } from '../../shared/actor.js';
import type { Actor } from '../../shared/actor.js';
import { SettableClock } from '../../shared/clock.js';
import type { CountryCode } from '../../shared/country.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Countries, Institutions } from '../../universities/public.js';
import type { CountryView, InstitutionView } from '../../universities/public.js';
import { Refusal } from '../failures.js';
import type { Dice } from './dice.js';
import { ownName } from './names.js';
import { Popularity } from './popularity.js';
import type { CallAge } from './scenarios.js';

/** A call of the seeded programme, with all that an application to it needs. */
export interface SeedCall {
  readonly age: CallAge;
  readonly call: CallView;
  readonly form: FormDefinition;
  readonly places: readonly PlaceView[];
  readonly home: CountryView;
  readonly host: CountryView;
  /** The places once more, some of them sought far more than others. */
  readonly sought: Popularity<PlaceView>;
}

/** The programme that the applications are made for. */
export interface SeedWorld {
  readonly calls: readonly SeedCall[];
  /** Universities that send, by country. */
  readonly institutions: ReadonlyMap<CountryCode, Popularity<InstitutionView>>;
  readonly institutionById: ReadonlyMap<Id, InstitutionView>;
  readonly coordinators: ReadonlyMap<Id, Id>;
  readonly officers: ReadonlyMap<CountryCode, Id>;
  /** The names of coordinators and officers. */
  readonly officials: ReadonlyMap<Id, DisplayName>;
  /** A rule of each country that asked for a gate in past years and asks no more. */
  readonly gateRules: ReadonlyMap<CountryCode, Id>;
}

const DAY_MS = 86_400_000;
/** The current year and so many before it. */
const PAST_YEARS = 7;
/** A large programme has more than a handful of universities and places. */
const SCALES = {
  small: { institutions: 6, places: 4 },
  large: { institutions: 24, places: 12 },
};
const FEWEST_PLACES = 3;
/** Of all applications about so many end with a place. */
const PLACED_SHARE = 0.5;
const FIELDS = ['0613', '0541', '0311', '0533', '0611', '0732'];
const PROMISES = { screeningDays: 10, returnDays: 10, hostDecisionDays: 35, approvalDays: 14, offerDays: 14 };

interface Plan {
  readonly age: CallAge;
  readonly year: number;
  readonly category: CallCategory;
  readonly route: CallRoute;
  readonly home: CountryView;
  readonly host: CountryView;
}

const CATEGORY_NAMES: Readonly<Record<CallCategory, LocalizedText>> = {
  student: { sr: 'студенте', ru: 'студентов', en: 'students' },
  professor: { sr: 'наставнике', ru: 'преподавателей', en: 'professors' },
  researcher: { sr: 'истраживаче', ru: 'исследователей', en: 'researchers' },
  expert: { sr: 'стручњаке', ru: 'экспертов', en: 'experts' },
  staff: { sr: 'запослене', ru: 'сотрудников', en: 'staff' },
  joint_project: { sr: 'заједничке пројекте', ru: 'совместные проекты', en: 'joint projects' },
};

/** Builds officials, an agreement and its calls of eight years by the operations that build the real ones, at the time of each. */
export class SeedWorldBuilder {
  private readonly clock: SettableClock;
  private readonly request: RequestContext;
  private readonly database: Database;
  private readonly scale: { readonly institutions: number; readonly places: number };

  constructor(
    private readonly app: INestApplicationContext,
    private readonly dice: Dice,
    private readonly label: string,
    private readonly now: Date,
    private readonly applications: number,
    large: boolean,
  ) {
    this.scale = SCALES[large ? 'large' : 'small'];
    this.clock = new SettableClock(now);
    this.request = systemContext(this.clock);
    this.database = app.get(Database);
  }

  async build(progress: (share: number) => void): Promise<SeedWorld> {
    const year = this.now.getUTCFullYear();
    const first = year - PAST_YEARS;
    this.clock.set(new Date(Date.UTC(first - 1, 8, 1, 9)));
    const countries = await this.read((ctx) => this.app.get(Countries).all(ctx));
    const institutions = await this.institutions(countries);
    const { coordinators, officers } = await this.officials(countries, institutions);
    const gateRules = await this.gateRules(countries);
    const plans = this.plans(countries, first, year);
    const capacity = Math.max(
      FEWEST_PLACES,
      Math.ceil((this.applications * PLACED_SHARE) / (plans.length * this.scale.places)),
    );
    const agreementId = await this.agreement(countries, officers, plans, capacity);
    const calls: SeedCall[] = [];
    for (const plan of plans) {
      calls.push(await this.call(plan, agreementId, officers, institutions, capacity));
      progress(calls.length / plans.length);
    }
    await this.endRules(gateRules);
    const all = [...institutions.values()].flat();
    const officials = await this.read((ctx) =>
      this.app.get(People).displayNames(ctx, [...coordinators.values(), ...officers.values()]),
    );
    return {
      calls,
      institutions: new Map(
        [...institutions].map(([code, some]) => [code, new Popularity(this.dice, some)] as const),
      ),
      institutionById: new Map(all.map((institution) => [institution.id, institution])),
      coordinators,
      officers,
      officials,
      gateRules,
    };
  }

  private read<T>(work: (ctx: Ctx) => Promise<T>): Promise<T> {
    return this.database.read(this.request, work);
  }

  private plans(countries: readonly CountryView[], first: number, year: number): Plan[] {
    const kinds: readonly Omit<Plan, 'home' | 'host'>[] = [
      ...Array.from({ length: PAST_YEARS }, (_, index) => first + index).flatMap((past) =>
        (['student', 'professor', 'researcher'] as const).map((category) => ({
          age: 'past' as const,
          year: past,
          category,
          route: 'direct' as const,
        })),
      ),
      { age: 'running', year, category: 'student', route: 'direct' },
      { age: 'running', year, category: 'researcher', route: 'ranked' },
      { age: 'open', year: year + 1, category: 'student', route: 'direct' },
      { age: 'open', year: year + 1, category: 'expert', route: 'direct' },
      { age: 'open', year: year + 1, category: 'staff', route: 'direct' },
    ];
    return kinds.flatMap((kind) =>
      countries.flatMap((home) =>
        countries.filter((host) => host.code !== home.code).map((host) => ({ ...kind, home, host })),
      ),
    );
  }

  /** The first universities of each country in the order of their slugs, so that the same register gives the same world. */
  private async institutions(countries: readonly CountryView[]) {
    const chosen = new Map<CountryCode, readonly InstitutionView[]>();
    for (const { code } of countries) {
      const found = await this.read((ctx) =>
        this.app.get(Institutions).search(ctx, { country: code, kind: 'university', limit: 100 }),
      );
      const some = [...found.items]
        .sort((a, b) => (a.slug < b.slug ? -1 : 1))
        .slice(0, this.scale.institutions);
      if (some.length < this.scale.places) {
        throw new Refusal(
          `The register has ${some.length} universities of ${code}; the seed needs ${this.scale.places}. Import institutions first.`,
        );
      }
      chosen.set(code, some);
    }
    return chosen;
  }

  private async officials(
    countries: readonly CountryView[],
    institutions: ReadonlyMap<CountryCode, readonly InstitutionView[]>,
  ) {
    const coordinators = new Map<Id, Id>();
    const officers = new Map<CountryCode, Id>();
    await this.database.transaction(this.request, async (ctx) => {
      for (const { code, language } of countries) {
        officers.set(code, await this.official(ctx, code, language, 'ministry_officer', null));
        for (const institution of institutions.get(code) ?? []) {
          coordinators.set(
            institution.id,
            await this.official(ctx, code, language, 'coordinator', institution),
          );
        }
      }
    });
    return { coordinators, officers };
  }

  private async gateRules(countries: readonly CountryView[]): Promise<ReadonlyMap<CountryCode, Id>> {
    const rules = new Map<CountryCode, Id>();
    for (const { code } of countries) {
      const draft: GateRuleDraft = {
        kind: 'export_control',
        country: code,
        callId: null,
        fields: [],
        categories: [],
        sides: ['host'],
        forwardDays: 5,
        decideDays: 25,
        office: { sr: 'Контрола извоза', ru: 'Экспортный контроль', en: 'Export control' },
        evidence: [],
        validityDays: null,
        source: 'seed',
        toVerify: true,
        validFrom: this.clock.now().toISOString().slice(0, 10),
      };
      rules.set(code, await this.app.get(EditGateRules).say(this.request, draft, null));
    }
    return rules;
  }

  /** Whoever works on in a seeded world meets no gate that the seed put there. */
  private async endRules(rules: ReadonlyMap<CountryCode, Id>): Promise<void> {
    this.clock.set(new Date(this.now.getTime() - DAY_MS));
    for (const id of rules.values()) await this.app.get(EditGateRules).end(this.request, id);
  }

  private async official(
    ctx: Ctx,
    country: CountryCode,
    language: string,
    role: 'coordinator' | 'ministry_officer',
    institution: InstitutionView | null,
  ): Promise<Id> {
    const now = ctx.clock.now();
    const name = ownName(this.dice, country);
    const id = newId(now);
    await ctx.tx.query(
      `insert into persons (id, country, native_family, native_given, native_language, email, language, home_institution_id,
         created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        country,
        name.family,
        name.given,
        name.language,
        `${role}.${institution?.slug ?? country.toLowerCase()}.${this.label}@seed.invalid`,
        language,
        institution?.id ?? null,
        now,
      ],
    );
    await ctx.tx.query(
      `insert into role_grants (id, person_id, role, institution_id, country, reason, valid_from)
       values ($1, $2, $3, $4, $5, 'seed', $6)`,
      [newId(now), id, role, institution?.id ?? null, institution ? null : country, now],
    );
    return id;
  }

  private async agreement(
    countries: readonly CountryView[],
    officers: ReadonlyMap<CountryCode, Id>,
    plans: readonly Plan[],
    capacity: number,
  ): Promise<Id> {
    const persons = capacity * this.scale.places;
    const title = (text: string): LocalizedText => ({ sr: text, ru: text, en: text });
    const id = await this.app.get(PrepareAgreement).prepareAgreement(this.request, {
      kind: 'memorandum',
      reference: `SEED-${this.label}`,
      title: {
        sr: `Меморандум о размени (узорак ${this.label})`,
        ru: `Меморандум об обменах (образец ${this.label})`,
        en: `Memorandum on exchange (sample ${this.label})`,
      },
      parties: countries.map(({ code, ministry }) => ({
        country: code,
        name: ministry,
        institutionId: null,
      })),
      themes: [],
      text: { articles: [{ title: title('1'), body: { sr: 'Узорак.', ru: 'Образец.', en: 'A sample.' } }] },
      quotas: plans.map(({ home, host, category, year }) => ({
        homeCountry: home.code,
        hostCountry: host.code,
        category,
        academicYear: academicYear(year),
        persons,
        months: persons * 10,
      })),
    });
    await this.app.get(ProposeAgreement).proposeAgreement(this.request, id);
    await this.bothApprove({ kind: 'agreement', id }, officers);
    const today = this.clock.now().toISOString().slice(0, 10);
    await this.app
      .get(BringIntoForce)
      .bringIntoForce(this.request, id, { signedOn: today, inForceFrom: today, inForceUntil: null });
    return id;
  }

  private async bothApprove(
    subject: { readonly kind: string; readonly id: Id },
    officers: ReadonlyMap<CountryCode, Id>,
  ): Promise<void> {
    const decision = await this.read((ctx) => this.app.get(Decisions).ofSubject(ctx, subject));
    if (!decision) throw new Error('nothing is before both countries');
    for (const { country } of [decision.home, decision.host]) {
      const personId = officers.get(country);
      if (!personId) throw new Error(`no officer of ${country}`);
      const actor: Actor = {
        kind: 'person',
        personId,
        name: null,
        grants: [{ role: 'ministry_officer', institutionId: null, country }],
        ties: NO_TIES,
        secondFactor: true,
        scopes: null,
      };
      await this.app
        .get(DecideSide)
        .run({ ...this.request, actor }, decision.id, { country, verdict: 'approve' });
    }
  }

  private async call(
    plan: Plan,
    agreementId: Id,
    officers: ReadonlyMap<CountryCode, Id>,
    institutions: ReadonlyMap<CountryCode, readonly InstitutionView[]>,
    capacity: number,
  ): Promise<SeedCall> {
    const { age, year, category, route, home, host } = plan;
    const { opensAt, closesAt } = this.windowOf(plan);
    const names = CATEGORY_NAMES[category];
    const hosts = this.dice.some(institutions.get(host.code) ?? [], this.scale.places);
    this.clock.set(new Date(opensAt.getTime() - 10 * DAY_MS));
    const id = await this.app.get(PrepareCall).prepareCall(this.request, {
      slug: `${category}-${home.code}-${host.code}-${year}-${age}-${this.label}`.toLowerCase(),
      category,
      route,
      title: {
        sr: `Размена за ${names.sr} ${academicYear(year)}`,
        ru: `Обмен для ${names.ru} ${academicYear(year)}`,
        en: `Exchange for ${names.en} ${academicYear(year)}`,
      },
      summary: {
        sr: 'Боравак код домаћина.',
        ru: 'Поездка в принимающую организацию.',
        en: 'A stay at the host.',
      },
      whoMayApply: {
        sr: 'Из земље која упућује.',
        ru: 'Из направляющей страны.',
        en: 'From the home country.',
      },
      funding: { sr: 'Без школарине.', ru: 'Без платы за обучение.', en: 'No tuition fee.' },
      themes: [],
      agreementId,
      academicYear: academicYear(year),
      timeZone: home.timeZone,
      opensAt,
      closesAt,
      graceMinutes: 0,
      stayFrom: `${year}-09-01`,
      stayUntil: `${year + 1}-01-31`,
      maxChoices: 3,
      homeEndorsement: false,
      independentAssessment: false,
      promises: PROMISES,
      selection: route === 'ranked' ? standardSelection() : null,
      directions: [{ homeCountry: home.code, hostCountry: host.code }],
      places: hosts.map((institution) => ({
        institutionId: institution.id,
        fieldCode: this.dice.pick(FIELDS),
        level: category === 'student' ? this.dice.pick([6, 7, 8]) : null,
        language: this.dice.pick(['en', host.language.slice(0, 2)]),
        languageLevel: 'B2',
        months: 5,
        services: null,
        capacity,
      })),
    });
    await this.app.get(ProposeCall).proposeCall(this.request, id);
    await this.bothApprove({ kind: 'call', id }, officers);
    await this.app.get(PublishCall).publishCall(this.request, id);
    if (age === 'past') {
      this.clock.set(new Date(closesAt.getTime() + DAY_MS));
      await this.app.get(MoveCall).moveCall(this.request, id, 'begin_selection');
      this.clock.set(new Date(closesAt.getTime() + 90 * DAY_MS));
      await this.app.get(MoveCall).moveCall(this.request, id, 'publish_final');
    }
    return this.read(async (ctx) => {
      const calls = this.app.get(Calls);
      const call = await calls.byId(ctx, id);
      if (!call) throw new Error(`call ${id} is gone`);
      const found = await calls.places(ctx, id);
      return {
        age,
        call,
        form: (await calls.form(ctx, id, call.formVersion)) ?? STANDARD_FORM(category),
        places: found,
        sought: new Popularity(this.dice, found),
        home,
        host,
      };
    });
  }

  private windowOf({ age, year }: Plan): { opensAt: Date; closesAt: Date } {
    const day = (days: number) => new Date(this.now.getTime() + days * DAY_MS);
    switch (age) {
      case 'past':
        return { opensAt: new Date(Date.UTC(year, 1, 1, 8)), closesAt: new Date(Date.UTC(year, 3, 30, 21)) };
      case 'running':
        return { opensAt: day(-150), closesAt: day(-60) };
      case 'open':
        return { opensAt: day(-40), closesAt: day(20) };
    }
  }
}

function academicYear(year: number): string {
  return `${year}/${String((year + 1) % 100).padStart(2, '0')}`;
}
