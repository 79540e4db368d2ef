import type { Message } from '../../../platform/http/page.js';
import type { Run } from '../../domain/comparison.js';
import type { AnnexView, EditorField, ProblemLink, TagModel } from './editor-views.js';

/** One side of a pair of opposed bars; lengths are percentages of half the picture. */
export interface QuotaBar {
  readonly persons: number;
  readonly committed: number;
  readonly label: Message;
  readonly personsLength: number;
  readonly committedLength: number;
}

export interface QuotaPair {
  readonly title: Message;
  readonly left: QuotaBar;
  readonly right: QuotaBar;
}

export interface QuotaChart {
  readonly leftTitle: Message;
  readonly rightTitle: Message;
  readonly pairs: readonly QuotaPair[];
}

export interface QuotaTableRow {
  readonly category: Message;
  readonly year: string;
  readonly direction: Message;
  readonly persons: string;
  readonly stay: string;
  readonly committed: string;
  readonly left: string;
}

export interface AgreementCard {
  readonly href: string;
  readonly title: string;
  readonly kind: Message;
  readonly reference: string;
  readonly state: TagModel;
  readonly parties: readonly string[];
  readonly charts: readonly QuotaChart[];
}

/** Input of `agreements/list.njk`. */
export interface AgreementListView {
  readonly agreements: readonly AgreementCard[];
  readonly filters: readonly EditorField[];
  /** Whether anything narrows the list. */
  readonly narrowed: boolean;
  readonly clearHref: string;
  readonly newHref: string | null;
  readonly importHref: string | null;
  readonly previous: string | null;
  readonly next: string | null;
}

export interface AgreementFact {
  readonly label: Message;
  readonly value?: string | Message;
  readonly values?: readonly string[];
}

/** What an agreement, or one version of it, says. */
export interface AgreementPageView extends AgreementCard {
  readonly facts: readonly AgreementFact[];
  readonly table: readonly QuotaTableRow[];
  readonly articles: readonly { readonly heading: Message; readonly paragraphs: readonly string[] }[];
  readonly approved: Message | null;
}

export interface VersionRow {
  readonly number: number;
  readonly href: string;
  readonly state: TagModel;
  readonly term: string;
  /** Why it came back. */
  readonly reason: string | null;
  /** Side by side with the version before it. */
  readonly compareHref: string | null;
}

/** One act that the reader may do, as a form. */
export interface ActForm {
  readonly act: string;
  readonly action: string;
  readonly title: Message;
  readonly does: readonly Message[];
  readonly fields: readonly EditorField[];
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  readonly buttons: readonly {
    readonly value: string;
    readonly text: Message;
    readonly kind: 'primary' | 'secondary' | 'warning';
  }[];
  /** A page of its own in place of a form. */
  readonly href: string | null;
}

/** The text of a version as a document. */
export interface AgreementDocumentView {
  readonly title: Message;
  readonly number: string;
  readonly state: Message;
  /** Null while it is prepared. */
  readonly href: string | null;
  readonly verifyHref: string;
  readonly signatures: readonly { readonly text: string; readonly lang: string; readonly at: string }[];
}

/** Input of `agreements/agreement.njk`. */
export interface AgreementWholeView extends AgreementPageView {
  readonly problems: readonly ProblemLink[];
  /** Of what is prepared or decided beside it. */
  readonly open: { readonly text: Message; readonly href: string; readonly state: TagModel } | null;
  readonly agreed: readonly {
    readonly party: string;
    readonly tag: TagModel;
    readonly on: string | null;
    readonly reason: string | null;
  }[];
  readonly document: AgreementDocumentView | null;
  readonly annexes: readonly AnnexView[];
  readonly versions: readonly VersionRow[];
  readonly calls: readonly { readonly href: string; readonly title: string; readonly text: Message }[];
  readonly acts: readonly ActForm[];
  readonly peopleHref: string | null;
  /** How the exchange under it stands; null for whoever may not read that. */
  readonly balanceHref: string | null;
  readonly asOf: {
    readonly field: EditorField;
    readonly action: string;
    readonly answer: Message | null;
    readonly href: string | null;
  };
}

/** Input of `agreements/version.njk`. */
export interface VersionPageView extends AgreementPageView {
  readonly document: AgreementDocumentView | null;
  readonly annexes: readonly AnnexView[];
  readonly back: string;
  readonly heading: Message;
  readonly reason: Message | null;
  readonly compareHref: string | null;
}

/** Input of `agreements/compare.njk`. */
export interface ComparePageView {
  readonly back: string;
  readonly title: string;
  readonly choice: readonly EditorField[];
  readonly before: Message;
  readonly after: Message;
  readonly rows: readonly {
    readonly field: string;
    readonly before: readonly Run[];
    readonly after: readonly Run[];
  }[];
}
