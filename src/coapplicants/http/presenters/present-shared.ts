import { isEditable, presentCoApplicantState } from '../../../applications/public.js';
import type { SummaryRow } from '../../../applications/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { DomainError } from '../../../shared/domain-error.js';
import type { Language } from '../../../shared/language.js';
import type { RequestContext } from '../../../shared/request-context.js';
import { institutionName } from '../../../universities/public.js';
import { viewOf } from '../../operations/co-applicant-register.js';
import type { SharedApplication, SharedEntry } from '../../operations/read-shared.js';
import type { ReasonView, SharedListView, SharedView } from '../views/co-applicant-views.js';
import { reasonField } from './present-co-applicants.js';
import { nameFor, named } from './words.js';

/** Answers of the text as they are read, by `<section>.<question>`. */
export type ShownAnswers = ReadonlyMap<string, Pick<SummaryRow, 'value' | 'table'>>;

interface Reading {
  readonly translator: Translator;
  readonly request: RequestContext;
  readonly shared: SharedApplication;
  readonly shown: ShownAnswers;
}

export function presentShared(
  { translator, request, shared, shown }: Reading,
  error: DomainError | null,
): SharedView {
  const { language } = request;
  const { file, text, own, applicant } = shared;
  const { application, call } = file;
  const editable = isEditable(file);
  const at = (instant: Date) =>
    translator.deadline(language, instant, [call.timeZone], request.clock.now()).absolute;
  const view = viewOf(own);
  const fact = (key: string, value: SummaryRow['value'], lang?: string): SummaryRow => ({
    label: { key: `coapplicants.facts.${key}` },
    value,
    ...(lang ? { lang } : {}),
  });
  const lead = nameFor(language, applicant);
  return {
    id: application.id,
    number: application.number,
    call: { title: translator.localized(language, call.title), href: `/calls/${call.slug}` },
    applicant: lead,
    state: presentCoApplicantState(view),
    note: noteOf(own, editable, at),
    problem: error && { key: `reasons.${error.reason}`, values: error.values },
    facts: [
      fact('applicant', lead.text, lead.lang),
      fact('part', own.part, named(own.part).lang),
      fact('own_name', view.name, named(view.name).lang),
      fact('application', { key: `applications.states.${application.state}` }),
      ...(editable ? [fact('closes', at(call.closesAt))] : []),
      ...(own.confirmedAt ? [fact('confirmed', at(own.confirmedAt))] : []),
    ],
    groups: text.sections.map((section) => ({
      id: section.id,
      title: translator.localized(language, section.title),
      rows: rowsOf(translator, language, shared, shown, section),
    })),
    others: file.coApplicants
      .filter(({ id, standing }) => id !== own.id && standing !== 'ended')
      .map((each) => ({
        label: each.name,
        labelLang: named(each.name).lang,
        values: [each.part, { key: `record_states.co_applicant.${each.state}` }],
      })),
    hash: text.hash,
    confirmAction: editable && own.state === 'accepted' ? `/co-applications/${application.id}/confirm` : null,
    leaveHref: `/co-applications/${application.id}/leave`,
  };
}

function noteOf(
  own: SharedApplication['own'],
  editable: boolean,
  at: (instant: Date) => string,
): Message | null {
  if (own.state === 'confirmed') return { key: 'coapplicants.shared.is_confirmed' };
  if (!editable) return null;
  return own.voidedAt
    ? { key: 'coapplicants.shared.voided', values: { when: at(own.voidedAt) } }
    : { key: 'coapplicants.shared.to_confirm' };
}

function rowsOf(
  translator: Translator,
  language: Language,
  { file, text }: SharedApplication,
  shown: ShownAnswers,
  section: SharedApplication['text']['sections'][number],
): SummaryRow[] {
  switch (section.kind) {
    case 'questions':
      return section.questions.map((question) => ({
        label: translator.localized(language, question.label),
        ...(shown.get(`${section.id}.${question.id}`) ?? { value: { key: 'common.not_provided' } }),
      }));
    case 'choices':
      return file.choices.map((place, index) => ({
        label: {
          key: 'applications.form.choice',
          values: { rank: translator.number(language, index + 1) },
        },
        value: institutionName(language, place.institution).text,
        lang: institutionName(language, place.institution).lang,
      }));
    default:
      return section.documents.map((document) => {
        const upload = text.uploads.find(({ requirement }) => requirement === document.id);
        return {
          label: translator.localized(language, document.label),
          value: upload ? upload.fileName : { key: 'common.not_provided' },
          ...(upload
            ? {
                action: {
                  href: `/co-applications/${file.application.id}/documents/${upload.id}`,
                  text: { key: 'coapplicants.shared.download' },
                },
              }
            : {}),
        };
      });
  }
}

export function presentLeave(
  translator: Translator,
  language: Language,
  { file, applicant }: SharedApplication,
  { typed, error }: { readonly typed: string; readonly error: DomainError | null },
): ReasonView {
  const { application, call } = file;
  const submitted = application.number !== null;
  return {
    title: { key: 'coapplicants.leave.title' },
    text: {
      key: submitted ? 'coapplicants.leave.text_submitted' : 'coapplicants.leave.text',
      values: { applicant: nameFor(language, applicant).text },
    },
    caption: translator.localized(language, call.title),
    name: null,
    action: `/co-applications/${application.id}/leave`,
    back: `/co-applications/${application.id}`,
    backText: { key: 'coapplicants.leave.back' },
    button: { key: 'coapplicants.leave.confirm' },
    problems: (error?.fields ?? []).map(({ field, problem, values }) => ({
      message: translator.t(language, `problems.${problem}`, values),
      href: `#field-${field}`,
    })),
    field: reasonField('coapplicants.leave', typed, error),
    byLink: false,
  };
}

export function presentSharedList(
  translator: Translator,
  language: Language,
  entries: readonly SharedEntry[],
): SharedListView {
  return {
    entries: entries.map(({ own, call, applicant }) => ({
      href: `/co-applications/${own.applicationId}`,
      title: translator.localized(language, call.title),
      applicant: nameFor(language, applicant),
      part: own.part,
      state: presentCoApplicantState(viewOf(own)),
    })),
  };
}
