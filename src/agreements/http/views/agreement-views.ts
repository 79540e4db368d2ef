import type { Message } from '../../../platform/http/page.js';

export interface TagModel {
  readonly kind: 'leaf' | 'brass' | 'brick' | 'sky' | 'grey';
  readonly text: Message;
}

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
  readonly months: string;
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
}

/** Input of `agreements/agreement.njk`. */
export interface AgreementPageView extends AgreementCard {
  readonly facts: readonly {
    readonly label: Message;
    readonly value?: string | Message;
    readonly values?: readonly string[];
  }[];
  readonly table: readonly QuotaTableRow[];
  readonly articles: readonly { readonly heading: Message; readonly paragraphs: readonly string[] }[];
  readonly approved: Message | null;
}
