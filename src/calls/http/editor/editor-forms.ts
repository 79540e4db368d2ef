import { themeName, themes } from '../../../agreements/public.js';
import type { AgreementView } from '../../../agreements/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { isTimeZone } from '../../../shared/zoned-time.js';
import {
  CALL_TEXTS,
  MOST_CHOICES,
  PROMISED_STEPS,
  SILENCES,
  WRITTEN_LANGUAGES,
} from '../../domain/call-draft.js';
import type { CallDraft } from '../../domain/call-draft.js';
import type { EditorStep } from '../../domain/editor-steps.js';
import type { EditorField, FieldGroup } from '../views/editor-views.js';
import { Entries, typedDay, typedInstant } from './editor-entries.js';
import type { Typed } from './editor-entries.js';
import type { Editor } from './editor-shell.js';
import { problemWords } from './editor-words.js';

/** What the controls of a page are chosen from. */
export interface EditorWorld {
  /** Agreements that a call may stand on. */
  readonly agreements: readonly AgreementView[];
}

/** A page of the editor that is one form over some fields of the draft. */
export interface EditorForm {
  readonly step: EditorStep;
  /** What of the draft the page shows, as somebody would type it. */
  typed(draft: CallDraft): Typed;
  /** What was typed as a change of the draft as it is; what cannot be read is told and left out. */
  read(
    typed: Typed,
    now: Date,
    draft: CallDraft,
  ): { readonly patch: Partial<CallDraft>; readonly problems: readonly FieldProblem[] };
  groups(page: FormPage): readonly FieldGroup[];
}

export interface FormPage {
  readonly editor: Editor;
  readonly world: EditorWorld;
  readonly typed: Typed;
  readonly problems: readonly FieldProblem[];
}

const LANG = { sr: 'sr-Cyrl', ru: 'ru', en: 'en' } as const;

const fieldKey = (name: string): Message => ({ key: `calls.editor.fields.${name.replaceAll('.', '_')}` });
const hintKey = (name: string, values?: Message['values']): Message =>
  values ? { key: `calls.editor.hints.${name}`, values } : { key: `calls.editor.hints.${name}` };
export const group = (
  name: string | null,
  fields: readonly EditorField[],
  more: Partial<FieldGroup> = {},
): FieldGroup => ({
  title: name === null ? null : { key: `calls.editor.groups.${name}` },
  lead: null,
  beside: false,
  fields,
  ...more,
});

/** A control with what was typed into it and what is wrong with that. */
export function control(
  { typed, problems }: Pick<FormPage, 'typed' | 'problems'>,
  name: string,
  kind: EditorField['kind'],
  more: Partial<EditorField> = {},
): EditorField {
  const problem = problems.find(({ field }) => field === name);
  const part = (each: string) => typed[`${name}-${each}`] ?? '';
  const value =
    kind === 'date'
      ? { value: { day: part('day'), month: part('month'), year: part('year') } }
      : kind === 'checkboxes'
        ? { values: (typed[name] ?? '').split('\n').filter(Boolean) }
        : { value: typed[name] ?? '' };
  return {
    kind,
    name,
    label: fieldKey(name),
    ...value,
    ...(problem ? { error: problemWords(problem) } : {}),
    ...more,
  };
}

