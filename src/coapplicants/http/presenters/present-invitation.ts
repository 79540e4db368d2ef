import type { Translator } from '../../../platform/i18n/translator.js';
import type { DomainError } from '../../../shared/domain-error.js';
import { isLanguage } from '../../../shared/language.js';
import type { RequestContext } from '../../../shared/request-context.js';
import { SERBIAN_LATIN, proposePassportName, transliterate } from '../../../shared/transliteration.js';
import { institutionName } from '../../../universities/public.js';
import { NAME_PARTS } from '../../domain/co-applicant.js';
import type { NameForms, NamePart } from '../../domain/co-applicant.js';
import type { Acceptance, InvitationOnDesk } from '../../operations/answer-invitation.js';
import { viewOf } from '../../operations/co-applicant-register.js';
import { presentCoApplicantState } from '../../../applications/public.js';
import type {
  ConsentView,
  Field,
  InvitationView,
  Problem,
  ReasonView,
  StandingView,
} from '../views/co-applicant-views.js';
import { reasonField } from './present-co-applicants.js';
import { errorAt, nameFor, named } from './words.js';

/** An invitation as whoever holds its link reads it. */
export interface Desk {
  readonly translator: Translator;
  readonly request: RequestContext;
  readonly href: string;
  readonly opened: InvitationOnDesk;
}

/** Whether it can still be answered. */
export function isOpen({ opened: { row, refusal, open } }: Desk): boolean {
  return refusal === null && row.state === 'invited' && open;
}

export function presentInvitation(
  desk: Desk,
  { typed, error }: { readonly typed: Acceptance | null; readonly error: DomainError | null },
): InvitationView {
  const { translator, request, opened, href } = desk;
  const { row, applicant, call, roles, person } = opened;
  const { language } = request;
  const back = encodeURIComponent(href);
  return {
    href,
    applicant: nameFor(language, applicant),
    invited: named(row.name),
    call: { title: translator.localized(language, call.title), href: `/calls/${call.slug}` },
    rows: rowsOf(desk),
    roles: roles && translator.localized(language, roles),
    problems: problemsOf(desk, error),
    closed:
      error && error.fields.length === 0 ? { key: `reasons.${error.reason}`, values: error.values } : null,
    signInHref: person ? null : `/sign-in?return=${back}`,
    signedInAs: person && person.name,
    names: person ? nameFields(desk, typed, error) : [],
    consents: person ? consentsOf(desk, typed, error) : [],
  };
}

function nameFields(
  { opened: { person } }: Desk,
  typed: Acceptance | null,
  error: DomainError | null,
): Field[] {
  const known = person && proposedNames(person);
  return NAME_PARTS.map((name) => ({
    kind: 'text' as const,
    name,
    label: { key: `coapplicants.names.${name}` },
    ...(name === 'nativeFamily' || name === 'latinFamily' || name === 'passportFamily'
      ? { hint: { key: `coapplicants.names.hints.${name}` } }
      : {}),
    value: typed ? (typed.names[name] ?? '') : (known?.[name] ?? ''),
    ...(name.startsWith('passport') ? { optional: true } : {}),
    ...(name === 'nativeFamily' ? { autocomplete: 'family-name' } : {}),
    ...(name === 'nativeGiven' ? { autocomplete: 'given-name' } : {}),
    ...errorAt(error?.fields ?? [], name),
  }));
}

