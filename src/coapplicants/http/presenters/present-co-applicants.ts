import { atInstant, isEditable, presentCoApplicantState, presentHead } from '../../../applications/public.js';
import type { OpenApplication } from '../../../applications/public.js';
import { presentCoApplicantRules } from '../../../calls/public.js';
import type { CoApplicantRule } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { DomainError, FieldProblem } from '../../../shared/domain-error.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { CoApplicantRow } from '../../data/co-applicant.entity.js';
import { EMAIL_MAX, PART_MAX, REASON_MAX } from '../../domain/co-applicant.js';
import { remindableFrom, roomFor } from '../../domain/co-applicant-rules.js';
import { coApplicantStates } from '../../domain/co-applicant.states.js';
import { viewOf } from '../../operations/co-applicant-register.js';
import type { Invited } from '../../operations/invite-co-applicants.js';
import type {
  CoApplicantsView,
  Field,
  InvitedView,
  Problem,
  ReasonView,
} from '../views/co-applicant-views.js';
import { errorAt, named } from './words.js';

/** The page of co-applicants of an application, with what its applicant needs to know of each. */
export interface OpenCoApplicants {
  readonly open: OpenApplication;
  readonly rule: CoApplicantRule;
  readonly asked: readonly CoApplicantRow[];
}

export function presentCoApplicants(
  opened: OpenCoApplicants,
  { typed, error }: { readonly typed: Invited | null; readonly error: DomainError | null },
): CoApplicantsView {
  const { open, rule, asked } = opened;
  const { file, reader } = open;
  const say = (text: Parameters<typeof reader.translator.localized>[1]) =>
    reader.translator.localized(reader.language, text);
  const { sections } = file.form;
  const section = sections.find(({ kind }) => kind === 'co_applicants');
  const place = section ? sections.indexOf(section) : -1;
  const head = presentHead(open);
  const editable = isEditable(file);
  const closed: Message | null = editable ? null : { key: 'reasons.co_applicants_settled' };
  const room = roomFor(
    rule,
    asked.map(({ state }) => state),
  );
  const following = sections[place + 1];
  return {
    head,
    title: section ? say(section.title) : '',
    intro: section?.intro ? say(section.intro) : null,
    page: editable && section ? { number: place + 1, total: sections.length } : null,
    rules: presentCoApplicantRules(rule),
    roles: rule.roles ? say(rule.roles) : null,
    problems: problemsOf(opened, error?.fields ?? []),
    closed: error && error.fields.length === 0 ? refusalOf(error) : closed,
    people: asked
      .filter(({ state }) => state !== 'withdrawn')
      .map((row) => invitedView(opened, row, editable)),
    form:
      (editable && room > 0) || typed
        ? { action: `${head.href}/co_applicants`, fields: fieldsOf(opened, typed, error) }
        : null,
    nextHref: editable ? `${head.href}/${following ? following.id : 'check'}` : null,
  };
}

function invitedView({ open }: OpenCoApplicants, row: CoApplicantRow, editable: boolean): InvitedView {
  const { reader, file } = open;
  const view = viewOf(row);
  const base = `/applications/${file.application.id}/co_applicants/${row.id}`;
  const from = remindableFrom(row);
  const invited = row.state === 'invited';
  const expired = invited && row.linkUntil <= reader.now;
  return {
    id: row.id,
    name: named(view.name),
    state: presentCoApplicantState(view),
    rows: rowsOf(open, row),
    note: expired
      ? { key: 'coapplicants.ask.link_over' }
      : row.state === 'accepted' && row.voidedAt
        ? { key: 'coapplicants.ask.voided', values: { when: atInstant(reader, row.voidedAt) } }
        : null,
    remind: editable && invited && reader.now >= from ? `${base}/remind` : null,
    remindNote:
      editable && invited && reader.now < from
        ? { key: 'coapplicants.ask.remind_from', values: { when: atInstant(reader, from) } }
        : null,
    withdraw: invited ? `${base}/withdraw` : null,
    removeHref: editable && coApplicantStates.allows(row.state, 'remove') ? `${base}/remove` : null,
  };
}

