import { readFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { PolicyRegistry } from '../access/public.js';
import { Settings } from '../platform/config/settings.js';
import type { View } from '../platform/http/page.js';
import type { WebRequest } from '../platform/http/web-request.js';
import { Translator } from '../platform/i18n/translator.js';
import type { Actor, Role } from '../shared/actor.js';
import { LANGUAGES } from '../shared/language.js';
import { hasRole } from '../shared/policy.js';
import { AdministrationPages } from './administration.js';
import type { AdministrationPage } from './administration.js';
import { bridgePicture } from './bridge-picture.js';
import type { PageAssets, PageLanguage, PageNavigationItem, PageShell } from './page-shell.js';

/** Sections of the public that search engines may list. */
const PUBLIC_PATHS = [
  '/calls',
  '/institutions',
  '/agreements',
  '/promises',
  '/commission/published',
  '/privacy',
  '/accessibility',
];

/** Each language in its own words and script. */
const OWN_NAMES: Readonly<Record<(typeof LANGUAGES)[number], string>> = {
  'sr-Cyrl': 'Српски',
  'sr-Latn': 'Srpski',
  ru: 'Русский',
  en: 'English',
};

/** What surrounds every page: who is signed in, where they can go, in which languages. */
@Injectable()
export class ShellOfPages {
  private readonly assets: PageAssets;

  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Translator) private readonly translator: Translator,
    @Inject(AdministrationPages) private readonly administration: AdministrationPages,
    @Inject(PolicyRegistry) private readonly policies: PolicyRegistry,
  ) {
    this.assets = readAssets();
  }

  of(web: WebRequest, page: View): Promise<PageShell> {
    const { language, actor } = web.ctx;
    const { title } = page.options;
    const path = web.path;
    return Promise.resolve({
      title: title
        ? this.translator.t(language, title.key, title.values)
        : this.translator.t(language, 'web.tagline'),
      language,
      languages: this.languages(web),
      path: web.url,
      user:
        actor.kind === 'person' && actor.name !== null
          ? {
              name: actor.name,
              roles: [...new Set(actor.grants.map((grant) => grant.role))].map((role) =>
                this.translator.t(language, `roles.${role}`),
              ),
            }
          : null,
      nav: navigationOf(actor, path, {
        administration: this.administration.for(actor),
        worklist: this.seesOthersApplications(actor),
        offers: this.policies.mayEver(actor, 'offer.prepare').allowed,
        overview: this.policies.mayEver(actor, 'report.read').allowed,
      }),
      csrf: actor.kind === 'person' || web.method !== 'GET' ? web.csrfToken() : '',
      flash: web.takeFlash(),
      demonstration: this.settings.demonstration,
      assets: this.assets,
      canonical: `${this.settings.publicUrl}${path}`,
      noindex: path !== '/' && !PUBLIC_PATHS.some((start) => path === start || path.startsWith(`${start}/`)),
      bridgePicture,
    });
  }

  /** Whether the page of applications is a worklist for somebody, perhaps after their second factor; else it shows their own. */
  private seesOthersApplications(actor: Actor): boolean {
    return ['application.list', 'application.read_state'].some((action) => {
      const decision = this.policies.mayEver(actor, action);
      return decision.allowed || decision.reason === 'second_factor_needed';
    });
  }

  /** This very page in each language. After a form came back with problems its address may only take forms: then the page above. */
  private languages(web: WebRequest): PageLanguage[] {
    const path = web.openPath;
    return LANGUAGES.map((code) => {
      const query = new URLSearchParams(web.query);
      query.set('lang', code);
      return {
        code,
        label: OWN_NAMES[code],
        href: `${path}?${query.toString()}`,
        current: code === web.ctx.language,
      };
    });
  }
}

/** Roles whose work is on the page of decisions. */
const DECIDERS: readonly Role[] = ['ministry_officer', 'commission_member', 'commission_secretary'];

/** Who hears appeals, or watches over their clocks. */
const HEARERS: readonly Role[] = ['commission_member', 'commission_secretary', 'programme_administrator'];

/** Who reads how the exchange stands, and who works with stays. */
const LEDGER_READERS: readonly Role[] = [
  'ministry_officer',
  'programme_administrator',
  'auditor',
  'coordinator',
];
const HOSTS: readonly Role[] = ['ministry_officer', 'coordinator'];

const ASSESSORS: readonly Role[] = ['reviewer', 'commission_secretary'];

/** Where somebody can go: what everybody sees, then the work of the roles that they hold. */
function navigationOf(
  actor: Actor,
  path: string,
  {
    administration,
    worklist,
    offers,
    overview,
  }: {
    readonly administration: readonly AdministrationPage[];
    readonly worklist: boolean;
    readonly offers: boolean;
    readonly overview: boolean;
  },
): PageNavigationItem[] {
  const item = (key: string, href: string): PageNavigationItem => ({
    key: `web.nav.${key}`,
    href,
    folded: false,
    current: href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`),
  });
  return folded([
    ...(actor.kind === 'person' ? [item('home', '/')] : []),
    item('calls', '/calls'),
    item('institutions', '/institutions'),
    item('agreements', '/agreements'),
    ...(actor.kind === 'person' ? [item(worklist ? 'worklist' : 'applications', '/applications')] : []),
    ...(offers ? [item('offers', '/offers')] : []),
    ...(overview ? [item('overview', '/overview')] : []),
    ...(ASSESSORS.some((role) => hasRole(actor, role)) ? [item('reviews', '/reviews')] : []),
    ...(HEARERS.some((role) => hasRole(actor, role)) ? [item('appeals', '/appeals')] : []),
    ...(DECIDERS.some((role) => hasRole(actor, role)) ? [item('approvals', '/approvals')] : []),
    ...(hasRole(actor, 'ministry_officer') ? [item('gates', '/gates')] : []),
    ...(DECIDERS.some((role) => hasRole(actor, role)) ? [item('commission', '/commission')] : []),
    ...(HOSTS.some((role) => hasRole(actor, role)) ? [item('mobilities', '/mobilities')] : []),
    ...(LEDGER_READERS.some((role) => hasRole(actor, role)) ? [item('ledger', '/ledger')] : []),
    // Who only reads the record goes straight to it.
    ...(administration.every(({ key }) => key === 'audit')
      ? administration.map(({ href }) => item('audit', href))
      : [item('administration', '/admin')]),
  ]);
}

/** So many stand in one line at 1280 pixels in each language, with the word for more. */
const IN_ONE_LINE = 9;
/** What is folded away first: what is looked up and not worked in. */
const FOLDED_FIRST = [
  '/institutions',
  '/agreements',
  '/ledger',
  '/offers',
  '/calls',
  '/appeals',
  '/admin',
  '/mobilities',
];

function folded(items: readonly PageNavigationItem[]): PageNavigationItem[] {
  // One alone needs no fold of its own: the word for more is as long.
  const over = items.length - IN_ONE_LINE;
  const away =
    over > 0
      ? FOLDED_FIRST.filter((href) => items.some((each) => each.href === href)).slice(0, over + 1)
      : [];
  return items.map((each) => (away.includes(each.href) ? { ...each, folded: true } : each));
}

function readAssets(): PageAssets {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../dist/public/manifest.json', import.meta.url), 'utf8'),
  );
  const address = (name: string) => {
    const found = (manifest as Readonly<Record<string, unknown>>)[name];
    if (typeof found !== 'string') throw new Error(`the build made no ${name}`);
    return found;
  };
  return { css: address('main.css'), js: address('main.js') };
}
