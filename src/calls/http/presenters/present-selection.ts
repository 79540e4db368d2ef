import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import { institutionName } from '../../../universities/public.js';
import type { PlaceView } from '../../domain/call.js';
import { appealTermsOf } from '../../domain/selection.js';
import type { QuotaGroup, SelectionRules } from '../../domain/selection.js';
import { shareOf } from '../../domain/selection-editing.js';

/** How a call selects, as everybody reads it. */
export interface SelectionView {
  readonly criteria: readonly CriterionView[];
  /** The rules by their subject, each with its sentences. */
  readonly rules: readonly { readonly title: Message; readonly lines: readonly Message[] }[];
}

export interface CriterionView {
  readonly label: string;
  readonly guidance: string | null;
  readonly share: string;
  readonly scale: Message;
  readonly anchors: readonly { readonly value: string; readonly words: string }[];
  readonly commented: boolean;
}

type Sayer = { readonly translator: Translator; readonly language: Language };
const say = (key: string, values?: Message['values']): Message => ({
  key: `calls.selection.${key}`,
  ...(values ? { values } : {}),
});

export function presentSelection(
  reader: Sayer,
  rules: SelectionRules,
  places: readonly PlaceView[],
): SelectionView {
  const { translator, language } = reader;
  const { review, combination, ranking, seats, windows } = rules;
  const appeals = appealTermsOf(rules);
  const groups = seats.groups.map((group) => groupWords(reader, group, hostNames(reader, places)));
  // Of places that are kept for nobody there is nothing to say.
  const keeps = places.some(({ reserved }) => reserved.length > 0);
  const part = (title: string, lines: readonly Message[]) =>
    lines.length > 0 ? [{ title: say(`titles.${title}`), lines }] : [];
  const listed = (words: string, parts: readonly string[]) =>
    translator.list(
      language,
      parts.map((each) => translator.t(language, `calls.selection.${words}.${each}`)),
    );
  return {
    criteria: rules.criteria.map((criterion) => ({
      label: translator.localized(language, criterion.label),
      guidance: criterion.guidance && translator.localized(language, criterion.guidance),
      share: shareWords(reader, rules, criterion),
      scale: scaleWords(criterion),
      anchors: criterion.anchors.map(({ value, words }) => ({
        value: translator.number(language, value),
        words: translator.localized(language, words),
      })),
      commented: criterion.comment === 'required',
    })),
    rules: [
      ...part('reviews', [
        say(review.bySide ? 'lines.by_side' : 'lines.together', { count: review.perApplication }),
        ...(review.anonymous.length > 0
          ? [
              say('lines.anonymous', {
                parts: listed('anonymous', review.anonymous),
              }),
            ]
          : []),
        ...(review.binding?.length
          ? [say('lines.binding', { parts: listed('binding', review.binding) })]
          : []),
        ...(review.interview ? [say('lines.interview')] : []),
        ...(review.feedback === 'summary' ? [say('lines.feedback')] : []),
        say(`options.combination_method.${combination.method}.text`),
        ...(combination.minimum === null ? [] : [say('lines.minimum', { points: combination.minimum })]),
      ]),
      ...part('ranking', [
        say(`options.ranking_per.${ranking.per}.text`),
        say(`options.ranking_tie.${ranking.tie}.text`),
      ]),
      ...part('seats', [
        ...(keeps
          ? [
              say(`options.seats_filling.${seats.filling}.text`),
              say(`options.seats_unclaimed.${seats.unclaimed}.text`),
            ]
          : []),
        ...(seats.perHomeInstitution === null
          ? []
          : [say('lines.per_home_institution', { count: seats.perHomeInstitution })]),
        ...groups,
      ]),
      ...part('windows', [
        say('lines.objections', { count: windows.objectionDays }),
        say('lines.how_to_object'),
        say(appeals.newEvidence ? 'lines.grounds_and_evidence' : 'lines.grounds'),
        say('lines.admission', { count: appeals.admissibilityDays }),
        say('lines.appeal_panel', { count: appeals.panelSize }),
        say('lines.appeals', { count: windows.appealDays }),
        say('lines.appeal_tie'),
      ]),
    ],
  };
}

/** "33.3 %": the part of a criterion in the whole. */
export function shareWords(
  { translator, language }: Sayer,
  rules: Pick<SelectionRules, 'criteria'>,
  criterion: SelectionRules['criteria'][number],
): string {
  const share = Math.round(shareOf(rules, criterion) * 10) / 10;
  return translator.t(language, 'calls.selection.share', { share: translator.number(language, share) });
}

export function scaleWords({ scale }: Pick<SelectionRules['criteria'][number], 'scale'>): Message {
  return say('scale', { min: scale.min, max: scale.max });
}

/** The names of the hosts of a call. */
export function hostNames({ language }: Sayer, places: readonly PlaceView[]): ReadonlyMap<Id, string> {
  return new Map(
    places.map(({ institution }) => [institution.id, institutionName(language, institution).text]),
  );
}

/** "Hosts: Russia · home country: Serbia: at most 3". */
export function groupWords(reader: Sayer, group: QuotaGroup, names: ReadonlyMap<Id, string>): Message {
  return say('group', { whom: groupName(reader, group, names), count: group.cap });
}

/** Whom a group counts. */
export function groupName(
  { translator, language }: Sayer,
  { hostInstitutionId, hostCountry, homeCountry }: QuotaGroup,
  names: ReadonlyMap<Id, string>,
): string {
  const words = (key: string, values?: Message['values']) =>
    translator.t(language, `calls.selection.${key}`, values);
  const host =
    hostInstitutionId !== null
      ? words('group_host.institution', { name: names.get(hostInstitutionId) ?? '—' })
      : hostCountry !== null
        ? words('group_host.country', { name: translator.countryName(language, hostCountry) })
        : words('group_host.call');
  const home =
    homeCountry === null
      ? words('group_home.any')
      : words('group_home.country', { name: translator.countryName(language, homeCountry) });
  return words('group_name', { host, home });
}
