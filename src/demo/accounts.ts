import { OFFICIAL_ROLES } from '../shared/actor.js';
import type { Role } from '../shared/actor.js';
import type { CountryCode } from '../shared/country.js';
import type { IdentityProviderEntry } from '../shared/identity-provider.js';
import type { Language } from '../shared/language.js';

/** Typed at the demonstration's providers by everybody. They listen on loopback only and are never started in production. */
export const DEMO_PASSWORD = 'most';

/** Known to everybody who can read this, like the password: it guards nothing but the demonstration. */
export const DEMO_CLIENT = { id: 'most-web', secret: 'demonstration-only-secret-of-most-web' } as const;
/** Gets tokens of its own by client credentials, as another system would; this provider's are the ones that are printed. */
export const DEMO_MACHINE_CLIENT = {
  provider: 'rs',
  id: 'most-machine',
  secret: 'demonstration-only-secret-of-most-machine',
} as const;

/** What a provider says where it asked for one factor, and for two: `acr` as academic federations write it (REFEDS), `amr` by RFC 8176. */
export const SINGLE_FACTOR = { acr: 'https://refeds.org/profile/sfa', amr: ['pwd'] } as const;
export const SECOND_FACTOR = { acr: 'https://refeds.org/profile/mfa', amr: ['pwd', 'otp'] } as const;

/** A role that the demonstration gives. Neither institution nor country: it holds in the whole programme. */
export interface DemoRole {
  readonly role: Role;
  readonly institutionDomain?: string;
  readonly country?: CountryCode;
}

export interface DemoName {
  readonly given: string;
  readonly family: string;
}

export interface DemoAccount {
  /** Key of the provider that vouches for this person. */
  readonly provider: string;
  /** The provider's stable id of the person, `sub`. */
  readonly subject: string;
  readonly email: string;
  /** As the person writes it, in their own script. */
  readonly name: DemoName;
  readonly patronymic?: string;
  /** As in the passport's Latin line. */
  readonly passportName: DemoName;
  readonly language: Language;
  /** From the beginning. */
  readonly roles: readonly DemoRole[];
  /** The role that somebody else of the demonstration grants them (`world/delegation.ts`). */
  readonly becomes?: Role;
  /** Whether their provider asserts a second factor, where that does not follow from the roles above. */
  readonly secondFactor?: boolean;
  /** Where the person studies or works, by the domain that the register of institutions knows. */
  readonly institutionDomain?: string;
  /** The person's place there, by eduPerson. */
  readonly affiliation?: 'student' | 'faculty' | 'staff';
}

export interface DemoProvider {
  readonly key: string;
  readonly country: CountryCode;
  readonly buttonText: IdentityProviderEntry['buttonText'];
  /** Of the provider's own pages, where the visitor asks for none. */
  readonly language: Language;
}

