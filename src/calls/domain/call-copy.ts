import type { Id } from '../../shared/ids.js';
import { dayYearsLater, yearsLater } from '../../shared/zoned-time.js';
import { academicYearFrom } from './call-draft.js';
import type { CallDraft } from './call-draft.js';
import type { FormDefinition } from './form.js';

/** So many years later, counted so that nothing of it has passed: at least one. */
function yearsUntilOpen(closesAt: Date, zone: string, now: Date): number {
  for (let years = 1; ; years++) if (yearsLater(closesAt, years, zone) > now) return years;
}

/**
 * The same call for another year: every word, place, question and condition, dates moved by whole years at the same time
 * of the clocks, the academic year with them. Places are new ones: nobody has chosen them yet.
 *
 * @param slug of the copy
 * @param ids of the copy's places by those of the call's
 */
export function copiedDraft(draft: CallDraft, slug: string, ids: ReadonlyMap<Id, Id>, now: Date): CallDraft {
  const years = yearsUntilOpen(draft.closesAt, draft.timeZone, now);
  const later = (instant: Date) => yearsLater(instant, years, draft.timeZone);
  return {
    ...draft,
    // The copy of a second round is a call of its own: with places of its own quota.
    round: null,
    slug,
    academicYear: academicYearFrom(Number(draft.academicYear.slice(0, 4)) + years),
    opensAt: later(draft.opensAt),
    closesAt: later(draft.closesAt),
    stayFrom: dayYearsLater(draft.stayFrom, years),
    stayUntil: dayYearsLater(draft.stayUntil, years),
    places: draft.places.map(({ id, ...place }) => ({ ...place, fromPlaceId: null, ...newIdOf(ids, id) })),
    ...(draft.form ? { form: withPlaces(draft.form, ids) } : {}),
  };
}

/** The address of a copy: the year that the address names is moved along, where it names one. */
export function copiedSlug(slug: string, from: string, to: string): string {
  const [year, next] = [from.slice(0, 4), to.slice(0, 4)];
  return slug.includes(year) ? slug.replace(year, next) : `${slug}-${next}`;
}

/** Questions that are asked for some places only are asked for their copies. */
export function withPlaces(form: FormDefinition, ids: ReadonlyMap<Id, Id>): FormDefinition {
  return {
    ...form,
    sections: form.sections.map((section) => ({
      ...section,
      questions: section.questions.map((question) =>
        question.places
          ? { ...question, places: question.places.map((place) => ids.get(place) ?? place) }
          : question,
      ),
    })),
  };
}

function newIdOf(ids: ReadonlyMap<Id, Id>, old: Id | undefined): { readonly id?: Id } {
  const id = old === undefined ? undefined : ids.get(old);
  return id === undefined ? {} : { id };
}
