import type { Message } from '../../../platform/http/page.js';
import type { LocalizedText } from '../../../shared/language.js';
import type { Editor } from './editor-shell.js';
import type { ProblemLink } from './editor-words.js';

/** Text of the call itself, which may be written in another language than the reader's. */
export interface Written {
  readonly text: string;
  readonly lang: string;
}

/** What every page of the composer gives to its template. */
export interface ComposerPage {
  readonly editor: Editor;
  readonly problems: readonly ProblemLink[];
  readonly stale: StaleNote | null;
}

/** Somebody else was first; what was typed is on the page. */
export interface StaleNote {
  readonly rows: readonly { readonly label: string; readonly mine: string; readonly saved: string }[];
  readonly href: string;
}

/** Input of `calls/editor/form.njk`: the whole form, section by section. */
export interface FormPage extends ComposerPage {
  readonly sections: readonly SectionCard[];
  readonly addHref: string;
  readonly previewHref: string;
  /** What is wrong with the form as a whole. */
  readonly faults: readonly ProblemLink[];
}

export interface SectionCard {
  readonly id: string;
  readonly number: number;
  readonly title: Written;
  readonly kind: Message;
  readonly facts: readonly Message[];
  readonly href: string;
  readonly moves: Moves;
  readonly removeHref: string | null;
  /** Why it cannot be removed. */
  readonly kept: Message | null;
  readonly faults: readonly Message[];
  readonly items: readonly ItemRow[];
  /** Null: nothing is added to it here. */
  readonly add: { readonly href: string; readonly text: Message } | null;
  readonly empty: Message | null;
}

export interface ItemRow {
  readonly id: string;
  readonly label: Written;
  readonly optional: boolean;
  readonly type: Message;
  readonly facts: readonly Message[];
  readonly visibleIf: Message | null;
  readonly href: string;
  readonly moves: Moves;
  readonly removeHref: string | null;
  readonly kept: Message | null;
  readonly faults: readonly Message[];
}

/** The two arrows beside a thing; which of them leads somewhere. */
export interface Moves {
  readonly action: string;
  readonly up: boolean;
  readonly down: boolean;
}

/** Input of `calls/editor/form-entry.njk`: one section, question, document, consent or condition. */
export interface EntryPage extends ComposerPage {
  readonly heading: Message;
  readonly back: { readonly href: string; readonly text: Message };
  readonly action: string;
  readonly lead: Message | null;
  /** What others rely on, and what therefore stays. */
  readonly kept: Message | null;
  /** That somebody else changed the call meanwhile, where there is nothing to compare. */
  readonly notice: Message | null;
  readonly groups: readonly BlockGroup[];
  readonly button: Message;
  /** What goes along with the form and is not typed. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  /** Whether another one can be begun at once. */
  readonly another: boolean;
  /** What the programme already knows by its name, in place of what is typed. */
  readonly known: AddPage['known'];
}

export interface BlockGroup {
  readonly title: Message | null;
  readonly hint?: Message;
  readonly blocks: readonly Block[];
}

export type Block =
  | WordsBlock
  | { readonly kind: 'field'; readonly q: FieldModel }
  | VisibleIfBlock
  | OptionsBlock
  | ColumnsBlock
  | AnchorsBlock
  | { readonly kind: 'institution'; readonly q: InstitutionModel }
  | { readonly kind: 'note'; readonly text: Message };

export interface WordsBlock {
  readonly kind: 'words';
  readonly name: string;
  readonly label: Message;
  readonly hint?: Message;
  readonly rows: number;
  readonly optional: boolean;
  readonly values: LocalizedText;
  readonly errors: Partial<Readonly<Record<keyof LocalizedText, Message>>>;
}

/** Input of `components/field.njk`. */
export interface FieldModel {
  readonly kind: 'text' | 'number' | 'textarea' | 'select' | 'radios' | 'checkboxes' | 'date';
  readonly name: string;
  readonly label: Message;
  readonly hint?: Message;
  readonly value?: string | { readonly day: string; readonly month: string; readonly year: string };
  readonly values?: readonly string[];
  readonly error?: Message;
  readonly optional?: boolean;
  readonly width?: number;
  readonly options?: readonly {
    readonly value: string;
    readonly label: string | Message;
    readonly lang?: string;
  }[];
}