const basics: EditorForm = {
  step: 'basics',
  typed: (draft) => ({
    slug: draft.slug,
    agreementId: draft.agreementId,
    academicYear: draft.academicYear,
    directions: draft.directions
      .map(({ homeCountry, hostCountry }) => `${homeCountry} ${hostCountry}`)
      .join('\n'),
    themes: draft.themes.join('\n'),
    route: draft.route,
    maxChoices: String(draft.maxChoices),
    homeEndorsement: draft.homeEndorsement ? 'yes' : '',
    independentAssessment: draft.independentAssessment ? 'yes' : '',
    freemovers: draft.freemovers ? 'yes' : '',
    'freemovers.maximum': String(draft.freemovers?.maximum ?? ''),
  }),
  read(typed) {
    const entries = new Entries(typed);
    const route = entries.text('route');
    return {
      patch: {
        slug: entries.text('slug').toLowerCase(),
        agreementId: entries.text('agreementId'),
        academicYear: entries.text('academicYear').replace(/\s/g, ''),
        directions: entries.lines('directions').flatMap((way) => {
          const [homeCountry, hostCountry] = way.split(' ');
          return homeCountry && hostCountry ? [{ homeCountry, hostCountry }] : [];
        }),
        themes: [...new Set(entries.lines('themes'))],
        ...(route === 'direct' || route === 'ranked' ? { route } : {}),
        maxChoices: entries.number('maxChoices'),
        homeEndorsement: entries.isChecked('homeEndorsement'),
        independentAssessment: entries.isChecked('independentAssessment'),
        freemovers: entries.isChecked('freemovers')
          ? {
              maximum:
                entries.text('freemovers.maximum') === '' ? null : entries.number('freemovers.maximum'),
            }
          : null,
      },
      problems: entries.problems,
    };
  },
  groups(page) {
    const { reader, call } = page.editor;
    const { translator, language, countries } = reader;
    const name = (code: string) => translator.countryName(language, code);
    const agreed = page.world.agreements.find(({ id }) => id === call.agreementId)?.themes ?? [];
    return [
      group('frame', [
        control(page, 'agreementId', 'select', {
          options: page.world.agreements.map(({ id, reference, title }) => ({
            value: id,
            label: `${reference} · ${translator.localized(language, title)}`,
          })),
          hint: hintKey('agreementId'),
        }),
        control(page, 'academicYear', 'text', { width: 10, hint: hintKey('academicYear') }),
        control(page, 'directions', 'checkboxes', {
          options: countries.flatMap(({ code: home }) =>
            countries
              .filter(({ code }) => code !== home)
              .map(({ code: host }) => ({
                value: `${home} ${host}`,
                label: { key: 'calls.direction', values: { home: name(home), host: name(host) } },
              })),
          ),
        }),
        control(page, 'themes', 'checkboxes', {
          optional: true,
          hint: hintKey('themes'),
          // What the agreement names stands first; a code that is no longer known stands last, to be taken out.
          options: [...new Set([...agreed, ...themes().map(({ code }) => code), ...call.themes])].map(
            (code) => ({
              value: code,
              label: translator.localized(language, themeName(code)),
              ...(agreed.length === 0 || agreed.includes(code) ? {} : { hint: hintKey('themes_beyond') }),
            }),
          ),
        }),
      ]),
      group('way', [
        control(page, 'route', 'radios', {
          options: (['direct', 'ranked'] as const).map((route) => ({
            value: route,
            label: { key: `calls.editor.routes.${route}.title` },
            hint: { key: `calls.editor.routes.${route}.text` },
          })),
        }),
        control(page, 'maxChoices', 'number', {
          width: 2,
          hint: hintKey('maxChoices', { max: MOST_CHOICES }),
        }),
        control(page, 'homeEndorsement', 'checkboxes', {
          options: [{ value: 'yes', label: hintKey('homeEndorsement') }],
        }),
        control(page, 'independentAssessment', 'checkboxes', {
          options: [{ value: 'yes', label: hintKey('independentAssessment') }],
        }),
        control(page, 'freemovers', 'checkboxes', {
          options: [{ value: 'yes', label: hintKey('freemovers'), hint: hintKey('freemovers_form') }],
        }),
        control(page, 'freemovers.maximum', 'number', {
          optional: true,
          width: 3,
          hint: hintKey('freemovers_maximum'),
        }),
      ]),
      group('address', [control(page, 'slug', 'text', { lang: 'en', hint: hintKey('slug') })]),
    ];
  },
};

const texts: EditorForm = {
  step: 'texts',
  typed: (draft) =>
    Object.fromEntries(
      CALL_TEXTS.flatMap((field) =>
        WRITTEN_LANGUAGES.map((language) => [`${field}.${language}`, draft[field][language]]),
      ),
    ),
  read(typed) {
    const entries = new Entries(typed);
    const of = (field: string) => ({
      sr: entries.text(`${field}.sr`),
      ru: entries.text(`${field}.ru`),
      en: entries.text(`${field}.en`),
    });
    return {
      patch: {
        title: of('title'),
        summary: of('summary'),
        whoMayApply: of('whoMayApply'),
        funding: of('funding'),
      },
      problems: entries.problems,
    };
  },
  groups: (page) =>
    CALL_TEXTS.map((field) =>
      group(
        field,
        WRITTEN_LANGUAGES.map((language) =>
          control(page, `${field}.${language}`, field === 'title' ? 'text' : 'textarea', {
            label: { key: `calls.editor.languages.${language}` },
            lang: LANG[language],
            ...(field === 'title' ? {} : { rows: 7 }),
          }),
        ),
        { beside: true, lead: { key: `calls.editor.group_leads.${field}` } },
      ),
    ),
};

