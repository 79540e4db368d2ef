import type { Language } from '../../shared/language.js';

/** One line of the readable copy: what it is called, and what it says. */
export interface PaperRow {
  readonly label: string;
  readonly text: string;
}

/** One record, or what hangs on it: `level` 0 stands for itself, deeper ones belong to what stands before them. */
export interface PaperBlock {
  readonly level: number;
  readonly heading: string;
  readonly rows: readonly PaperRow[];
}

/** The readable copy of everything about a person, in one language. */
export interface PersonPaper {
  readonly language: Language;
  /** ISO 8601. */
  readonly issuedAt: string;
  readonly title: string;
  readonly name: string;
  readonly lead: readonly string[];
  readonly parts: readonly {
    readonly heading: string;
    readonly none: string;
    readonly blocks: readonly PaperBlock[];
  }[];
  readonly pageOf: string;
  readonly notice?: string;
}
