import type { FormFields } from '../../platform/http/session-data.js';
import { RENAMED_CLAIMS } from '../../shared/identity-provider.js';
import type { OpenEntry } from '../data/provider-versions.js';

/** The form of a provider as it was typed, each field a text. Lists have a line for each value. */
export type TypedProvider = Readonly<Record<string, string>>;

const LINES = /\r?\n/;

/** The form for an entry as it is. */
export function typedFromEntry(entry: OpenEntry): TypedProvider {
  const { institutions } = entry;
  return {
    key: entry.key,
    country: entry.country,
    issuer: entry.issuer,
    clientId: entry.clientId,
    'buttonText.sr': entry.buttonText.sr,
    'buttonText.ru': entry.buttonText.ru,
    'buttonText.en': entry.buttonText.en,
    vouches: institutions === 'all-of-country' ? 'all' : 'some',
    institutions: institutions === 'all-of-country' ? '' : institutions.join('\n'),
    scope: entry.scope ?? '',
    secondFactorValues: entry.secondFactorValues?.join('\n') ?? '',
    acrValues: entry.acrValues?.join('\n') ?? '',
    roleProposals: entry.roleProposals?.map((rule) => `${rule.affiliation} = ${rule.role}`).join('\n') ?? '',
    requireVerifiedEmail: entry.requireVerifiedEmail ? 'yes' : '',
    ...Object.fromEntries(RENAMED_CLAIMS.map((name) => [`claims.${name}`, entry.claims?.[name] ?? ''])),
  };
}

/** What came with the form. A secret is not among it: it is shown to nobody again, not even to who has just typed it. */
export function typedFromForm(body: FormFields): TypedProvider {
  const { clientSecret: _never, _csrf: _token, ...fields } = body;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (value?.join('\n') ?? ''),
    ]),
  );
}

/** The entry that the form stands for. It may be wrong in every way: `entryProblems` tells. */
export function candidateFrom(typed: TypedProvider, clientSecret: string): object {
  const text = (name: string) => (typed[name] ?? '').trim();
  const lines = (name: string) =>
    text(name)
      .split(LINES)
      .map((line) => line.trim())
      .filter(Boolean);
  const claims = Object.fromEntries(
    RENAMED_CLAIMS.flatMap((name) => {
      const called = text(`claims.${name}`);
      return called === '' || called === name ? [] : [[name, called]];
    }),
  );
  const [secondFactorValues, acrValues] = [lines('secondFactorValues'), lines('acrValues')];
  const roleProposals = lines('roleProposals').map((line) => {
    const at = line.lastIndexOf('=');
    return { affiliation: line.slice(0, Math.max(at, 0)).trim(), role: line.slice(at + 1).trim() };
  });
  return {
    key: text('key'),
    country: text('country'),
    issuer: text('issuer'),
    clientId: text('clientId'),
    ...(clientSecret === '' ? {} : { clientSecret }),
    buttonText: { sr: text('buttonText.sr'), ru: text('buttonText.ru'), en: text('buttonText.en') },
    institutions:
      text('vouches') === 'all' ? 'all-of-country' : lines('institutions').map((each) => each.toLowerCase()),
    ...(Object.keys(claims).length > 0 ? { claims } : {}),
    ...(text('scope') === '' ? {} : { scope: text('scope').split(/\s+/).join(' ') }),
    ...(secondFactorValues.length > 0 ? { secondFactorValues } : {}),
    ...(acrValues.length > 0 ? { acrValues } : {}),
    ...(roleProposals.length > 0 ? { roleProposals } : {}),
    ...(text('requireVerifiedEmail') === 'yes' ? { requireVerifiedEmail: true } : {}),
  };
}