/** One provider for each country. The order gives each its port. */
export const DEMO_PROVIDERS: readonly DemoProvider[] = [
  {
    key: 'rs',
    country: 'RS',
    language: 'sr-Cyrl',
    buttonText: {
      sr: 'Уђите преко Србије (демонстрација)',
      ru: 'Войти через Сербию (демонстрация)',
      en: 'Sign in through Serbia (demonstration)',
    },
  },
  {
    key: 'ru',
    country: 'RU',
    language: 'ru',
    buttonText: {
      sr: 'Уђите преко Русије (демонстрација)',
      ru: 'Войти через Россию (демонстрация)',
      en: 'Sign in through Russia (demonstration)',
    },
  },
];

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  {
    provider: 'rs',
    subject: 'rs-student',
    email: 'student@rs.demo',
    name: { given: 'Ђорђе', family: 'Јовић' },
    passportName: { given: 'Đorđe', family: 'Jović' },
    language: 'sr-Cyrl',
    roles: [],
    institutionDomain: 'bg.ac.rs',
    affiliation: 'student',
  },
  {
    // Of the Hungarian minority in Vojvodina: a name that is Latin in her own script, and that no conversion may touch.
    provider: 'rs',
    subject: 'rs-student2',
    email: 'student2@rs.demo',
    name: { given: 'Eszter', family: 'Kovács' },
    passportName: { given: 'Eszter', family: 'Kovács' },
    language: 'sr-Latn',
    roles: [],
    institutionDomain: 'uns.ac.rs',
    affiliation: 'student',
  },
  {
    provider: 'rs',
    subject: 'rs-professor',
    email: 'professor@rs.demo',
    name: { given: 'Љиљана', family: 'Џелетовић' },
    passportName: { given: 'Ljiljana', family: 'Dželetović' },
    language: 'sr-Cyrl',
    roles: [],
    institutionDomain: 'bg.ac.rs',
    affiliation: 'faculty',
  },
  {
    provider: 'rs',
    subject: 'rs-expert',
    email: 'expert@rs.demo',
    name: { given: 'Небојша', family: 'Шћепановић' },
    passportName: { given: 'Nebojša', family: 'Šćepanović' },
    language: 'sr-Cyrl',
    roles: [],
    institutionDomain: 'uns.ac.rs',
    affiliation: 'staff',
  },
  {
    provider: 'rs',
    subject: 'rs-coordinator-bg',
    email: 'coordinator@bg.rs.demo',
    name: { given: 'Јелена', family: 'Марковић' },
    passportName: { given: 'Jelena', family: 'Marković' },
    language: 'sr-Cyrl',
    roles: [{ role: 'coordinator', institutionDomain: 'bg.ac.rs' }],
    institutionDomain: 'bg.ac.rs',
    affiliation: 'staff',
  },
  {
    provider: 'rs',
    subject: 'rs-coordinator-ns',
    email: 'coordinator@ns.rs.demo',
    name: { given: 'Милица', family: 'Његован' },
    passportName: { given: 'Milica', family: 'Njegovan' },
    language: 'sr-Cyrl',
    roles: [{ role: 'coordinator', institutionDomain: 'uns.ac.rs' }],
    institutionDomain: 'uns.ac.rs',
    affiliation: 'staff',
  },
  {
    provider: 'rs',
    subject: 'rs-reviewer',
    email: 'reviewer@rs.demo',
    name: { given: 'Владимир', family: 'Петковић' },
    passportName: { given: 'Vladimir', family: 'Petković' },
    language: 'sr-Cyrl',
    roles: [{ role: 'reviewer' }],
    institutionDomain: 'ni.ac.rs',
    affiliation: 'faculty',
  },
  {
    provider: 'rs',
    subject: 'rs-ministry',
    email: 'ministry@rs.demo',
    name: { given: 'Снежана', family: 'Вукадиновић' },
    passportName: { given: 'Snežana', family: 'Vukadinović' },
    language: 'sr-Cyrl',
    roles: [{ role: 'ministry_officer', country: 'RS' }],
  },
  {
    provider: 'rs',
    subject: 'rs-ministry-second',
    email: 'ministry2@rs.demo',
    name: { given: 'Горан', family: 'Ћирковић' },
    passportName: { given: 'Goran', family: 'Ćirković' },
    language: 'sr-Cyrl',
    roles: [{ role: 'ministry_officer', country: 'RS' }],
  },
  {
    provider: 'rs',
    subject: 'rs-commission',
    email: 'commission@rs.demo',
    name: { given: 'Драгутин', family: 'Аџић' },
    passportName: { given: 'Dragutin', family: 'Adžić' },
    language: 'sr-Cyrl',
    roles: [{ role: 'commission_member', country: 'RS' }],
  },
  {
    provider: 'rs',
    subject: 'rs-admin',
    email: 'admin@rs.demo',
    name: { given: 'Ивана', family: 'Стојановић' },
    passportName: { given: 'Ivana', family: 'Stojanović' },
    language: 'sr-Cyrl',
    roles: [{ role: 'programme_administrator' }],
  },
  {
    provider: 'rs',
    subject: 'rs-auditor',
    email: 'auditor@rs.demo',
    name: { given: 'Бранислав', family: 'Ћирић' },
    passportName: { given: 'Branislav', family: 'Ćirić' },
    language: 'sr-Cyrl',
    roles: [{ role: 'auditor' }],
  },
  {
    provider: 'rs',
    subject: 'rs-administrator-bg',
    email: 'administrator@bg.rs.demo',
    name: { given: 'Гордана', family: 'Љубичић' },
    passportName: { given: 'Gordana', family: 'Ljubičić' },
    language: 'sr-Cyrl',
    roles: [],
    becomes: 'institution_administrator',
    secondFactor: true,
    institutionDomain: 'bg.ac.rs',
    affiliation: 'staff',
  },
  {
    provider: 'rs',
    subject: 'rs-signatory-bg',
    email: 'signatory@bg.rs.demo',
    name: { given: 'Александар', family: 'Ђурђевић' },
    passportName: { given: 'Aleksandar', family: 'Đurđević' },
    language: 'sr-Cyrl',
    roles: [],
    becomes: 'signatory',
    secondFactor: true,
    institutionDomain: 'bg.ac.rs',
    affiliation: 'faculty',
  },
  {
    provider: 'rs',
    subject: 'rs-deputy-bg',
    email: 'deputy@bg.rs.demo',
    name: { given: 'Тамара', family: 'Џувер' },
    passportName: { given: 'Tamara', family: 'Džuver' },
    language: 'sr-Latn',
    roles: [],
    becomes: 'coordinator',
    secondFactor: true,
    institutionDomain: 'bg.ac.rs',
    affiliation: 'staff',
  },
  {
    // Her provider knows one factor only: she shows a passkey, or does no office work.
    provider: 'rs',
    subject: 'rs-unit-bg',
    email: 'unit@bg.rs.demo',
    name: { given: 'Невена', family: 'Чолић' },
    passportName: { given: 'Nevena', family: 'Čolić' },
    language: 'sr-Cyrl',
    roles: [],
    becomes: 'coordinator',
    institutionDomain: 'bg.ac.rs',
    affiliation: 'staff',
  },
  {
    provider: 'rs',
    subject: 'rs-secretary',
    email: 'secretary@rs.demo',
    name: { given: 'Душан', family: 'Њежић' },
    passportName: { given: 'Dušan', family: 'Nježić' },
    language: 'sr-Cyrl',
    roles: [],
    becomes: 'commission_secretary',
    secondFactor: true,
  },
  {
    provider: 'rs',
    subject: 'rs-support',
    email: 'support@rs.demo',
    name: { given: 'Маја', family: 'Кнежевић' },
    passportName: { given: 'Maja', family: 'Knežević' },
    language: 'sr-Latn',
    roles: [],
    becomes: 'support',
    secondFactor: true,
  },
  {
    provider: 'rs',
    subject: 'rs-outsider',
    email: 'outsider@rs.demo',
    name: { given: 'Тамара', family: 'Живковић' },
    passportName: { given: 'Tamara', family: 'Živković' },
    language: 'sr-Cyrl',
    roles: [],
  },
  {
    provider: 'ru',
    subject: 'ru-student',
    email: 'student@ru.demo',
    name: { given: 'Анна', family: 'Соколова' },
    patronymic: 'Сергеевна',
    passportName: { given: 'Anna', family: 'Sokolova' },
    language: 'ru',
    roles: [],
    institutionDomain: 'nsu.ru',
    affiliation: 'student',
  },
  {
    provider: 'ru',
    subject: 'ru-student2',
    email: 'student2@ru.demo',
    name: { given: 'Фёдор', family: 'Щукин' },
    patronymic: 'Андреевич',
    passportName: { given: 'Fedor', family: 'Shchukin' },
    language: 'ru',
    roles: [],
    institutionDomain: 'msu.ru',
    affiliation: 'student',
  },
  {
    provider: 'ru',
    subject: 'ru-professor',
    email: 'professor@ru.demo',
    name: { given: 'Юрий', family: 'Королёв' },
    patronymic: 'Николаевич',
    passportName: { given: 'Iurii', family: 'Korolev' },
    language: 'ru',
    roles: [],
    institutionDomain: 'msu.ru',
    affiliation: 'faculty',
  },
  {
    provider: 'ru',
    subject: 'ru-expert',
    email: 'expert@ru.demo',
    name: { given: 'Айгуль', family: 'Хайруллина' },
    patronymic: 'Маратовна',
    passportName: { given: 'Aigul', family: 'Khairullina' },
    language: 'ru',
    roles: [],
    institutionDomain: 'nsu.ru',
    affiliation: 'staff',
  },
  {
    provider: 'ru',
    subject: 'ru-coordinator-msu',
    email: 'coordinator@msu.ru.demo',
    name: { given: 'Елена', family: 'Воробьёва' },
    patronymic: 'Викторовна',
    passportName: { given: 'Elena', family: 'Vorobeva' },
    language: 'ru',
    roles: [{ role: 'coordinator', institutionDomain: 'msu.ru' }],
    institutionDomain: 'msu.ru',
    affiliation: 'staff',
  },
  {
    provider: 'ru',
    subject: 'ru-coordinator-nsu',
    email: 'coordinator@nsu.ru.demo',
    name: { given: 'Дмитрий', family: 'Жданов' },
    patronymic: 'Олегович',
    passportName: { given: 'Dmitrii', family: 'Zhdanov' },
    language: 'ru',
    roles: [{ role: 'coordinator', institutionDomain: 'nsu.ru' }],
    institutionDomain: 'nsu.ru',
    affiliation: 'staff',
  },
  {
    provider: 'ru',
    subject: 'ru-reviewer',
    email: 'reviewer@ru.demo',
    name: { given: 'Татьяна', family: 'Яковлева' },
    patronymic: 'Борисовна',
    passportName: { given: 'Tatiana', family: 'Iakovleva' },
    language: 'ru',
    roles: [{ role: 'reviewer' }],
    institutionDomain: 'spbu.ru',
    affiliation: 'faculty',
  },
  {
    provider: 'ru',
    subject: 'ru-ministry',
    email: 'ministry@ru.demo',
    name: { given: 'Игорь', family: 'Цветков' },
    patronymic: 'Павлович',
    passportName: { given: 'Igor', family: 'Tsvetkov' },
    language: 'ru',
    roles: [{ role: 'ministry_officer', country: 'RU' }],
  },
  {
    provider: 'ru',
    subject: 'ru-ministry-second',
    email: 'ministry2@ru.demo',
    name: { given: 'Марина', family: 'Щукина' },
    patronymic: 'Олеговна',
    passportName: { given: 'Marina', family: 'Shchukina' },
    language: 'ru',
    roles: [{ role: 'ministry_officer', country: 'RU' }],
  },
  {
    provider: 'ru',
    subject: 'ru-commission',
    email: 'commission@ru.demo',
    name: { given: 'Ольга', family: 'Ершова' },
    patronymic: 'Алексеевна',
    passportName: { given: 'Olga', family: 'Ershova' },
    language: 'ru',
    roles: [{ role: 'commission_member', country: 'RU' }],
  },
  {
    provider: 'ru',
    subject: 'ru-administrator-msu',
    email: 'administrator@msu.ru.demo',
    name: { given: 'Екатерина', family: 'Щербакова' },
    patronymic: 'Юрьевна',
    passportName: { given: 'Ekaterina', family: 'Shcherbakova' },
    language: 'ru',
    roles: [],
    becomes: 'institution_administrator',
    secondFactor: true,
    institutionDomain: 'msu.ru',
    affiliation: 'staff',
  },
  {
    provider: 'ru',
    subject: 'ru-signatory-msu',
    email: 'signatory@msu.ru.demo',
    name: { given: 'Фёдор', family: 'Емельянов' },
    patronymic: 'Ильич',
    passportName: { given: 'Fedor', family: 'Emelianov' },
    language: 'ru',
    roles: [],
    becomes: 'signatory',
    secondFactor: true,
    institutionDomain: 'msu.ru',
    affiliation: 'faculty',
  },
  {
    provider: 'ru',
    subject: 'ru-unit-msu',
    email: 'unit@msu.ru.demo',
    name: { given: 'Алёна', family: 'Юдина' },
    patronymic: 'Сергеевна',
    passportName: { given: 'Alena', family: 'Iudina' },
    language: 'ru',
    roles: [],
    becomes: 'coordinator',
    secondFactor: true,
    institutionDomain: 'msu.ru',
    affiliation: 'staff',
  },
  {
    provider: 'ru',
    subject: 'ru-secretary',
    email: 'secretary@ru.demo',
    name: { given: 'Артём', family: 'Хохлов' },
    patronymic: 'Викторович',
    passportName: { given: 'Artem', family: 'Khokhlov' },
    language: 'ru',
    roles: [],
    becomes: 'commission_secretary',
    secondFactor: true,
  },
  {
    provider: 'ru',
    subject: 'ru-admin',
    email: 'admin@ru.demo',
    name: { given: 'Марина', family: 'Белова' },
    patronymic: 'Игоревна',
    passportName: { given: 'Marina', family: 'Belova' },
    language: 'ru',
    roles: [{ role: 'programme_administrator' }],
  },
];

