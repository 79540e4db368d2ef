import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { DomainError } from '../../../shared/domain-error.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { Language } from '../../../shared/language.js';
import type { RequestContext } from '../../../shared/request-context.js';
import type { CallView } from '../../domain/call.js';
import type { OpenWatch, TypedAddress } from '../../operations/watch-calls.js';
import type { WatchFormView, WatchedView } from '../views/watch-views.js';

export function presentWatchForm(
  translator: Translator,
  language: Language,
  call: CallView,
  typed: TypedAddress,
  error: DomainError | null,
): WatchFormView {
  const problem = (name: string) => {
    const found = error?.fields.find(({ field }) => field === name);
    return found ? { error: { key: `problems.${found.problem}` } } : {};
  };
  const label = (name: string): Message => ({ key: `calls.watch.fields.${name}` });
  const href = `/calls/${call.slug}`;
  return {
    title: translator.localized(language, call.title),
    href,
    action: `${href}/watch`,
    signInHref: `/sign-in?return=${encodeURIComponent(href)}`,
    problems: (error?.fields ?? []).map(({ field, problem: what }) => ({
      message: { key: `problems.${what}` },
      href: `#field-${field}`,
    })),
    fields: [
      {
        kind: 'email',
        name: 'email',
        label: label('email'),
        hint: { key: 'calls.watch.hint' },
        value: typed.email,
        autocomplete: 'email',
        ...problem('email'),
      },
      {
        kind: 'radios',
        name: 'language',
        label: label('language'),
        value: typed.language,
        options: LANGUAGES.map((value) => ({
          value,
          label: translator.t(language, `common.languages.${value}`),
          lang: value,
        })),
        ...problem('language'),
      },
    ],
  };
}

/** @param open null where nobody follows by the link any more */
export function presentWatch(
  translator: Translator,
  { language, clock }: RequestContext,
  token: string,
  open: OpenWatch | 'unknown' | null,
): WatchedView {
  const action = `/watches/${encodeURIComponent(token)}`;
  if (open === 'unknown' || open === null) {
    const what = open ?? 'stopped';
    return {
      heading: { key: `calls.watch.${what}_title` },
      text: { key: `calls.watch.${what}_text` },
      call: null,
      confirm: null,
      stop: null,
    };
  }
  const { watch, call } = open;
  const what = watch.confirmedAt ? 'confirmed' : 'confirm';
  const opens = translator.deadline(language, call.opensAt, [call.timeZone], clock.now()).absolute;
  return {
    heading: { key: `calls.watch.${what}_title` },
    text: { key: `calls.watch.${what}_text`, values: { opens } },
    call: { title: translator.localized(language, call.title), href: `/calls/${call.slug}` },
    confirm: watch.confirmedAt ? null : action,
    stop: `${action}/stop`,
  };
}
