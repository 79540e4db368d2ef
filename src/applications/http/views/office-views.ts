import type { PairView } from '../../../approvals/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { ExchangeSide } from '../../../shared/actor.js';
import type {
  ApplicationHead,
  CustodyRow,
  GateLine,
  MessagesLink,
  DeadlineView,
  Named,
  RouteView,
  TableOfWords,
  Tag,
  VersionView,
  Words,
} from './applicant-views.js';

export interface Part {
  readonly text: Words;
  readonly lang?: string;
}

/** A cell of `components/worklist.njk`. */
export type Cell =
  | { readonly text: Words; readonly lang?: string; readonly code?: boolean }
  | { readonly parts: readonly Part[]; readonly arrow?: boolean; readonly deadline?: DeadlineView }
  | { readonly tag: Tag };

export interface CountLink {
  readonly href: string;
  readonly text: Message;
  readonly count: number;
  /** More than could be counted cheaply. */
  readonly more: boolean;
  readonly current: boolean;
}

export interface Option {
  readonly value: string;
  readonly label: Words;
}

/** A day as it was typed. */
export interface DayFilter {
  readonly value: string;
  readonly error: Message | null;
}

/** Input of `applications/office/worklist.njk`. */
export interface WorklistView {
  readonly problems: readonly { readonly message: Message; readonly href: string }[];
  /** The reader's own filters, and where to keep this one; null where it is kept or there is nothing to keep. */
  readonly saved: {
    readonly filters: readonly { readonly href: string; readonly name: string; readonly current: boolean }[];
    readonly saveHref: string | null;
  };
  /** Acts that the reader may do with many at once; empty for whoever may do none. */
  readonly bulk: {
    readonly acts: readonly Option[];
    readonly query: string;
    readonly most: number;
  };
  /** Where this list is taken out as a file. */
  readonly exportHref: string;
  /** Where the reader puts candidates in order; null for whoever does not. */
  readonly nominationsHref: string | null;
  /** Kinds of work with how much of each waits. */
  readonly waits: readonly CountLink[];
  readonly tabs: readonly { readonly href: string; readonly text: Message; readonly current: boolean }[];
  readonly states: readonly CountLink[];
  readonly filters: {
    readonly waits: string;
    readonly density: string;
    readonly state: string;
    readonly states: readonly Option[];
    readonly call: string;
    readonly calls: readonly Option[];
    readonly q: string;
    readonly home: string;
    readonly host: string;
    readonly category: string;
    readonly categories: readonly Option[];
    readonly field: string;
    readonly fields: readonly Option[];
    readonly level: string;
    readonly levels: readonly Option[];
    readonly overdue: boolean;
    readonly duplicates: boolean;
    readonly meets: string;
    readonly conditions: readonly Option[];
    readonly meetsError: Words | null;
    readonly from: DayFilter;
    readonly until: DayFilter;
    readonly columns: readonly (Option & { readonly checked: boolean })[];
  };
  readonly list: {
    readonly action: string;
    readonly caption: Message;
    /** The form to which rows are chosen; absent where there is nothing to choose them for. */
    readonly select?: string;
    readonly activeFilters: number;
    readonly clearHref: string;
    readonly density: 'comfortable' | 'compact';
    readonly densityHrefs: { readonly comfortable: string; readonly compact: string };
    readonly columns: readonly { readonly label: Message }[];
    readonly rows: readonly {
      readonly href: string;
      readonly title: string;
      readonly code: boolean;
      /** Its id, where it can be chosen for an act with many. */
      readonly select?: string;
      readonly cells: readonly Cell[];
    }[];
    readonly empty: {
      readonly title: Message;
      readonly why: Message;
      readonly action?: { readonly href: string; readonly text: Message };
    };
    readonly pagination: { readonly previous: string | null; readonly next: string | null };
  };
}

/** One application among many with which an act is done. */
export interface BulkLine {
  /** Null where it is not open to the reader. */
  readonly href: string | null;
  readonly number: string | null;
  readonly name: { readonly text: string; readonly lang: string } | null;
  readonly place: Named | null;
  /** Why not; null where it goes through, or did. */
  readonly reason: Message | null;
}

/** Input of `applications/office/bulk.njk`. */
export interface BulkView {
  readonly title: Message;
  readonly problems: readonly { readonly message: Message; readonly href?: string }[];
  readonly action: string;
  readonly done: boolean;
  /** Whether it is known of each what would happen. */
  readonly checked: boolean;
  readonly total: number;
  readonly does: Message;
  readonly unit: string;
  readonly unitField: PanelField | null;
  readonly endorsementField: PanelField | null;
  readonly possible: readonly BulkLine[];
  readonly impossible: readonly BulkLine[];
  /** What the page shows of those that are possible, to be compared when it is done: `<id> <version>`. */
  readonly seen: readonly string[];
}

