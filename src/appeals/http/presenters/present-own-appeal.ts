import type { ApplicationHead } from '../../../applications/public.js';
import type { DomainError } from '../../../shared/domain-error.js';
import { appealStates } from '../../domain/appeal.states.js';
import { clocksOf, groundsOf } from '../../domain/appeal-rules.js';
import { STATEMENT_MAX } from '../../operations/lodge-appeal.js';
import type { TypedAppeal } from '../../operations/lodge-appeal.js';
import type { OwnAppeal } from '../../operations/read-appeals.js';
import type { CheckAppealView, LodgedView, OwnAppealView } from '../views/appeal-views.js';
import {
  attached,
  deadlineOf,
  factRows,
  holderOf,
  instantOf,
  problemAt,
  problemsIn,
  stateTag,
  written,
} from './parts.js';
import type { AppealReader } from './parts.js';

/** The applicant's page: the form, or what became of what was lodged. */
export function presentOwnAppeal(
  reader: AppealReader,
  own: OwnAppeal,
  typed: TypedAppeal | null,
  error: DomainError | null,
): OwnAppealView {
  const writes = own.whyNot === null && own.result !== null;
  const shown = own.appeal && (own.appeal.lodgedAt !== null || !writes) ? lodgedOf(reader, own) : null;
  const reason = error && error.fields.length === 0 && error.code !== 'stale' ? error.reason : null;
  return {
    head: headOf(reader, own),
    problems: error ? (reason ? [{ message: { key: `reasons.${reason}` } }] : problemsIn(error.fields)) : [],
    closed: writes || shown?.holder || own.whyNot === null ? null : { key: `reasons.${own.whyNot}` },
    about: writes ? aboutOf(own) : [],
    form: writes ? formOf(reader, own, typed, error) : null,
    lodged: shown,
  };
}

/** What is lodged, before it is. */
export function presentCheck(
  reader: AppealReader,
  own: OwnAppeal,
  error: DomainError | null,
): CheckAppealView {
  const { appeal, call, rules, result } = own;
  const head = headOf(reader, own);
  const path = `${head.href}/appeal`;
  const { admitUntil, decideUntil } = clocksOf(rules, reader.now, call.timeZone);
  const day = (at: Date) => reader.translator.dateInSentence(reader.language, at, call.timeZone);
  const ground = appeal?.ground ?? null;
  const statement = written(own.words.get('statement'));
  const missing = [
    ...(ground ? [] : [{ message: { key: 'appeals.missing.ground' }, href: `${path}#field-ground` }]),
    ...(statement ? [] : [{ message: { key: 'appeals.missing.text' }, href: `${path}#field-text` }]),
  ];
  return {
    head,
    problems:
      error && error.fields.length === 0
        ? [{ message: { key: error.code === 'stale' ? 'appeals.check.stale' : `reasons.${error.reason}` } }]
        : missing,
    back: path,
    revision: appeal?.revision ?? 0,
    action: missing.length === 0 && result ? `${path}/lodge` : null,
    deadline: deadlineOf(reader, call, result?.until ?? reader.now),
    rows: appeal ? factRows(reader, call, appeal) : [],
    statement,
    files: attached(own.files, `${path}/files`),
    clocks: [
      { key: 'appeals.check.admit_until', values: { until: day(admitUntil) } },
      { key: 'appeals.check.decide_until', values: { until: day(decideUntil) } },
      { key: 'appeals.check.no_silence' },
    ],
  };
}

function headOf({ translator, language }: AppealReader, { application, call }: OwnAppeal): ApplicationHead {
  return {
    id: application.id,
    href: `/applications/${application.id}`,
    number: application.number,
    call: { title: translator.localized(language, call.title), href: `/calls/${call.slug}` },
  };
}

function aboutOf({ result, rules }: OwnAppeal) {
  return [
    { key: `appeals.about.${result?.subject ?? 'list'}` },
    { key: 'appeals.about.once' },
    { key: 'appeals.about.who', values: { count: rules.panelSize } },
    { key: 'appeals.about.tie' },
  ];
}

function formOf(
  reader: AppealReader,
  { application, call, rules, result, appeal, words, files }: OwnAppeal,
  typed: TypedAppeal | null,
  error: DomainError | null,
): OwnAppealView['form'] {
  const path = `/applications/${application.id}/appeal`;
  const problems = error?.fields ?? [];
  return {
    action: path,
    revision: appeal?.revision ?? 0,
    deadline: deadlineOf(reader, call, result?.until ?? reader.now),
    stale: error?.code === 'stale',
    savedAt: appeal ? instantOf(reader, call, appeal.stateSince) : null,
    fields: [
      {
        kind: 'radios',
        name: 'ground',
        label: { key: 'appeals.fields.ground' },
        value: typed?.ground ?? appeal?.ground ?? '',
        options: groundsOf(rules).map((ground) => ({
          value: ground,
          label: { key: `appeals.grounds.${ground}` },
        })),
        ...problemAt('ground', problems),
      },
      {
        kind: 'textarea',
        name: 'text',
        label: { key: 'appeals.fields.text' },
        hint: { key: 'appeals.fields.text_hint' },
        value: typed?.text ?? words.get('statement')?.text ?? '',
        rows: 10,
        maxCharacters: STATEMENT_MAX,
        ...problemAt('text', problems),
      },
    ],
    file: {
      kind: 'file',
      name: 'file',
      label: { key: 'appeals.fields.file' },
      hint: { key: 'appeals.fields.file_hint' },
      optional: true,
      accept: 'application/pdf',
      ...problemAt('file', problems),
    },
    files: attached(files, `${path}/files`, true),
  };
}

function lodgedOf(reader: AppealReader, own: OwnAppeal): LodgedView | null {
  const { appeal, call, application, words, files } = own;
  if (!appeal) return null;
  const path = `/applications/${application.id}/appeal`;
  return {
    state: stateTag(appeal.state),
    holder: holderOf(reader, call, appeal),
    rows: factRows(reader, call, appeal),
    statement: written(words.get('statement')),
    files: attached(files, `${path}/files`),
    answer: answerOf(own),
    withdraw:
      appeal.lodgedAt !== null && appealStates.allows(appeal.state, 'withdraw') ? `${path}/withdraw` : null,
  };
}

function answerOf({ appeal, words }: OwnAppeal): LodgedView['answer'] {
  if (!appeal) return null;
  const said = written(words.get(appeal.state === 'inadmissible' ? 'admissibility' : 'reasoning'));
  return (
    said && {
      title: { key: `appeals.answer.${appeal.state}` },
      text: { key: `appeals.answer.${appeal.state}_text.${appeal.stage ?? 'none'}` },
      words: said,
    }
  );
}
