import type { ApplicationState } from '../../domain/application.states.js';
import type { Message } from '../../../platform/http/page.js';
import type { CustodyRow, Tag } from './applicant-views.js';
import type { Option, WorklistView } from './office-views.js';

/** What of the list is shown, as the address says it. */
export interface StandingsAddress {
  readonly state: ApplicationState | null;
  readonly q: string;
  readonly after: string | null;
}

/** Input of `applications/office/standings.njk`: where applications stand, without whose they are. */
export interface StandingsView {
  readonly filters: {
    readonly q: string;
    readonly state: string;
    readonly states: readonly Option[];
  };
  readonly list: Omit<WorklistView['list'], 'density' | 'densityHrefs'>;
}

/** Input of `applications/office/standing.njk`. */
export interface StandingView {
  readonly number: string;
  readonly call: { readonly title: string; readonly href: string };
  readonly state: Tag;
  readonly since: string;
  readonly custody: readonly CustodyRow[];
  readonly why: Message;
}
