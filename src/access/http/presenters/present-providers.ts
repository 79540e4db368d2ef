import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { CountryCode } from '../../../shared/country.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { RENAMED_CLAIMS, PROPOSABLE_ROLES, USUAL_SCOPE } from '../../../shared/identity-provider.js';
import type { Language } from '../../../shared/language.js';
import type { RequestContext } from '../../../shared/request-context.js';
import type { OpenEntry, ProviderVersion, VersionAct } from '../../data/provider-versions.js';
import { providersPolicy } from '../../domain/providers.policy.js';
import type { ProviderState } from '../../domain/providers.policy.js';
import { DISCOVERY_FAILURES } from '../../operations/provider-discovery.js';
import type { DiscoveryFailure, DiscoveryReport } from '../../operations/provider-discovery.js';
import type { KnownProvider } from '../../operations/read-providers.js';
import type { TypedProvider } from '../provider-form.js';
import type {
  EndingView,
  FactRow,
  FactValue,
  ProblemLink,
  ProviderField,
  ProviderFormView,
  ProviderView,
  ProvidersView,
  StateTag,
} from '../views/provider-views.js';
import type { Words } from '../views/rights-views.js';

/** Acts on the register are the programme's: their times are told in no country's zone. */
const ZONE = 'UTC';
const KIND: Readonly<Record<ProviderState, StateTag['kind']>> = {
  proposed: 'brass',
  in_force: 'leaf',
  ended: 'grey',
};
const stateTag = (state: ProviderState): StateTag => ({
  kind: KIND[state],
  text: { key: `access.providers.state.${state}` },
});
const word = (key: string, values?: Message['values']): Message =>
  values ? { key: `access.providers.${key}`, values } : { key: `access.providers.${key}` };

export function presentProviders(
  translator: Translator,
  { actor, language }: RequestContext,
  providers: readonly KnownProvider[],
): ProvidersView {
  return {
    mayPropose: providersPolicy.decide(actor, 'provider.propose', { state: 'proposed', proposedBy: null })
      .allowed,
    rows: providers.flatMap((provider) => {
      const entry = shownEntry(provider);
      if (!entry) return [];
      return [
        {
          href: `/admin/providers/${provider.key}`,
          name: translator.localized(language, entry.buttonText),
          key: provider.key,
          country: translator.countryName(language, entry.country),
          issuer: entry.issuer,
          source: word(`source.${provider.source}`),
          states: statesOf(provider),
          health: healthOf(translator, language, provider),
        },
      ];
    }),
  };
}

