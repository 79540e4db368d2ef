import type { Message } from '../../../platform/http/page.js';
import type { RightsOfSubject, TabLink, Words } from './rights-views.js';

export interface Tag {
  readonly kind: 'leaf' | 'brass' | 'brick' | 'plum' | 'sky' | 'grey';
  readonly text: Message;
}

/** An act that is offered, or told with the reason why it is not. */
export interface OfferedAct {
  readonly href: string;
  /** Null where the act may be done. */
  readonly refusal: Message | null;
}

export interface HistoryLine {
  readonly iso: string;
  readonly at: string;
  readonly what: Message;
  readonly reason: string | null;
}

/** One grant as pages tell of it. */
export interface GrantLine {
  readonly id: string;
  readonly person: { readonly name: string; readonly email: string; readonly href: string };
  readonly role: Message;
  readonly roleHref: string;
  /** Where it holds: the institution, its unit, the side; the country; the call and its panel. */
  readonly scope: readonly Words[];
  readonly state: Tag;
  readonly term: Message;
  readonly reason: string;
  /** For whom a deputy acts. */
  readonly actingFor: Message | null;
  readonly history: readonly HistoryLine[];
  readonly revoke: OfferedAct | null;
}

export interface Choice {
  readonly value: string;
  readonly label: Words;
  readonly hint?: Words;
}

/** A field of `components/field.njk`. */
export interface FormField {
  readonly kind: 'text' | 'email' | 'textarea' | 'select' | 'radios' | 'date';
  readonly name: string;
  readonly label: Message;
  readonly hint?: Words;
  readonly value: string | { readonly day: string; readonly month: string; readonly year: string };
  readonly error?: Message;
  readonly optional?: boolean;
  readonly rows?: number;
  readonly autocomplete?: string;
  readonly options?: readonly Choice[];
}

export interface ProblemLine {
  readonly message: Words;
  readonly href?: string;
}

/** Input of `access/people.njk`. */
export interface PeopleView {
  readonly tabs: readonly TabLink[];
  readonly mayGrant: boolean;
  readonly secondFactorMissing: boolean;
  readonly filters: {
    readonly q: string;
    readonly role: string;
    readonly roles: readonly Choice[];
    readonly institution: string;
    readonly institutions: readonly Choice[];
    readonly state: string;
    readonly states: readonly Choice[];
  };
  readonly list: object;
}

/** Input of `access/person.njk`. */
export interface PersonPageView {
  readonly tabs: readonly TabLink[];
  readonly name: string;
  readonly nameLanguage: string;
  readonly facts: readonly { readonly label: Message; readonly value: Words; readonly lang?: string }[];
  readonly own: boolean;
  readonly current: readonly GrantLine[];
  readonly ended: readonly GrantLine[];
  readonly whyHref: string;
  readonly grantHref: string | null;
  /** Null where it is not offered to the reader at all. */
  readonly resetPasskeys: OfferedAct | null;
  readonly conflicts: readonly ConflictLine[];
}

/** Input of `access/grant.njk`: giving a role, inviting to one, appointing a deputy. */
export interface GrantFormView {
  readonly title: Message;
  readonly lead: Message;
  /** The first step: which role. Null when it is chosen. */
  readonly roles: readonly (Choice & { readonly href: string })[] | null;
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly chosen: {
    readonly role: Message;
    readonly about: Message;
    /** Where it is known before the form is. */
    readonly scope?: readonly Words[];
    readonly changeHref: string | null;
  } | null;
  readonly fields: readonly FormField[];
  readonly problems: readonly ProblemLine[];
  readonly fourEyes: boolean;
  readonly button: Message;
  readonly cancelHref: string;
}

/** Input of `access/revoke.njk`. */
export interface ReasonFormView {
  readonly title: Message;
  readonly lead: Message;
  readonly grant: GrantLine;
  readonly action: string;
  readonly field: FormField;
  readonly problems: readonly ProblemLine[];
  readonly button: Message;
  readonly cancelHref: string;
}

/** Input of `access/confirmations.njk`. */
export interface ConfirmationsView {
  readonly tabs: readonly TabLink[];
  readonly grants: readonly (GrantLine & {
    readonly confirm: OfferedAct;
    readonly refuseHref: string;
  })[];
}

