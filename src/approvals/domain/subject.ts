export interface SubjectRef {
  readonly kind: string;
  readonly id: string;
}

/** What it is called for whoever reads, in a list. Values are already in the reader's language. */
export type SubjectName = Pick<SubjectSummary, 'reference' | 'title' | 'titleLang' | 'href'>;

/** What two officers see of what they decide on, whatever it is. Values are already in the reader's language. */
export interface SubjectSummary {
  /** Short: the number of an application, the title of a call. */
  readonly reference: string;
  readonly title: string;
  readonly titleLang: string;
  readonly homeParty: string;
  readonly hostParty: string;
  readonly facts: readonly { readonly label: string; readonly value: string; readonly lang?: string }[];
  /** The page of the whole file. */
  readonly href: string;
}
