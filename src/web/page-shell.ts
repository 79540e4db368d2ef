import type { Language } from '../shared/language.js';
import type { BridgeModel, BridgePicture, BridgeWords } from './bridge-picture.js';

/** Values for a translation: numbers decide plurals, texts are put in and escaped by the template. */
export type MessageValues = Readonly<Record<string, string | number>>;

/** One language in which the same page can be read. */
export interface PageLanguage {
  readonly code: Language;
  /** The language's own name in its own script (`Српски`, `Srpski`, `Русский`, `English`). */
  readonly label: string;
  /** This very page, query included, in that language. */
  readonly href: string;
  readonly current: boolean;
}

/** One entry of the navigation under the header. */
export interface PageNavigationItem {
  /** Translation key of the words. */
  readonly key: string;
  readonly href: string;
  readonly current: boolean;
  /** Whether it stands under "more", because not all of them fit into a line. */
  readonly folded: boolean;
  /** How many things wait behind the link; no number is shown for absent or 0. */
  readonly count?: number;
}

/** What the last act has to say, shown once at the top of the next page. */
export interface PageFlash {
  readonly kind: 'success' | 'information' | 'error';
  readonly key: string;
  readonly values?: MessageValues;
}

/** The person who is signed in, as the header names them. */
export interface PageUser {
  readonly name: string;
  readonly roles: readonly string[];
}

/** Addresses of what `scripts/build-assets.mjs` made, each with its content's hash so that it can be cached for a year. */
export interface PageAssets {
  readonly css: string;
  readonly js: string;
}

/** What `templates/layouts/page.njk` needs around every page, under the name `page`; the page's own model is `m`. */
export interface PageShell {
  /** The page's title in the reader's language, without the product's name: the layout adds it. */
  readonly title: string;
  readonly language: Language;
  readonly languages: readonly PageLanguage[];
  /** Path and query of this page: where signing in brings one back to. */
  readonly path: string;
  readonly user: PageUser | null;
  readonly nav: readonly PageNavigationItem[];
  /** Token for every form that posts, in the field `_csrf`; empty where no session exists yet. */
  readonly csrf: string;
  readonly flash: PageFlash | null;
  /** Whether this installation runs on invented data: every page then says so. */
  readonly demonstration: boolean;
  readonly assets: PageAssets;
  /** The page's absolute address without what only this visit adds; printed at the foot of the paper as well. */
  readonly canonical: string;
  /** Whether search engines are asked to stay away: everything that is not public. */
  readonly noindex: boolean;
  /** Draws the status of an exchange. It goes with the shell because the rooms that show a bridge may not import this one. */
  readonly bridgePicture: (model: BridgeModel, words: BridgeWords) => BridgePicture;
}