/** Input of `access/invitations.njk`. */
export interface InvitationsView {
  readonly tabs: readonly TabLink[];
  readonly states: readonly TabLink[];
  readonly invitations: readonly {
    readonly id: string;
    readonly email: string;
    readonly role: Message;
    readonly actingFor: Message | null;
    readonly scope: readonly Words[];
    readonly state: Tag;
    readonly term: Message;
    readonly sent: Message;
    readonly expires: Message | null;
    readonly reason: string;
    readonly resendHref: string | null;
    readonly withdrawHref: string | null;
    readonly refusal: Message | null;
  }[];
  readonly empty: {
    readonly title: Message;
    readonly why: Message;
    readonly action?: { readonly href: string; readonly text: Message };
  };
  readonly pagination: { readonly previous: string | null; readonly next: string | null };
}

/** Input of `access/proposals.njk`. */
export interface ProposalsView {
  readonly tabs: readonly TabLink[];
  readonly proposals: readonly {
    readonly id: string;
    readonly person: { readonly name: string; readonly email: string };
    readonly role: Message;
    readonly scope: readonly Words[];
    readonly claim: string;
    readonly at: string;
    readonly refusal: Message | null;
    readonly grantHref: string;
    readonly dismissHref: string;
  }[];
}

/** Input of `access/deputies.njk`. */
export interface DeputiesView {
  readonly tabs: readonly TabLink[];
  readonly deputies: readonly GrantLine[];
  /** For whom the reader acts themselves. */
  readonly actingFor: readonly GrantLine[];
  /** Why nobody can be appointed, or null where somebody can. */
  readonly refusal: Message | null;
  readonly fields: readonly FormField[];
  readonly problems: readonly ProblemLine[];
}

/** Input of `access/my-rights.njk`. */
export interface MyRightsView {
  readonly tabs: readonly TabLink[];
  readonly secondFactorMissing: boolean;
  readonly roles: readonly {
    readonly name: Message;
    readonly scope: readonly Words[];
    readonly state: Tag;
    readonly term: Message | null;
    readonly actingFor: Message | null;
    readonly idle: boolean;
    readonly subjects: readonly RightsOfSubject[];
  }[];
  readonly conflicts: readonly ConflictLine[];
}

/** A conflict of interest that somebody declared. */
export interface ConflictLine {
  readonly kind: Message;
  /** The application on whose page it was declared, for whoever may open it. */
  readonly file: { readonly name: string; readonly href: string } | null;
  readonly declared: Message;
  /** When, by whom and why it was lifted; null while it stands. */
  readonly lifted: { readonly when: Message; readonly reason: string } | null;
  readonly lift: OfferedAct | null;
}

/** Input of `access/lift-conflict.njk`. */
export interface LiftConflictView {
  readonly name: string;
  readonly nameLanguage: string;
  readonly conflict: ConflictLine;
  readonly action: string;
  readonly field: FormField;
  readonly problems: readonly ProblemLine[];
  readonly cancelHref: string;
}

/** Input of `access/history.njk`. */
export interface OwnHistoryView {
  readonly tabs: readonly TabLink[];
  readonly entries: readonly {
    readonly iso: string;
    readonly at: string;
    readonly what: Message;
    readonly record: { readonly name: Words; readonly href: string | null } | null;
    readonly capacity: Message | null;
    /** Done by a deputy, or as one. */
    readonly deputy: Message | null;
  }[];
  readonly older: string | null;
  readonly newest: string | null;
}

/** Input of `access/why.njk`. */
export interface WhyView {
  readonly tabs: readonly TabLink[];
  readonly action: string;
  readonly fields: readonly FormField[];
  readonly hidden: Readonly<Record<string, string>>;
  readonly person: { readonly name: string; readonly href: string | null } | null;
  readonly problems: readonly ProblemLine[];
  readonly answer: WhyAnswer | null;
}

export interface WhyAnswer {
  readonly allowed: Tag;
  readonly sentence: Message;
  readonly record: { readonly name: string; readonly href: string; readonly state: Message } | null;
  /** That only part of the person's roles are known to the asker, and more. */
  readonly notes: readonly Message[];
  readonly rows: readonly {
    readonly role: Message;
    readonly roleHref: string;
    readonly relation: Message;
    readonly states: readonly Message[] | null;
    readonly verdict: Tag;
    readonly checks: readonly {
      readonly label: Message;
      readonly answer: Message;
      readonly holds: boolean | null;
    }[];
    readonly actingFor: Message | null;
  }[];
}
