import fc from 'fast-check';
import { templateEnvironment } from '../../src/platform/templates/template-environment.js';
import type { SayIn } from '../../src/platform/http/worklist-rows.js';

/** What functions that write rows are compared with: the components of the design system, given whatever may stand in a row. */

/** Says a key and what it is filled with. */
export const sayKeys: SayIn = (key, values) => `${key} ${Object.values(values ?? {}).join(' ')}`;

const environment = templateEnvironment({ t: sayKeys });

/** What a template makes of this context, by the components. */
export const byComponents = (template: string, context: object): string =>
  withoutBreaks(environment.renderString(template, context));

/** Line breaks of a template are none of its words. Texts made here have none. */
export const withoutBreaks = (html: string): string => html.replace(/ *\n */g, '');

/** Texts that would be markup, or code of a template, where they are not escaped. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</td></tr></table><h1>',
  '&lt;b&gt;',
  'a\\b',
  '{{ t("x") }}{% raw %}',
  '`${1}`',
];

export const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'grapheme' }).map(withoutBreaks),
);
const key = anyText.filter((each) => each !== '');
/** A text, or a key with or without what it is filled with. */
export const anyWords = fc.oneof(
  anyText,
  fc.record({ key }),
  fc.record({ key, values: fc.record({ name: anyText }) }),
);
export const maybe = <T>(what: fc.Arbitrary<T>) => fc.option(what, { nil: undefined });
