import type { Message } from '../../../platform/http/page.js';
import { institutionCity, institutionName } from '../../../universities/public.js';
import type { InstitutionView } from '../../../universities/public.js';
import type { Reader } from '../presenters/present-call-card.js';
import type { InstitutionModel } from './composer-views.js';

/** The institutions of the register by city, for the picker. */
export function institutionModel(
  { translator, language }: Reader,
  institutions: readonly InstitutionView[],
  q: {
    readonly name: string;
    readonly label: Message;
    readonly hint?: Message;
    readonly value: string;
    readonly error?: Message | null;
  },
): InstitutionModel {
  const compare = translator.compare(language);
  const t = ({ key, values }: Message) => translator.t(language, key, values);
  const groups = new Map<string, InstitutionModel['groups'][number]>();
  for (const institution of institutions) {
    const city = institutionCity(language, institution);
    const label = city?.text ?? translator.countryName(language, institution.country);
    const { text, lang } = institutionName(language, institution);
    const group = groups.get(label) ?? { label, ...(city ? { lang: city.lang } : {}), options: [] };
    groups.set(label, {
      ...group,
      options: [...group.options, { value: institution.id, label: text, lang }],
    });
  }
  return {
    name: q.name,
    label: t(q.label),
    ...(q.hint ? { hint: t(q.hint) } : {}),
    ...(q.error ? { error: q.error } : {}),
    value: q.value,
    optional: false,
    groups: [...groups.values()]
      .map((group) => ({ ...group, options: group.options.toSorted((a, b) => compare(a.label, b.label)) }))
      .toSorted((a, b) => compare(a.label, b.label)),
  };
}