/** Input of the picker of institutions. */
export interface InstitutionModel {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly error?: Message;
  readonly optional: boolean;
  readonly groups: readonly {
    readonly label: string;
    readonly lang?: string;
    readonly options: readonly { readonly value: string; readonly label: string; readonly lang: string }[];
  }[];
}

export interface VisibleIfBlock {
  readonly kind: 'visibleIf';
  readonly chosen: string;
  readonly error: Message | null;
  readonly candidates: readonly {
    readonly id: string;
    readonly label: Written;
    readonly values: readonly {
      readonly value: string;
      readonly label: Written;
      readonly ticked: boolean;
    }[];
  }[];
}

export interface OptionsBlock {
  readonly kind: 'options';
  readonly error: Message | null;
  readonly locked: readonly Written[] | null;
  readonly rows: readonly OptionRow[];
}

export interface OptionRow {
  readonly number: number;
  readonly value: string;
  readonly label: LocalizedText;
  readonly first: boolean;
  readonly last: boolean;
}

export interface ColumnsBlock {
  readonly kind: 'columns';
  readonly error: Message | null;
  readonly rows: readonly (OptionRow & {
    readonly type: string;
    readonly options: string;
    readonly optional: boolean;
    readonly optionsError: Message | null;
  })[];
  readonly types: readonly { readonly value: string; readonly label: Message }[];
}

/** The words of some values of a scale. */
export interface AnchorsBlock {
  readonly kind: 'anchors';
  readonly rows: readonly {
    readonly number: number;
    readonly value: string;
    readonly label: LocalizedText;
    readonly error: Message | null;
  }[];
}

/** Input of `calls/editor/form-add.njk`: what kind of thing is to be added. */
export interface AddPage extends ComposerPage {
  readonly heading: Message;
  readonly back: { readonly href: string; readonly text: Message };
  readonly lead: Message;
  readonly kinds: readonly { readonly href: string; readonly title: Message; readonly hint: Message }[];
  /** What the programme already knows by its name: taken over with one press. */
  readonly known: readonly { readonly id: string; readonly label: Written; readonly hint: Written | null }[];
  readonly knownAction: string;
}

/** Input of `calls/editor/form-remove.njk`. */
export interface RemovePage extends ComposerPage {
  readonly back: { readonly href: string; readonly text: Message };
  readonly action: string;
  readonly label: Written;
  readonly what: Message;
  /** What goes with it. */
  readonly contents: readonly Written[];
  /** What is then asked of everybody. */
  readonly freed: readonly Written[];
}

/** Input of `calls/editor/conditions.njk`. */
export interface ConditionsPage extends ComposerPage {
  /** The outermost group; null where there is no condition yet. */
  readonly rule: PartView | null;
  readonly addHref: string;
  readonly faults: readonly Message[];
  readonly trial: TrialView;
}

/** A condition, or a group of them, as it is composed. */
export interface PartView {
  readonly path: string;
  readonly anchor: string;
  readonly kind: 'condition' | 'all' | 'any';
  readonly text: string;
  readonly faults: readonly Message[];
  /** Where the question that answers it is added, if the form does not ask it. */
  readonly askHref: string | null;
  /** Of the person on whom the rule is tried. */
  readonly outcome: OutcomeView | null;
  readonly href: string | null;
  readonly moves: Moves;
  readonly removeAction: string | null;
  readonly of: readonly PartView[];
  /** Of a group. */
  readonly group: {
    readonly addHref: string;
    /** Where a further group inside may be begun. */
    readonly groupAction: string | null;
    /** The other way to read it. */
    readonly switchAction: string;
    readonly empty: boolean;
  } | null;
}

export interface OutcomeView {
  readonly kind: 'leaf' | 'brick' | 'grey';
  readonly text: Message;
  /** What of the person it was judged by. */
  readonly because: Message | null;
}

export interface TrialView {
  readonly action: string;
  readonly clearHref: string | null;
  readonly outcome: OutcomeView | null;
  readonly blocks: readonly Block[];
}