/** The account of an address, however it was capitalised. */
export function demoAccount(email: string): DemoAccount | undefined {
  const wanted = email.trim().toLowerCase();
  return DEMO_ACCOUNTS.find((account) => account.email === wanted);
}

/** What the providers say of how a person signed in: officials with a second factor, which is simulated. */
export function authenticationOf(account: DemoAccount) {
  const asserted = account.secondFactor ?? account.roles.some(({ role }) => OFFICIAL_ROLES.includes(role));
  return asserted ? SECOND_FACTOR : SINGLE_FACTOR;
}

/** Where the provider of a key listens: each country has the next port. */
export function demoIssuer(key: string, basePort: number): string {
  const index = DEMO_PROVIDERS.findIndex((provider) => provider.key === key);
  if (index < 0) throw new RangeError(`There is no demonstration provider ${key}.`);
  return `http://127.0.0.1:${basePort + index}`;
}

/** The registry of providers that the demonstration uses in place of IDENTITY_PROVIDERS_FILE. */
export function demoProvidersConfig(basePort: number): readonly IdentityProviderEntry[] {
  return DEMO_PROVIDERS.map(({ key, country, buttonText }) => ({
    key,
    country,
    issuer: demoIssuer(key, basePort),
    clientId: DEMO_CLIENT.id,
    clientSecret: DEMO_CLIENT.secret,
    buttonText,
    institutions: 'all-of-country',
    secondFactorValues: ['otp', SECOND_FACTOR.acr],
    roleProposals: [{ affiliation: 'staff', role: 'coordinator' }],
  }));
}
