import type { FormFields } from '../../../platform/http/session-data.js';
import type { CountryCode } from '../../../shared/country.js';
import type { Id } from '../../../shared/ids.js';
import { MOST_ANCHORS, MOST_GUIDANCE, MOST_LABEL } from '../../domain/selection.js';
import type { Criterion, QuotaGroup, ScaleAnchor } from '../../domain/selection.js';
import type { CriterionDraft } from '../../domain/selection-editing.js';
import type { ComposerEntries } from './composer-entries.js';
import { isEmpty } from './composer-entries.js';
import { rowsOf } from './read-item-entry.js';

const HIGHEST = 100;
const MOST_SEATS = 10_000;
/** Rows for the words of a scale that a new criterion begins with: its ends and its middle. */
const NEW_ANCHORS = 3;

/** A criterion as it was typed; what cannot be read is told. */
export function readCriterion(entries: ComposerEntries): CriterionDraft {
  const number = (name: string, least: number) => {
    if (entries.text(name) === '') entries.add(name, 'required');
    return entries.count(name, least, HIGHEST) ?? least;
  };
  const label = entries.requiredWords('label', MOST_LABEL);
  const guidance = entries.optionalWords('guidance', MOST_GUIDANCE) ?? null;
  const weight = number('weight', 1);
  const [min, max] = [number('min', 0), number('max', 1)];
  if (max <= min && entries.text('max') !== '') entries.add('max', 'scale_downwards');
  return {
    label,
    guidance,
    weight,
    scale: { min, max },
    anchors: readAnchors(entries, min, max),
    comment: entries.ticked('comment') ? 'required' : 'optional',
  };
}

/** The words of some values of the scale, from the lowest on. */
function readAnchors(entries: ComposerEntries, min: number, max: number): readonly ScaleAnchor[] {
  const anchors: ScaleAnchor[] = [];
  for (const row of rowsOf(entries, 'anchor', MOST_ANCHORS)) {
    const name = `anchor-${row}`;
    const words = entries.words(name, MOST_LABEL);
    const typed = entries.text(`${name}-value`);
    if (isEmpty(words) && typed === '') continue;
    if (typed === '') entries.add(`${name}-value`, 'required');
    const value = entries.count(`${name}-value`, min, Math.max(min, max));
    if (isEmpty(words)) entries.add(`${name}-value`, 'anchor_without_words');
    if (value === undefined) continue;
    if (anchors.some((anchor) => anchor.value === value)) entries.add(`${name}-value`, 'repeated');
    anchors.push({ value, words });
  }
  return anchors.toSorted((a, b) => a.value - b.value);
}

export function criterionFields({ label, guidance, weight, scale, anchors, comment }: Criterion): FormFields {
  const fields: Record<string, string> = {
    ...words('label', label),
    ...(guidance ? words('guidance', guidance) : {}),
    weight: String(weight),
    min: String(scale.min),
    max: String(scale.max),
    ...(comment === 'required' ? { comment: 'yes' } : {}),
    'anchor-rows': String(anchors.length),
  };
  anchors.forEach((anchor, row) => {
    Object.assign(fields, words(`anchor-${row}`, anchor.words), {
      [`anchor-${row}-value`]: String(anchor.value),
    });
  });
  return fields;
}

/** A criterion of which nothing is said yet. */
export function newCriterionFields(): FormFields {
  return { weight: '', min: '0', max: '10', comment: 'yes', 'anchor-rows': String(NEW_ANCHORS) };
}

/** Of which hosts a group counts the places, as one value of a list. */
export const WHOLE_CALL = 'call';
export const ANY_HOME = 'any';
export const ofCountry = (code: CountryCode) => `country ${code}`;
export const ofInstitution = (id: Id) => `institution ${id}`;

/**
 * A group as it was typed.
 *
 * @param hosts the country of each institution that has places in the call
 */
export function readGroup(
  entries: ComposerEntries,
  ways: readonly { readonly homeCountry: CountryCode; readonly hostCountry: CountryCode }[],
  hosts: ReadonlyMap<Id, CountryCode>,
): QuotaGroup {
  const countries = [...new Set(ways.map(({ hostCountry }) => hostCountry))];
  const homes = [...new Set(ways.map(({ homeCountry }) => homeCountry))];
  const host = entries.oneOf('host', [
    WHOLE_CALL,
    ...countries.map(ofCountry),
    ...[...hosts.keys()].map(ofInstitution),
  ]);
  const home = entries.oneOf('home', [ANY_HOME, ...homes]);
  if (entries.text('host') === '') entries.add('host', 'required_choice');
  if (entries.text('home') === '') entries.add('home', 'required_choice');
  if (entries.text('cap') === '') entries.add('cap', 'required');
  return {
    hostInstitutionId: [...hosts.keys()].find((id) => host === ofInstitution(id)) ?? null,
    hostCountry: countries.find((code) => host === ofCountry(code)) ?? null,
    homeCountry: homes.find((code) => home === code) ?? null,
    cap: entries.count('cap', 0, MOST_SEATS) ?? 0,
  };
}

export function groupFields({ hostInstitutionId, hostCountry, homeCountry, cap }: QuotaGroup): FormFields {
  return {
    host: hostInstitutionId
      ? ofInstitution(hostInstitutionId)
      : hostCountry
        ? ofCountry(hostCountry)
        : WHOLE_CALL,
    home: homeCountry ?? ANY_HOME,
    cap: String(cap),
  };
}

function words(name: string, { sr, ru, en }: Criterion['label']): Readonly<Record<string, string>> {
  return { [`${name}-sr`]: sr, [`${name}-ru`]: ru, [`${name}-en`]: en };
}