export function presentProvider(
  translator: Translator,
  request: RequestContext,
  publicUrl: string,
  provider: KnownProvider,
  state: {
    readonly report: DiscoveryReport | DiscoveryFailure | null;
    readonly ending: {
      readonly version: string;
      readonly typed: string;
      readonly problems: readonly FieldProblem[];
    } | null;
  },
): ProviderView {
  const { actor, language } = request;
  const { key, versions, inForce } = provider;
  const entry = shownEntry(provider);
  const waiting = versions.find((version) => version.state === 'proposed');
  const current = versions.find((version) => version.state === 'in_force');
  const decide = (action: string, version: ProviderVersion) =>
    providersPolicy.decide(actor, action, { state: version.state, proposedBy: version.proposed.personId });
  const mayPropose = providersPolicy.decide(actor, 'provider.propose', {
    state: 'proposed',
    proposedBy: null,
  }).allowed;
  const problems = state.ending?.problems ?? [];
  const ending = (version: ProviderVersion): EndingView | null => {
    if (!decide('provider.end', version).allowed) return null;
    const what = version.state === 'proposed' ? 'withdraw' : 'end';
    const typed = state.ending?.version === version.id ? state.ending : null;
    const problem = typed?.problems[0];
    return {
      action: `/admin/providers/${key}/end`,
      version: version.id,
      title: word(`${what}.title`),
      does: [word(`${what}.does`)],
      button: word(`${what}.button`),
      name: `reason-${what}`,
      typed: typed?.typed ?? '',
      error: problem ? problemMessage(problem) : null,
    };
  };
  const confirmation = waiting ? decide('provider.confirm', waiting) : null;
  const before = inForce && current ? facts(translator, language, inForce.entry, inForce.hasSecret) : null;
  const acted = (what: string, act: VersionAct) => actWords(translator, language, what, act);
  return {
    name: entry ? translator.localized(language, entry.buttonText) : key,
    key,
    states: statesOf(provider),
    source: word(`source.${provider.source}_long`),
    unusable: provider.unusable && word(`unusable.${provider.unusable}`),
    problems: problems.map((problem) => ({
      message: problemMessage(problem),
      href: `#field-reason-${state.ending?.version === waiting?.id ? 'withdraw' : 'end'}`,
    })),
    waiting: waiting
      ? {
          act: acted('proposed', waiting.proposed),
          reason: waiting.reason,
          compared: before !== null,
          rows: facts(translator, language, waiting.entry, waiting.hasSecret).map((row, place) => {
            const earlier = before?.[place]?.values ?? null;
            return {
              label: row.label,
              before: earlier,
              after: row.values,
              changed: earlier !== null && JSON.stringify(earlier) !== JSON.stringify(row.values),
            };
          }),
          confirm: confirmation?.allowed
            ? { action: `/admin/providers/${key}/confirm`, version: waiting.id }
            : null,
          whyNot: confirmation && !confirmation.allowed ? { key: `reasons.${confirmation.reason}` } : null,
          ending: ending(waiting),
        }
      : null,
    inForce: inForce
      ? {
          rows: facts(translator, language, inForce.entry, inForce.hasSecret),
          changeHref:
            provider.source === 'register' && mayPropose && !waiting
              ? `/admin/providers/${key}/change`
              : null,
          ending: current ? ending(current) : null,
        }
      : null,
    redirectUri: `${publicUrl}/sign-in/${key}/callback`,
    health: healthOf(translator, language, provider),
    tryAction: mayPropose && (waiting ?? inForce) ? `/admin/providers/${key}/try` : null,
    report: reportOf(state.report),
    history: versions.map((version) => ({
      state: stateTag(version.state),
      acts: [
        { what: acted('proposed', version.proposed), reason: version.reason },
        ...(version.confirmed ? [{ what: acted('confirmed', version.confirmed), reason: null }] : []),
        ...(version.ended
          ? [
              {
                what: acted(
                  version.endReason === null ? 'replaced' : version.confirmed ? 'ended' : 'withdrawn',
                  version.ended,
                ),
                reason: version.endReason,
              },
            ]
          : []),
      ],
    })),
  };
}

