import type { Message } from '../../../platform/http/page.js';

/** A text of the programme in the reader's language, or words to translate. */
export type Words = Message | string;

/** A neighbour of the page; see `access/_tabs.njk`. */
export interface TabLink {
  readonly href: string;
  readonly text: Message;
  readonly count?: number;
  readonly current: boolean;
}

/** One thing that a role may do, in plain words. */
export interface Right {
  readonly act: Message;
  /** How somebody has to stand to the record, one of these. */
  readonly where: readonly Message[];
  /** Null where it holds in every state. */
  readonly states: readonly Message[] | null;
  /** Why it is refused although role, relation and state fit. */
  readonly unless: readonly Message[];
}

export interface RightsOfSubject {
  readonly subject: string;
  readonly title: Message;
  readonly rights: readonly Right[];
}

/** Input of `access/roles.njk`. */
export interface RolesView {
  readonly tabs: readonly TabLink[];
  readonly roles: readonly {
    readonly href: string;
    readonly name: Message;
    readonly about: Message;
    readonly scope: Message;
    readonly official: boolean;
    /** Whether the reader has it. */
    readonly held: boolean;
    readonly rights: number;
  }[];
}

/** Input of `access/role.njk`. */
export interface RoleView {
  readonly name: Message;
  readonly about: Message;
  readonly facts: readonly { readonly label: Message; readonly value: Words }[];
  readonly subjects: readonly RightsOfSubject[];
}