/** Input of `applications/office/export.njk`. */
export interface ExportView {
  readonly problems: readonly { readonly message: Message; readonly href: string }[];
  readonly count: number;
  readonly most: number;
  readonly tooMany: boolean;
  /** Whether it is long, so that the file is written beside the page. */
  readonly beside: Message | null;
  /** What the reader asked for and can still follow or fetch. */
  readonly jobs: readonly ExportJobView[];
  readonly query: string;
  readonly back: string;
  readonly columns: readonly (Option & { readonly checked: boolean })[];
  /** What is wrong with the choice of columns, to be told beside it. */
  readonly columnsError: Message | null;
  /** What says who somebody is. */
  readonly personal: readonly (Option & { readonly checked: boolean })[];
  readonly format: PanelField;
}

/** Input of `applications/office/export-job.njk`. */
export interface ExportJobView {
  readonly href: string;
  readonly state: Tag;
  readonly sentence: Message;
  readonly asked: Message;
  readonly percent: number;
  /** Null where it does not go on: it is neither followed nor cancelled then. */
  readonly events: string | null;
  readonly cancel: string | null;
  /** Null where there is none, or none any more. */
  readonly file: string | null;
  readonly back: string;
  /** Where it can be asked for anew; null where there is no need to. */
  readonly again: string | null;
}

/** Input of `applications/office/saved-filters.njk`. */
export interface SavedFiltersView {
  readonly problems: readonly { readonly message: Message; readonly href?: string }[];
  /** Where a filter is to be kept now. */
  readonly form: { readonly query: string; readonly back: string; readonly field: PanelField } | null;
  readonly full: boolean;
  readonly most: number;
  readonly filters: readonly {
    readonly id: string;
    readonly name: string;
    readonly href: string;
    readonly isDefault: boolean;
    readonly first: boolean;
  }[];
}

/** Input of `applications/office/own.njk`: somebody without an office sees their own applications. */
export interface OwnListView {
  readonly applications: readonly {
    readonly href: string;
    readonly title: string;
    readonly number: string | null;
    readonly state: Tag;
    readonly sentence: Message;
    readonly deadline: DeadlineView | null;
  }[];
}

export interface FileRow {
  /** Anchor that the list of changes leads to. */
  readonly id: string;
  readonly label: Words;
  readonly values: readonly Words[];
  /** In place of the values. */
  readonly table?: TableOfWords;
  readonly lang?: string;
  readonly action?: { readonly href: string; readonly text: Message };
  /** What it was before; null where it is as it was. */
  readonly changed: { readonly before: string | null } | null;
}

export interface FileGroup {
  readonly id: string;
  readonly title: string;
  readonly lang?: string;
  readonly rows: readonly FileRow[];
}

/** A field of `components/field.njk`. */
export interface PanelField {
  readonly kind: 'text' | 'textarea' | 'select' | 'radios';
  readonly name: string;
  readonly label: Message;
  readonly hint?: Message;
  readonly value: string;
  readonly error?: Words;
  readonly optional?: boolean;
  readonly rows?: number;
  readonly options?: readonly {
    readonly value: string;
    readonly label: Words;
    readonly hint?: Words;
    readonly lang?: string;
  }[];
}

/** Fields that a return can open for correction, by their pages. */
export interface ReturnGroups {
  readonly error?: Words;
  readonly groups: readonly {
    readonly title: string;
    readonly fields: readonly { readonly value: string; readonly label: string; readonly checked: boolean }[];
  }[];
}

/** What the reader can do with the file now. */
export interface ActPanel {
  readonly act: string;
  readonly action: string;
  readonly title: Message;
  readonly tabs: readonly { readonly href: string; readonly text: Message; readonly current: boolean }[];
  readonly does: readonly Message[];
  readonly tells: readonly Message[];
  readonly final: Message | null;
  readonly version: string;
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  readonly returnGroups: ReturnGroups | null;
  readonly fields: readonly PanelField[];
  readonly button: Message;
  readonly warning: boolean;
}

export interface NominationView {
  readonly state: Tag;
  readonly host: Named;
  readonly rows: readonly { readonly label: Message; readonly value: Words; readonly lang?: string }[];
}

/** Input of `applications/office/_co-applicants.njk`: who applies together with the applicant. */
export interface FileCoApplicants {
  readonly withheld: Words | null;
  readonly people: readonly {
    readonly name: { readonly text: string; readonly lang: string };
    readonly otherNames: readonly (string | null)[];
    readonly country: string | null;
    readonly part: string;
    readonly state: Tag;
    readonly since: string;
  }[];
}

/** Input of `applications/office/_references.njk`: letters of reference. */
export interface FileReferences {
  readonly due: string;
  readonly confidential: boolean;
  readonly withheld: Message | null;
  readonly letters: readonly {
    readonly name: Named;
    readonly relation: Message;
    readonly state: Tag;
    readonly since: string;
    readonly href: string | null;
    readonly withheld: Words | null;
  }[];
}