export function presentProviderForm(
  translator: Translator,
  language: Language,
  {
    provider,
    countries,
    typed,
    problems,
  }: {
    readonly provider: KnownProvider | null;
    readonly countries: readonly CountryCode[];
    readonly typed: TypedProvider;
    readonly problems: readonly FieldProblem[];
  },
): ProviderFormView {
  const field = (
    name: string,
    kind: ProviderField['kind'],
    more: Partial<ProviderField> = {},
  ): ProviderField => {
    const problem = problems.find((each) => each.field === name);
    return {
      kind,
      name,
      label: word(`fields.${name.replace('.', '_')}`),
      value: typed[name] ?? '',
      ...(problem ? { error: problemMessage(problem) } : {}),
      ...more,
    };
  };
  const hint = (name: string, values?: Message['values']) => ({ hint: word(`hints.${name}`, values) });
  const fixed = provider !== null;
  const option = (value: string, name: string) => ({ value, label: word(`options.${name}`) });
  const hadSecret = provider?.inForce?.hasSecret === true;
  return {
    action: fixed ? `/admin/providers/${provider.key}/change` : '/admin/providers',
    back: fixed ? `/admin/providers/${provider.key}` : '/admin/providers',
    title: word(fixed ? 'form.change' : 'form.new'),
    problems: problems.map((problem): ProblemLink => ({
      message: namedProblem(translator, language, problem),
      href:
        problem.field === '' ? null : `#field-${problem.field === 'key' && fixed ? 'issuer' : problem.field}`,
    })),
    groups: [
      {
        title: word('form.who'),
        lead: null,
        folded: false,
        fields: [
          ...(fixed ? [] : [field('key', 'text', hint('key'))]),
          field('country', 'select', {
            options: countries.map((code) => ({
              value: code,
              label: translator.countryName(language, code),
            })),
          }),
          field('buttonText.sr', 'text', { lang: 'sr-Cyrl', ...hint('button') }),
          field('buttonText.ru', 'text', { lang: 'ru' }),
          field('buttonText.en', 'text', { lang: 'en' }),
          field('vouches', 'radios', { options: [option('all', 'all'), option('some', 'some')] }),
          field('institutions', 'textarea', { optional: true, rows: 4, ...hint('institutions') }),
        ],
      },
      {
        title: word('form.where'),
        lead: null,
        folded: false,
        fields: [
          field('issuer', 'text', hint(fixed ? 'issuer_fixed' : 'issuer')),
          field('clientId', 'text', { autocomplete: 'off' }),
          field('clientSecret', 'password', {
            optional: true,
            value: '',
            autocomplete: 'off',
            ...hint(hadSecret ? 'secret_kept' : 'secret'),
          }),
          ...(hadSecret ? [field('noSecret', 'checkboxes', { options: [option('yes', 'no_secret')] })] : []),
        ],
      },
      {
        title: word('form.trust'),
        lead: null,
        folded: false,
        fields: [
          field('secondFactorValues', 'textarea', {
            optional: true,
            rows: 3,
            ...hint('second_factor', { acr: 'acr', amr: 'amr' }),
          }),
          field('acrValues', 'textarea', {
            optional: true,
            rows: 2,
            ...hint('acr_values', { parameter: 'acr_values' }),
          }),
          field('roleProposals', 'textarea', {
            optional: true,
            rows: 3,
            ...hint('role_proposals', {
              example: 'employee = coordinator',
              roles: PROPOSABLE_ROLES.join(', '),
            }),
          }),
          field('requireVerifiedEmail', 'checkboxes', { options: [option('yes', 'verified')] }),
        ],
      },
      {
        title: word('form.claims'),
        lead: word('form.claims_lead'),
        folded: !problems.some(({ field: name }) => name.startsWith('claims') || name === 'scope'),
        fields: [
          field('scope', 'text', { optional: true, ...hint('scope', { usual: USUAL_SCOPE }) }),
          ...RENAMED_CLAIMS.map((name) =>
            field(`claims.${name}`, 'text', { optional: true, label: word('fields.claim', { name }) }),
          ),
        ],
      },
    ],
    reason: field('reason', 'textarea', { rows: 3, ...hint('reason') }),
  };
}

/** The entry that stands for a provider: as it is in force, else as it was last proposed. */
function shownEntry({ inForce, versions }: KnownProvider): OpenEntry | undefined {
  return inForce?.entry ?? versions[0]?.entry;
}

function statesOf({ inForce, versions, unusable }: KnownProvider): StateTag[] {
  const waits = versions.some(({ state }) => state === 'proposed');
  return [
    ...(unusable ? [{ kind: 'brick' as const, text: word('state.unusable') }] : []),
    ...(inForce && !unusable ? [stateTag('in_force')] : []),
    ...(waits ? [stateTag('proposed')] : []),
    ...(!inForce && !waits ? [stateTag('ended')] : []),
  ];
}

function healthOf(
  translator: Translator,
  language: Language,
  { health, inForce }: KnownProvider,
): StateTag & { readonly at: string | null } {
  const at = health && translator.dateTime(language, health.at, ZONE);
  if (!health) return { kind: 'grey', text: word(inForce ? 'health.not_asked' : 'health.not_in_force'), at };
  return health.failure === null
    ? { kind: 'leaf', text: word('health.answers'), at }
    : { kind: 'brick', text: word(`failures_short.${health.failure}`), at };
}

function actWords(translator: Translator, language: Language, what: string, act: VersionAct): Message {
  const values = { at: translator.dateTime(language, act.at, ZONE), who: act.name ?? act.personId };
  return word(`acts.${what}`, values);
}

