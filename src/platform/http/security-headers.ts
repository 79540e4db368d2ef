import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

const YEAR_SECONDS = 365 * 86_400;
/** Abilities of browsers that no page of ours uses, so that nothing that slips into one can either. */
const PERMISSIONS = [
  'camera',
  'display-capture',
  'geolocation',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
]
  .map((ability) => `${ability}=()`)
  .join(', ');

interface SiteTraits {
  /** Whether the site is reached over HTTPS alone. */
  readonly secure: boolean;
  /** In production alone the pages may be found by search engines. */
  readonly production: boolean;
}

/**
 * What every answer tells the browser to forbid, by the site that its forms may lead to besides this one. The library makes
 * its headers anew for each answer; they change only when a provider comes or goes, and are made then.
 */
export function securityHeaders(
  traits: SiteTraits,
): (formTargets: readonly string[]) => Readonly<Record<string, string>> {
  let known: { readonly targets: string; readonly headers: Readonly<Record<string, string>> } | null = null;
  return (formTargets) => {
    const targets = formTargets.join(' ');
    if (known?.targets !== targets) known = { targets, headers: headersFor(traits, formTargets) };
    return known.headers;
  };
}

function headersFor(
  { secure, production }: SiteTraits,
  formTargets: readonly string[],
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { 'permissions-policy': PERMISSIONS };
  if (!production) headers['x-robots-tag'] = 'noindex';
  const answer = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'base-uri': ["'none'"],
        'object-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        // Chromium holds the redirects after a form to this as well, and signing out leads to the provider.
        'form-action': ["'self'", ...formTargets],
        'frame-ancestors': ["'none'"],
        ...(secure ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    strictTransportSecurity: secure ? { maxAge: YEAR_SECONDS, includeSubDomains: true } : false,
    // The page that a form came from is asked on this site only.
    referrerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: 'deny' },
  })({} as IncomingMessage, answer as unknown as ServerResponse, (error) => {
    if (error) throw new Error('the security headers cannot be made', { cause: error });
  });
  return headers;
}
