import type { Message } from '../../../platform/http/page.js';

/** The languages in which a unit has its name; Serbian Latin follows from the Cyrillic. */
export const NAME_LANGUAGES = ['sr', 'ru', 'en'] as const;

export interface UnitForm {
  readonly action: string;
  /** Whether it came back with a problem. */
  readonly open: boolean;
  readonly problem: Message | null;
  readonly fields: readonly {
    readonly id: string;
    readonly name: string;
    readonly lang: string;
    readonly label: Message;
    readonly value: string;
    readonly error: Message | null;
  }[];
}

/** Input of `access/units.njk`. */
export interface UnitsView {
  readonly institutions: readonly {
    readonly id: string;
    readonly name: string;
    readonly open: readonly {
      readonly id: string;
      readonly name: string;
      readonly form: UnitForm;
      readonly closeHref: string;
    }[];
    readonly closed: readonly string[];
    readonly add: UnitForm;
  }[];
}