/** An entry as rows, always the same ones in the same order, so that two entries can be laid side by side. */
function facts(
  translator: Translator,
  language: Language,
  entry: OpenEntry,
  hasSecret: boolean,
): readonly FactRow[] {
  const row = (name: string, values: readonly FactValue[]): FactRow => ({
    label: word(`fields.${name}`),
    values: values.length > 0 ? values : ['—'],
  });
  const { institutions, claims = {}, buttonText, roleProposals = [] } = entry;
  return [
    row('country', [translator.countryName(language, entry.country)]),
    row('buttonText', [
      { text: buttonText.sr, lang: 'sr-Cyrl' },
      { text: buttonText.ru, lang: 'ru' },
      { text: buttonText.en, lang: 'en' },
    ]),
    row('institutions', institutions === 'all-of-country' ? [word('options.all')] : institutions),
    row('issuer', [entry.issuer]),
    row('clientId', [entry.clientId]),
    row('clientSecret', [word(hasSecret ? 'secret.kept' : 'secret.none')]),
    row('scope', [entry.scope ?? USUAL_SCOPE]),
    row('secondFactorValues', entry.secondFactorValues ?? [word('usual_values')]),
    row('acrValues', entry.acrValues ?? []),
    row(
      'roleProposals',
      roleProposals.map(
        ({ affiliation, role }) => `${affiliation} → ${translator.t(language, `roles.${role}`)}`,
      ),
    ),
    row('requireVerifiedEmail', [{ key: entry.requireVerifiedEmail ? 'common.yes' : 'common.no' }]),
    row(
      'claims',
      Object.entries(claims).map(([name, called]) => `${name} ← ${called}`),
    ),
  ];
}

function reportOf(report: DiscoveryReport | DiscoveryFailure | null): ProviderView['report'] {
  if (report === null) return null;
  if (typeof report === 'string') {
    const failure = DISCOVERY_FAILURES.find((known) => known === report) ?? 'not_discovery';
    return {
      failure: word(`failures.${failure}`, { path: '/.well-known/openid-configuration' }),
      rows: null,
    };
  }
  const row = (name: string, values: readonly Words[], warning: string | null = null, standard = '') => ({
    label: word(`report.${name}`, { name: standard }),
    values: values.length > 0 ? values : ['—'],
    warning: warning === null ? null : word(`report.${warning}`),
  });
  const yesNo = (value: boolean | null): Words =>
    value === null ? word('report.not_said') : { key: value ? 'common.yes' : 'common.no' };
  const asymmetric = report.signingAlgorithms.some((name) => /^(ES|RS|PS|Ed)/.test(name));
  return {
    failure: null,
    rows: [
      row('issuer', [report.issuer]),
      row('authorization', [report.authorizationEndpoint]),
      row('token', [report.tokenEndpoint]),
      row('userinfo', report.userinfoEndpoint === null ? [] : [report.userinfoEndpoint]),
      row(
        'end_session',
        report.endSessionEndpoint === null ? [] : [report.endSessionEndpoint],
        report.endSessionEndpoint === null ? 'no_end_session' : null,
      ),
      row('keys', [report.jwksUri]),
      row('algorithms', report.signingAlgorithms, asymmetric ? null : 'no_algorithm'),
      row('pkce', [yesNo(report.pkce)], report.pkce === false ? 'no_pkce' : null, 'PKCE, S256'),
      row('names_itself', [yesNo(report.namesItself)], report.namesItself ? null : 'no_iss', 'RFC 9207'),
      row('client_authentication', report.clientAuthentication),
      row('scopes', report.scopes),
      row('claims', report.claims),
      row('acr_values', report.acrValues),
    ],
  };
}

/** In the list of all faults each says of which field it is. */
function namedProblem(translator: Translator, language: Language, problem: FieldProblem): string {
  const { key, values } = problemMessage(problem);
  const fault = translator.t(language, key, values);
  const label = `access.providers.fields.${problem.field.replace('.', '_')}`;
  return translator.has(language, label) ? `${translator.t(language, label)}: ${fault}` : fault;
}

function problemMessage({ problem, values }: FieldProblem): Message {
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}