const dates: EditorForm = {
  step: 'dates',
  typed: (draft) => ({
    timeZone: draft.timeZone,
    ...typedInstant('opensAt', draft.opensAt, draft.timeZone),
    ...typedInstant('closesAt', draft.closesAt, draft.timeZone),
    graceMinutes: String(draft.graceMinutes),
    ...typedDay('stayFrom', draft.stayFrom),
    ...typedDay('stayUntil', draft.stayUntil),
    ...Object.fromEntries(
      [...PROMISED_STEPS, ...SILENCES].map((step) => [
        `promises.${step}`,
        String(draft.promises[step] ?? ''),
      ]),
    ),
  }),
  read(typed, now) {
    const entries = new Entries(typed);
    const timeZone = entries.text('timeZone');
    const known = isTimeZone(timeZone);
    if (!known) entries.problems.push({ field: 'timeZone', problem: 'not_in_list' });
    const zone = known ? timeZone : 'UTC';
    const [opensAt, closesAt] = [entries.instant('opensAt', zone), entries.instant('closesAt', zone)];
    if (closesAt && closesAt <= now) entries.problems.push({ field: 'closesAt', problem: 'date_in_past' });
    const [stayFrom, stayUntil] = [entries.day('stayFrom'), entries.day('stayUntil')];
    return {
      patch: {
        ...(known ? { timeZone } : {}),
        ...(opensAt ? { opensAt } : {}),
        ...(closesAt ? { closesAt } : {}),
        graceMinutes: entries.number('graceMinutes'),
        ...(stayFrom ? { stayFrom } : {}),
        ...(stayUntil ? { stayUntil } : {}),
        promises: {
          screeningDays: entries.number('promises.screeningDays'),
          returnDays: entries.number('promises.returnDays'),
          hostDecisionDays: entries.number('promises.hostDecisionDays'),
          approvalDays: entries.number('promises.approvalDays'),
          offerDays: entries.number('promises.offerDays'),
          ...Object.fromEntries(
            SILENCES.filter((silence) => entries.text(`promises.${silence}`) !== '').map((silence) => [
              silence,
              entries.number(`promises.${silence}`),
            ]),
          ),
        },
      },
      problems: entries.problems,
    };
  },
  groups(page) {
    const { reader } = page.editor;
    const { translator, language } = reader;
    const named = Intl.supportedValuesOf('timeZone').filter((zone) =>
      translator.has(language, `zones.${zone}`),
    );
    const zones = [
      ...new Set([
        ...reader.countries.map(({ timeZone }) => timeZone),
        ...named,
        'UTC',
        page.editor.call.timeZone,
      ]),
    ];
    const dayAndTime = (name: 'opensAt' | 'closesAt') => [
      control(page, name, 'date'),
      control(page, `${name}Time`, 'text', { width: 5, hint: hintKey('time') }),
    ];
    return [
      group('window', [
        control(page, 'timeZone', 'select', {
          hint: hintKey('timeZone'),
          options: zones.map((zone) => ({ value: zone, label: zoneWords(page.editor, zone) })),
        }),
      ]),
      group(null, dayAndTime('opensAt'), { beside: true }),
      group(null, dayAndTime('closesAt'), { beside: true }),
      group(null, [control(page, 'graceMinutes', 'number', { width: 4, hint: hintKey('graceMinutes') })]),
      group('stay', [control(page, 'stayFrom', 'date'), control(page, 'stayUntil', 'date')], {
        beside: true,
      }),
      group(
        'promises',
        PROMISED_STEPS.map((step) =>
          control(page, `promises.${step}`, 'number', { width: 3, hint: hintKey(`promises_${step}`) }),
        ),
        { lead: { key: 'calls.editor.group_leads.promises' } },
      ),
      group(
        'silence',
        SILENCES.map((silence) =>
          control(page, `promises.${silence}`, 'number', {
            width: 3,
            optional: true,
            hint: hintKey(`promises_${silence}`),
          }),
        ),
        { lead: { key: 'calls.editor.group_leads.silence' } },
      ),
    ];
  },
};

export const EDITOR_FORMS = { basics, texts, dates } as const;

/** "Belgrade time (Europe/Belgrade)". */
function zoneWords({ reader: { translator, language } }: Editor, zone: string): string {
  const key = `zones.${zone}`;
  return translator.has(language, key) ? `${translator.t(language, key)} (${zone})` : zone;
}