function rowsOf({ reader }: OpenApplication, row: CoApplicantRow): InvitedView['rows'] {
  const { translator, language } = reader;
  const fact = (key: string, value: string, lang?: string) => ({
    label: { key: `coapplicants.facts.${key}` },
    value,
    ...(lang ? { lang } : {}),
  });
  return [
    fact('email', row.email),
    fact('part', row.part),
    ...(row.personId === null
      ? [fact('language', translator.t(language, `common.languages.${row.language}`), row.language)]
      : []),
    fact('since', atInstant(reader, row.stateSince)),
    ...(row.state === 'invited' ? [fact('until', atInstant(reader, row.linkUntil))] : []),
    ...(row.reason ? [fact('reason', row.reason, named(row.reason).lang)] : []),
  ];
}

export function presentRemove(
  open: OpenApplication,
  row: CoApplicantRow,
  { typed, error }: { readonly typed: string; readonly error: DomainError | null },
): ReasonView {
  const head = presentHead(open);
  const { translator, language } = open.reader;
  return {
    title: { key: 'coapplicants.remove.title' },
    text: { key: 'coapplicants.remove.text' },
    caption: head.call.title,
    name: named(viewOf(row).name),
    action: `${head.href}/co_applicants/${row.id}/remove`,
    back: `${head.href}/co_applicants`,
    backText: { key: 'coapplicants.remove.back' },
    button: { key: 'coapplicants.remove.confirm' },
    problems: (error?.fields ?? []).map(({ field, problem, values }) => ({
      message: translator.t(language, `problems.${problem}`, values),
      href: `#field-${field}`,
    })),
    field: reasonField('coapplicants.remove', typed, error),
    byLink: false,
  };
}

/** Room for a reason that nobody has to give; whoever reads it is said beside it. */
export function reasonField(words: string, typed: string, error: DomainError | null): Field {
  return {
    kind: 'textarea',
    name: 'reason',
    label: { key: 'coapplicants.reason' },
    hint: { key: `${words}.hint` },
    value: typed,
    rows: 4,
    maxCharacters: REASON_MAX,
    optional: true,
    ...errorAt(error?.fields ?? [], 'reason'),
  };
}

function refusalOf({ reason, values }: DomainError): Message {
  return { key: `reasons.${reason}`, values };
}

function fieldsOf({ open }: OpenCoApplicants, typed: Invited | null, error: DomainError | null): Field[] {
  const { reader, homeLanguage } = open;
  const problems = error?.fields ?? [];
  const label = (name: string): Message => ({ key: `coapplicants.ask.fields.${name}` });
  const hint = (name: string): Message => ({ key: `coapplicants.ask.hints.${name}` });
  return [
    {
      kind: 'text',
      name: 'name',
      label: label('name'),
      hint: hint('name'),
      value: typed?.name ?? '',
      ...errorAt(problems, 'name'),
    },
    {
      kind: 'email',
      name: 'email',
      label: label('email'),
      hint: hint('email'),
      value: (typed?.email ?? '').slice(0, EMAIL_MAX * 2),
      ...errorAt(problems, 'email'),
    },
    {
      kind: 'text',
      name: 'part',
      label: label('part'),
      hint: { key: 'coapplicants.ask.hints.part', values: { max: PART_MAX } },
      value: typed?.part ?? '',
      ...errorAt(problems, 'part'),
    },
    {
      kind: 'radios',
      name: 'language',
      label: label('language'),
      hint: hint('language'),
      value: typed?.language ?? homeLanguage,
      options: LANGUAGES.map((value) => ({
        value,
        label: reader.translator.t(reader.language, `common.languages.${value}`),
        lang: value,
      })),
      ...errorAt(problems, 'language'),
    },
  ];
}

function problemsOf({ open: { reader } }: OpenCoApplicants, problems: readonly FieldProblem[]): Problem[] {
  const { translator, language } = reader;
  return problems.map(({ field, problem, values }) => ({
    message: {
      key: 'applications.form.problem_at',
      values: {
        label: translator.t(language, `coapplicants.ask.fields.${field}`),
        problem: translator.t(language, `problems.${problem}`, values),
      },
    },
    href: `#field-${field}`,
  }));
}
