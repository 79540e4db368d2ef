import type { Message } from '../../../platform/http/page.js';
import type { EditorStep } from '../../domain/draft.js';

type Words = string | Message;

export interface TagModel {
  readonly kind: 'leaf' | 'brass' | 'brick' | 'sky' | 'grey';
  readonly text: Message;
}

/** One control as `components/field.njk` draws it. */
export interface EditorField {
  readonly kind:
    'text' | 'number' | 'textarea' | 'select' | 'radios' | 'checkboxes' | 'date' | 'email' | 'file';
  readonly name: string;
  readonly label: Words;
  readonly hint?: Words;
  readonly value?: string | Readonly<Record<'day' | 'month' | 'year', string>>;
  readonly values?: readonly string[];
  readonly error?: Message;
  readonly optional?: boolean;
  readonly options?: readonly { readonly value: string; readonly label: Words }[];
  readonly lang?: string;
  readonly width?: number;
  readonly rows?: number;
}

export interface FieldGroup {
  readonly title: Message | null;
  readonly lead: Message | null;
  /** Side by side where there is room. */
  readonly beside: boolean;
  readonly fields: readonly EditorField[];
}

export interface ProblemLink {
  readonly message: Words;
  readonly href: string | null;
}

/** The frame of every page of the editor. */
export interface EditorFrame {
  readonly href: string;
  readonly title: string;
  readonly reference: string;
  readonly version: number;
  readonly state: TagModel;
  readonly steps: readonly {
    readonly key: EditorStep | 'overview';
    readonly href: string;
    readonly current: boolean;
    readonly missing: number;
  }[];
}

/** Input of `agreements/editor/fields.njk`. */
export interface EditorFieldsView {
  readonly editor: EditorFrame;
  readonly heading: Message;
  readonly lead: Message;
  readonly action: string;
  readonly problems: readonly ProblemLink[];
  /** Both versions, where somebody else was first. */
  readonly stale: {
    readonly rows: readonly { readonly label: string; readonly mine: string; readonly saved: string }[];
    readonly href: string;
  } | null;
  /** What the form says it was opened with, and what this page said then. */
  readonly edit: number;
  readonly base: string;
  readonly groups: readonly FieldGroup[];
}

/** Input of `agreements/editor/overview.njk`. */
export interface EditorOverviewView {
  readonly editor: EditorFrame;
  readonly problems: readonly ProblemLink[];
  readonly missing: readonly ProblemLink[];
  readonly steps: readonly {
    readonly title: Message;
    readonly href: string;
    readonly state: 'done' | 'todo';
  }[];
  /** What happens when it is proposed; null where the reader may not. */
  readonly propose: {
    readonly action: string;
    readonly hash: string;
    readonly does: readonly Message[];
  } | null;
  readonly agreementHref: string;
  readonly peopleHref: string;
}

/** A file that belongs to a version. */
export interface AnnexView {
  readonly key: string;
  readonly title: string;
  /** Pages and size. */
  readonly facts: string;
  readonly sha256: string;
  readonly fileName: string;
  /** Null for whoever may not take it. */
  readonly href: string | null;
}

/** Input of `agreements/editor/annexes.njk`. */
export interface EditorAnnexesView {
  readonly editor: EditorFrame;
  readonly problems: readonly ProblemLink[];
  readonly annexes: readonly AnnexView[];
  readonly action: string;
  readonly titles: readonly EditorField[];
  readonly file: EditorField;
}

/** Input of `agreements/editor/new.njk`. */
export interface NewAgreementView {
  readonly problems: readonly ProblemLink[];
  readonly groups: readonly FieldGroup[];
}
