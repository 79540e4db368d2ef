import { textOf } from '../../../platform/http/form-fields.js';
import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { fieldOfStudy } from '../../../calls/public.js';
import type { PlaceView } from '../../../calls/public.js';
import { institutionName } from '../../../universities/public.js';
import { HOST_REASONS } from '../../operations/answer-nomination.js';
import type { HostAnswer } from '../../operations/answer-nomination.js';
import { returnableFields } from '../../operations/screen-application.js';
import type { OpenApplication } from '../own-application.js';
import type { Words } from '../views/applicant-views.js';
import type { ActPanel, PanelField, ReturnGroups } from '../views/office-views.js';
import { fileVersion } from './office-acts.js';
import type { OfficeAct } from './office-acts.js';

/** What was typed into the panel, as it came. */
export type TypedPanel = Readonly<Record<string, string | readonly string[]>>;

export interface PanelState {
  readonly act: OfficeAct;
  readonly typed: TypedPanel;
  readonly problems: readonly FieldProblem[];
}

/** The host's answer that an act of the panel gives. */
const HOST_ANSWER: Readonly<Partial<Record<OfficeAct, HostAnswer>>> = {
  accept: 'accept',
  waitlist: 'waitlist',
  send_back: 'return',
  reject: 'reject',
};

const ENDPOINTS: Readonly<Record<OfficeAct, string>> = {
  nominate: 'nominate',
  return: 'return',
  ineligible: 'ineligible',
  confirm: 'confirm',
  accept: 'nomination-answer',
  waitlist: 'nomination-answer',
  send_back: 'nomination-answer',
  reject: 'nomination-answer',
  acknowledge: 'acknowledge',
  answer_home: 'ministry-answer',
  answer_host: 'ministry-answer',
};

const WARNING: readonly OfficeAct[] = ['ineligible', 'reject'];

/** The panel of one act: what it will do, whom it tells, what cannot be undone, and what it asks. */
export function presentPanel(open: OpenApplication, acts: readonly OfficeAct[], state: PanelState): ActPanel {
  const { application, call } = open.file;
  const { act } = state;
  const href = `/applications/${application.id}/review`;
  const words = (part: string, values?: Message['values']): Message => ({
    key: `applications.office.acts.${act}.${part}`,
    ...(values ? { values } : {}),
  });
  const crossing: readonly Message[] = [{ key: 'applications.office.crossing' }];
  // The ministry that sends a freemover endorses by that.
  const asksMinistry = act === 'nominate' && call.homeEndorsement && !application.freemover;
  const crosses = act === 'confirm' || (act === 'nominate' && !asksMinistry);
  return {
    act,
    action: `${href}/${ENDPOINTS[act]}`,
    title: { key: 'applications.office.panel_title' },
    tabs:
      acts.length > 1
        ? acts.map((each) => ({
            href: `${href}?act=${each}#decision-title`,
            text: { key: `applications.office.acts.${each}.name` },
            current: each === act,
          }))
        : [],
    does: [
      words('does', daysOf(open, act)),
      ...(asksMinistry ? [{ key: 'applications.office.ministry_first' }] : []),
      ...(crosses ? crossing : []),
      ...(act === 'send_back' || act === 'reject' ? [{ key: 'applications.office.leaves_sight' }] : []),
    ],
    tells: [asksMinistry ? { key: 'applications.office.tells_ministry' } : words('tells')],
    final: words('final'),
    version: fileVersion(open.file),
    hidden: [
      ...(HOST_ANSWER[act] ? [{ name: 'answer', value: HOST_ANSWER[act] }] : []),
      ...(act === 'answer_home' ? [{ name: 'country', value: application.homeCountry }] : []),
      ...(act === 'answer_host' ? [{ name: 'country', value: application.hostCountry ?? '' }] : []),
    ],
    returnGroups: act === 'return' ? presentReturnGroups(open, state) : null,
    fields: fieldsOf(open, state),
    button: words('button'),
    warning: WARNING.includes(act),
  };
}

function daysOf({ file }: OpenApplication, act: OfficeAct): Message['values'] {
  const { promises } = file.call;
  switch (act) {
    case 'return':
      return { count: promises.returnDays };
    case 'accept':
    case 'answer_home':
    case 'answer_host':
      return { count: promises.approvalDays };
    default:
      return undefined;
  }
}

