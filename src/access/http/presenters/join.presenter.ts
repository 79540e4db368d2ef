import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Language } from '../../../shared/language.js';
import type { AccountJoin } from '../../data/account-joins.js';
import type { JoinOutlook } from '../../operations/join-accounts.js';

/** What `templates/access/join.njk` shows. */
export interface JoinView {
  /** Nobody asked for it; it is to be proved that the other account is theirs; it is proved. */
  readonly step: 'nothing' | 'prove' | 'join' | 'impossible';
  readonly problems: readonly { readonly message: string; readonly href: string }[];
  readonly refuse: string | null;
  readonly obstacle: Message | null;
  readonly choices: readonly {
    readonly kind: 'radios';
    readonly name: string;
    readonly label: Message;
    readonly value: string;
    readonly options: readonly { readonly value: string; readonly label: string; readonly hint: Message }[];
    readonly error?: Message;
  }[];
}

export function presentJoin(
  translator: Translator,
  facts: {
    readonly language: Language;
    readonly open: AccountJoin | null;
    /** Null as long as the other account is not proved. */
    readonly outlook: JoinOutlook | null;
    readonly typed: Readonly<Record<string, unknown>>;
    readonly problems: readonly FieldProblem[];
  },
): JoinView {
  const { language, open, outlook, typed, problems } = facts;
  const choices = (outlook?.conflicts ?? []).map(({ key, title, options }) => {
    const value = typed[key];
    const wrong = problems.some(({ field }) => field === key);
    return {
      kind: 'radios' as const,
      name: key,
      label: { key: 'access.join.which', values: { call: translator.localized(language, title) } },
      value: typeof value === 'string' ? value : '',
      options: options.map((option) => ({
        value: option.value,
        label: option.name,
        hint: { key: option.state },
      })),
      ...(wrong ? { error: { key: 'access.join.which_missing' } } : {}),
    };
  });
  return {
    step: open === null ? 'nothing' : outlook === null ? 'prove' : outlook.obstacle ? 'impossible' : 'join',
    problems: choices
      .filter(({ error }) => error)
      .map(({ name, label }) => ({
        message: `${translator.t(language, label.key, label.values)} ${translator.t(language, 'access.join.which_missing')}`,
        href: `#field-${name}`,
      })),
    refuse: open && `/account/join/${open.id}/refuse`,
    obstacle: outlook?.obstacle ? { key: `reasons.${outlook.obstacle}` } : null,
    choices,
  };
}