/** What an office reads of one document, and what it can do with it. */
export interface CheckedDocument {
  readonly id: string;
  readonly label: string;
  /** Translation, legalisation. */
  readonly asks: readonly Words[];
  readonly required: boolean;
  /** Null for whoever sees nothing of the checking. */
  readonly state: Tag | null;
  readonly withheld: Words | null;
  readonly reason: string | null;
  readonly since: string | null;
  readonly due: DeadlineView | null;
  readonly versions: readonly VersionView[];
  /** The version that is judged by what the reader does. */
  readonly seen: string;
  /** Null where the reader cannot do it now. */
  readonly accept: { readonly action: string } | null;
  readonly correct: DocumentForm | null;
  readonly waive: DocumentForm | null;
}

export interface DocumentForm {
  readonly action: string;
  readonly open: boolean;
  readonly fields: readonly PanelField[];
}

export interface CheckedDocuments {
  readonly acceptAll: { readonly action: string; readonly count: number } | null;
  readonly items: readonly CheckedDocument[];
}

/** Input of `applications/office/review.njk`. */
export interface ReviewView {
  /** Null where the form asks for none. */
  readonly documents: CheckedDocuments | null;
  readonly head: ApplicationHead;
  readonly state: Tag;
  readonly sentence: Message | null;
  /** The applicant's name, as they write it first. */
  readonly names: readonly { readonly name: string; readonly lang: string }[];
  readonly problems: readonly { readonly message: Words; readonly href?: string }[];
  /** Somebody changed the file while the reader was writing. */
  readonly stale: boolean;
  readonly panel: ActPanel | null;
  readonly whyNot: Message | null;
  /** What binds the reader to the applicant, as they declared it, and where they say so. */
  readonly conflict: { readonly declared: readonly Message[]; readonly href: string | null };
  readonly route: RouteView;
  readonly custody: readonly CustodyRow[];
  readonly gates: readonly GateLine[];
  /** Where its home institution puts it, for whoever sees no nominations. */
  readonly rank: Message | null;
  /** That it came by a code, because it was invited or late. */
  /** That no institution sends it, and who does instead. */
  readonly freemover: Message | null;
  readonly byCode: Message | null;
  /** Where the reader may say which unit works on it: of their own side or sides, if it has units. */
  readonly units: readonly {
    readonly side: ExchangeSide;
    readonly title: Message;
    readonly action: string;
    readonly current: string;
    readonly options: readonly Option[];
  }[];
  /** Where the applicant and the offices write to one another; null for whoever does not read it. */
  readonly messages: MessagesLink | null;
  /** Where other applications are that may be the same person's; null where none is known to the reader. */
  readonly duplicates: {
    readonly href: string;
    readonly lines: readonly Message[];
    readonly open: boolean;
  } | null;
  /** What officers write for one another; null for whoever sees no notes. `field`: null for whoever writes none. */
  readonly notes: {
    readonly items: readonly {
      readonly id: string;
      readonly by: Part | null;
      readonly for: Part | null;
      readonly iso: string;
      readonly at: string;
      readonly lines: readonly string[];
    }[];
    readonly field: PanelField | null;
  } | null;
  readonly returned: { readonly reason: string; readonly fields: readonly string[] } | null;
  readonly changes:
    readonly { readonly label: Words; readonly href: string | null; readonly gone: boolean }[] | null;
  readonly nominations: readonly NominationView[];
  readonly pair: PairView | null;
  readonly approvalHref: string | null;
  readonly groups: readonly FileGroup[];
  /** Null where the form asks for none. */
  readonly references: FileReferences | null;
  readonly coApplicants: FileCoApplicants | null;
  readonly dossierHref: string;
  /** Why consents, transfers and what happened are not shown; null where they are. */
  readonly withheldHistory: Message | null;
  readonly consents: readonly {
    readonly wording: string;
    readonly lang: string;
    readonly given: string;
    readonly inForce: boolean;
  }[];
  readonly transfers: readonly {
    readonly at: string;
    readonly from: string;
    readonly to: string;
    readonly recipient: Named | null;
    readonly purpose: Message;
    readonly basis: Message;
    readonly fields: string;
  }[];
  readonly timeline: readonly {
    readonly iso: string;
    readonly at: string;
    readonly what: Words;
    readonly who: Part | null;
  }[];
}

/** Input of `applications/office/conflict.njk`. */
export interface ConflictFormView {
  readonly number: string | null;
  readonly action: string;
  readonly cancelHref: string;
  /** What stands already. */
  readonly declared: readonly Message[];
  readonly problems: readonly { readonly message: Words; readonly href?: string }[];
  readonly field: PanelField;
}

/** Input of `applications/office/already.njk`: somebody was first, or the file is not the reader's any more. */
export interface AlreadyView {
  readonly title: Message;
  readonly what: Words;
  readonly who: Part | null;
  readonly at: string | null;
  readonly text: Message;
  /** Null where the file is not open to the reader any more. */
  readonly href: string | null;
  readonly number: string | null;
  readonly typed: readonly string[];
}
