import type { Hashable } from '../../shared/content-hash.js';
import type { CallView, PlaceView } from './call.js';
import type { FormDefinition } from './form.js';
import { placeTermsContent } from './place.js';
import { selectionContent } from './selection.js';

/**
 * What both countries approve when they approve a call: every word and number that an applicant may rely on. What moves
 * afterwards (the state, places taken) is left out, so that the published text can be compared with the approved one.
 */
export function callContent(call: CallView, form: FormDefinition, places: readonly PlaceView[]): Hashable {
  return {
    slug: call.slug,
    category: call.category,
    route: call.route,
    title: { ...call.title },
    summary: { ...call.summary },
    whoMayApply: { ...call.whoMayApply },
    funding: { ...call.funding },
    themes: call.themes,
    agreementId: call.agreementId,
    academicYear: call.academicYear,
    timeZone: call.timeZone,
    opensAt: call.opensAt,
    closesAt: call.closesAt,
    graceMinutes: call.graceMinutes,
    stayFrom: call.stayFrom,
    stayUntil: call.stayUntil,
    maxChoices: call.maxChoices,
    homeEndorsement: call.homeEndorsement,
    // Absent where it is not so: calls were approved before there was such a rule.
    ...(call.independentAssessment ? { independentAssessment: true } : {}),
    ...(call.freemovers ? { freemovers: { ...call.freemovers } } : {}),
    promises: { ...call.promises },
    // Rules that were written for a call which then does not rank are nobody's promise.
    ...(call.selection && call.route === 'ranked' ? { selection: selectionContent(call.selection) } : {}),
    // Only of a second round: whose places it gives, and to whom.
    ...(call.round ? { round: { of: call.round.of, newApplicants: call.round.newApplicants } } : {}),
    directions: call.directions.map((direction) => ({ ...direction })),
    ...(form.eligibility ? { eligibility: form.eligibility } : {}),
    form: form.sections.map((section) => ({
      ...section,
      title: { ...section.title },
      intro: section.intro && { ...section.intro },
      visibleIf: section.visibleIf && { ...section.visibleIf },
      questions: section.questions.map((question) => ({
        ...question,
        label: { ...question.label },
        hint: question.hint && { ...question.hint },
        options: question.options?.map(({ value, label }) => ({ value, label: { ...label } })),
        visibleIf: question.visibleIf && { ...question.visibleIf },
        columns: question.columns?.map((column) => ({
          ...column,
          label: { ...column.label },
          options: column.options?.map(({ value, label }) => ({ value, label: { ...label } })),
        })),
      })),
      documents: section.documents.map((document) => ({
        ...document,
        label: { ...document.label },
        hint: document.hint && { ...document.hint },
        visibleIf: document.visibleIf && { ...document.visibleIf },
      })),
      consents: section.consents.map((consent) => ({ ...consent, text: { ...consent.text } })),
      references: section.references && { ...section.references },
      // Absent where a form has none: what was approved before there were any keeps its hash.
      coApplicants: section.coApplicants && {
        ...section.coApplicants,
        roles: section.coApplicants.roles && { ...section.coApplicants.roles },
      },
    })),
    places: places.map(({ institution, services, id, ...place }) => ({
      id,
      institutionId: institution.id,
      fieldCode: place.fieldCode,
      level: place.level,
      language: place.language,
      languageLevel: place.languageLevel,
      months: place.months,
      capacity: place.capacity,
      services: services && { ...services },
      ...placeTermsContent(place),
      ...(place.fromPlaceId === null ? {} : { from: place.fromPlaceId }),
    })),
  };
}
