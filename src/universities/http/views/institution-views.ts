import type { Message } from '../../../platform/http/page.js';
import type { NameInLanguage } from '../../domain/institution.js';

export interface Choice {
  readonly value: string;
  readonly text: string | Message;
  readonly chosen: boolean;
}

export interface InstitutionRow {
  readonly href: string;
  readonly name: NameInLanguage;
  /** Its own name, where the reader sees another. */
  readonly native: NameInLanguage | null;
  readonly city: NameInLanguage | null;
  readonly country: string;
  readonly kind: Message;
}

/** Input of `universities/list.njk`. */
export interface InstitutionListView {
  readonly query: string;
  readonly countries: readonly Choice[];
  readonly kinds: readonly Choice[];
  readonly filtered: boolean;
  readonly rows: readonly InstitutionRow[];
  readonly nextHref: string | null;
}

/** Input of `universities/institution.njk`. */
export interface InstitutionPageView {
  readonly name: NameInLanguage;
  readonly kind: Message;
  readonly place: string;
  readonly facts: readonly {
    readonly label: Message;
    readonly value: string | Message;
    readonly lang?: string;
  }[];
  readonly website: string | null;
  readonly ror: string | null;
  readonly callsHref: string;
  readonly checked: Message;
}