/** What is known of the person's names, and what follows from it where it does. A passport is never guessed. */
function proposedNames(person: NonNullable<InvitationOnDesk['person']>): NameForms {
  const latin = (text: string) => {
    const language = person.nativeLanguage;
    if (language.startsWith('sr')) return transliterate(text, SERBIAN_LATIN);
    if (!/\p{Script=Cyrillic}/u.test(text)) return text;
    const spelled = isLanguage(language) ? proposePassportName(text, language) : '';
    return spelled.toLowerCase().replace(/(^|[\s'-])\p{L}/gu, (letter) => letter.toUpperCase());
  };
  return {
    nativeFamily: person.nativeFamily,
    nativeGiven: person.nativeGiven,
    latinFamily: person.latinFamily ?? latin(person.nativeFamily),
    latinGiven: person.latinGiven ?? latin(person.nativeGiven),
    passportFamily: person.passportFamily ?? '',
    passportGiven: person.passportGiven ?? '',
  };
}

function consentsOf(
  { translator, request, opened }: Desk,
  typed: Acceptance | null,
  error: DomainError | null,
): ConsentView[] {
  return opened.consents.map(({ purpose, version, text, required }) => ({
    purpose,
    text: translator.localized(request.language, text),
    version,
    required,
    ticked: typed?.consents.includes(purpose) ?? false,
    error: errorAt(error?.fields ?? [], `consent-${purpose}`).error ?? null,
  }));
}

function rowsOf({ translator, request, opened }: Desk): InvitationView['rows'] {
  const { language } = request;
  const { row, applicant, call, homeInstitution } = opened;
  const institution = homeInstitution && institutionName(language, homeInstitution);
  const lead = nameFor(language, applicant);
  const zones: [string] = [call.timeZone];
  const at = (instant: Date) => translator.deadline(language, instant, zones, request.clock.now()).absolute;
  const fact = (key: string, value: string, lang?: string) => ({
    label: { key: `coapplicants.facts.${key}` },
    value,
    ...(lang ? { lang } : {}),
  });
  return [
    fact('applicant', lead.text, lead.lang),
    ...(institution ? [fact('institution', institution.text, institution.lang)] : []),
    fact('call', translator.localized(language, call.title)),
    fact('part', row.part, named(row.part).lang),
    fact('closes', at(call.closesAt)),
    ...(row.state === 'invited' ? [fact('until', at(row.linkUntil))] : []),
  ];
}

export function presentDecline(desk: Desk, typed: string, error: DomainError | null): ReasonView {
  const { translator, request, opened, href } = desk;
  return {
    title: { key: 'coapplicants.decline.title' },
    text: { key: 'coapplicants.decline.text' },
    caption: translator.localized(request.language, opened.call.title),
    name: null,
    action: `${href}/decline`,
    back: href,
    backText: { key: 'coapplicants.decline.back' },
    button: { key: 'coapplicants.decline.confirm' },
    problems: problemsOf(desk, error),
    field: reasonField('coapplicants.decline', typed, error),
    byLink: true,
  };
}

/** What became of it, to whoever held the link; of the application's text nothing. */
export function presentStanding(desk: Desk): StandingView {
  const { row, open, person, applicant } = desk.opened;
  const { language } = desk.request;
  const view = viewOf(row);
  const own = person !== null && person.id === row.personId;
  const key = row.state !== 'invited' ? row.state : open ? 'link_over' : 'settled';
  return {
    state: row.state === 'invited' ? null : presentCoApplicantState(view),
    title: { key: `coapplicants.standing.${key}.title` },
    text: {
      key: `coapplicants.standing.${key}.text`,
      values: { applicant: nameFor(language, applicant).text },
    },
    rows: rowsOf(desk),
    sharedHref: own && view.standing !== 'ended' ? `/co-applications/${row.applicationId}` : null,
  };
}

/** A link that opens nothing at all. */
export function presentRefused(reason: string): StandingView {
  const told = REFUSED.find((each) => each === reason) ?? 'link_unknown';
  return {
    state: null,
    title: { key: `coapplicants.refused.${told}.title` },
    text: { key: `coapplicants.refused.${told}.text` },
    rows: [],
    sharedHref: null,
  };
}
const REFUSED = ['link_unknown', 'link_other_purpose', 'own_co_application'] as const;

function problemsOf({ translator, request, opened }: Desk, error: DomainError | null): Problem[] {
  const { language } = request;
  const isName = (field: string): field is NamePart => NAME_PARTS.some((part) => part === field);
  return (error?.fields ?? []).map(({ field, problem, values }) => {
    const text = translator.t(language, `problems.${problem}`, values);
    const purpose = field.startsWith('consent-') ? field.slice('consent-'.length) : null;
    const consent = purpose && opened.consents.find((each) => each.purpose === purpose);
    const short = `web.consents.purposes.${purpose ?? ''}`;
    const label = isName(field)
      ? translator.t(language, `coapplicants.names.${field}`)
      : consent && translator.has(language, short)
        ? translator.t(language, short)
        : null;
    return {
      message: label ? { key: 'applications.form.problem_at', values: { label, problem: text } } : text,
      href: `#field-${purpose ?? field}`,
    };
  });
}
