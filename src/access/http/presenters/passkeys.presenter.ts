import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Actor } from '../../../shared/actor.js';
import type { Language } from '../../../shared/language.js';
import { MOST_LABEL_CHARACTERS, MOST_PASSKEYS, obstacleToRemoving } from '../../domain/passkey-rules.js';
import type { PasskeyView } from '../../operations/passkeys.js';

/** What `templates/access/_passkey.njk` needs to ask the browser for a passkey. */
export interface CeremonyView {
  readonly act: 'enrol' | 'show';
  /** Where the answer is sent. */
  readonly action: string;
  /** Where to go on to; null where the page itself does. */
  readonly back: string | null;
  /** What the passkey is called unless its owner says otherwise; null where none is made. */
  readonly label: string | null;
  readonly mostLabelCharacters: number;
}

/** What `templates/access/second-factor.njk` shows. */
export interface SecondFactorView {
  /** Null where this installation's address allows no passkeys. */
  readonly ceremony: CeremonyView | null;
  readonly first: boolean;
  readonly problem: Message | null;
}

/** What `templates/access/passkeys.njk` shows. */
export interface PasskeysView {
  readonly passkeys: readonly {
    readonly id: string;
    readonly label: string;
    readonly added: string;
    /** Null for one that was never shown again. */
    readonly used: string | null;
    readonly synced: boolean;
    readonly removable: boolean;
  }[];
  /** Null where none can be added now. */
  readonly ceremony: CeremonyView | null;
  /** Whether one has to be shown before anything can be changed. */
  readonly locked: boolean;
  readonly full: boolean;
  readonly possible: boolean;
  readonly most: number;
  readonly mostLabelCharacters: number;
  readonly problem: Message | null;
}

interface CommonFacts {
  readonly language: Language;
  /** Whether this installation's address allows passkeys. */
  readonly possible: boolean;
  readonly problem: Message | null;
}

export function presentSecondFactor(
  translator: Translator,
  facts: CommonFacts & { readonly known: number; readonly back: string },
): SecondFactorView {
  const first = facts.known === 0;
  return {
    ceremony: facts.possible
      ? {
          act: first ? 'enrol' : 'show',
          action: '/account/second-factor',
          back: facts.back,
          label: first ? labelFor(translator, facts.language, 1) : null,
          mostLabelCharacters: MOST_LABEL_CHARACTERS,
        }
      : null,
    first,
    problem: facts.problem,
  };
}

export function presentPasskeys(
  translator: Translator,
  facts: CommonFacts & {
    readonly actor: Actor;
    readonly known: readonly PasskeyView[];
    /** Of the person's country. */
    readonly timeZone: string;
    /** Whether the provider asserted a second factor at this sign-in. */
    readonly asserted: boolean;
  },
): PasskeysView {
  const { language, actor, known, timeZone } = facts;
  const locked = known.length > 0 && !actor.secondFactor;
  const full = known.length >= MOST_PASSKEYS;
  return {
    passkeys: known.map(({ id, label, createdAt, lastUsedAt, synced }) => ({
      id,
      label,
      added: translator.date(language, createdAt, timeZone),
      used: lastUsedAt && translator.dateTime(language, lastUsedAt, timeZone),
      synced,
      removable: obstacleToRemoving(known.length, actor, facts.asserted) === null,
    })),
    ceremony:
      locked || full || !facts.possible
        ? null
        : {
            act: 'enrol',
            action: '/account/passkeys',
            back: null,
            label: labelFor(translator, language, known.length + 1),
            mostLabelCharacters: MOST_LABEL_CHARACTERS,
          },
    locked,
    full,
    possible: facts.possible,
    most: MOST_PASSKEYS,
    mostLabelCharacters: MOST_LABEL_CHARACTERS,
    problem: facts.problem,
  };
}

function labelFor(translator: Translator, language: Language, number: number): string {
  return translator.t(language, 'access.passkeys.usualLabel', { number });
}