function fieldsOf(open: OpenApplication, { act, typed, problems }: PanelState): PanelField[] {
  const asked = (name: string): Pick<PanelField, 'name' | 'label' | 'value' | 'error'> => {
    const problem = problems.find(({ field }) => field === name);
    return {
      name,
      label: { key: `applications.office.fields.${name}` },
      value: textOf(typed, name),
      ...(problem ? { error: problemWords(problem) } : {}),
    };
  };
  const hint = (key: string) => ({ hint: { key: `applications.office.fields.${key}` } });
  switch (act) {
    case 'return':
    case 'ineligible':
      return [{ kind: 'textarea', ...asked('reason'), ...hint('reason_hint'), rows: 6 }];
    case 'nominate':
      return [
        placeField(open, asked('placeId')),
        {
          kind: 'textarea',
          ...asked('endorsement'),
          // As it was written in the order of the institution, as long as nothing else is typed.
          ...(typed.endorsement === undefined ? { value: open.file.standing?.endorsement ?? '' } : {}),
          ...hint('endorsement_hint'),
          rows: 6,
          optional: true,
        },
      ];
    case 'send_back':
    case 'reject':
      return [
        {
          kind: 'select',
          ...asked('reasonCode'),
          options: HOST_REASONS.map((code) => ({
            value: code,
            label: { key: `applications.host_reasons.${code}` },
          })),
        },
        { kind: 'textarea', ...asked('reasonText'), ...hint('reasonText_hint'), rows: 6 },
      ];
    case 'answer_home':
    case 'answer_host':
      return [{ kind: 'textarea', ...asked('answer'), ...hint('answer_hint'), rows: 6 }];
    case 'confirm':
    case 'accept':
    case 'waitlist':
    case 'acknowledge':
      return [];
  }
}

function placeField(
  { file, reader }: OpenApplication,
  asked: Pick<PanelField, 'name' | 'label' | 'value' | 'error'>,
): PanelField {
  const { language, translator } = reader;
  const detail = (place: PlaceView) => {
    const field = fieldOfStudy(place.fieldCode);
    return [
      field ? translator.localized(language, field) : place.fieldCode,
      translator.languageName(language, place.language),
      translator.t(language, 'web.call.free', { count: place.free }),
    ].join(' · ');
  };
  const options = file.choices.flatMap((place, index) => {
    if (place.institution.id === file.application.homeInstitutionId) return [];
    const { text, lang } = institutionName(language, place.institution);
    return [
      {
        value: place.id,
        label: `${translator.number(language, index + 1)}. ${text}`,
        hint: detail(place),
        ...(lang === language ? {} : { lang }),
      },
    ];
  });
  return { kind: 'radios', ...asked, value: asked.value || (options[0]?.value ?? ''), options };
}

function presentReturnGroups(
  { file, reader }: OpenApplication,
  { typed, problems }: PanelState,
): ReturnGroups {
  const ticked = typed.fields === undefined ? [] : [typed.fields].flat();
  const say = (text: Parameters<typeof reader.translator.localized>[1]) =>
    reader.translator.localized(reader.language, text);
  const known = returnableFields(file.form);
  const problem = problems.find(({ field }) => field === 'fields');
  const groups = file.form.sections.map((section) => ({
    title: say(section.title),
    fields: (section.kind === 'choices'
      ? [{ value: section.id, label: say(section.title) }]
      : [...section.questions, ...section.documents].map((each) => ({
          value: `${section.id}.${each.id}`,
          label: say(each.label),
        }))
    )
      .filter(({ value }) => known.includes(value))
      .map((field) => ({ ...field, checked: ticked.includes(field.value) })),
  }));
  return {
    groups: groups.filter(({ fields }) => fields.length > 0),
    ...(problem ? { error: { key: 'applications.office.fields.fields_missing' } } : {}),
  };
}

/** What is wrong with a field, in words. */
export function problemWords({ field, problem, values }: FieldProblem): Words {
  if (field === 'fields') return { key: 'applications.office.fields.fields_missing' };
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}
