import { presentDeadline } from '../../../applications/public.js';
import type { DeadlineView, Tag, Words } from '../../../applications/public.js';
import type { UploadView } from '../../../documents/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { AssessedName } from '../../../reviews/public.js';
import type { Actor } from '../../../shared/actor.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Language } from '../../../shared/language.js';
import type { AppealWordsRow } from '../../data/appeal-words.entity.js';
import type { AppealRow } from '../../data/appeal.entity.js';
import type { AppealState } from '../../domain/appeal.states.js';
import { STAGES_OF } from '../../domain/appeal-rules.js';
import type { RankedCall } from '../../operations/appealable-result.js';
import { dueOf } from '../../operations/keep-appeals.js';
import type { AttachedFile, HolderView, Problem, Row, Written } from '../views/appeal-views.js';

/** For whom a page about an appeal is written. */
export interface AppealReader {
  readonly translator: Translator;
  readonly language: Language;
  readonly now: Date;
  readonly actor: Actor;
}

const KINDS: Readonly<Record<AppealState, Tag['kind']>> = {
  draft: 'grey',
  lodged: 'brass',
  inadmissible: 'brick',
  panel: 'sky',
  upheld: 'leaf',
  rejected: 'brick',
  withdrawn: 'grey',
};

export const stateTag = (state: AppealState): Tag => ({
  kind: KINDS[state],
  text: { key: `record_states.appeal.${state}` },
});

/** As whoever reads knows the application. */
export function nameOf({ number, pseudonym }: AssessedName): Words {
  if (number) return number;
  return pseudonym === null
    ? { key: 'reviews.candidate_unnumbered' }
    : { key: 'reviews.candidate', values: { number: String(pseudonym) } };
}

export function deadlineOf(reader: AppealReader, { timeZone }: RankedCall, at: Date): DeadlineView {
  return presentDeadline({ ...reader, zones: [timeZone] }, at);
}

export function instantOf(reader: AppealReader, { timeZone }: RankedCall, at: Date): string {
  return reader.translator.dateTime(reader.language, at, timeZone);
}

/** Who has it, since when, until when; null where nobody has it any more. */
export function holderOf(reader: AppealReader, call: RankedCall, appeal: AppealRow): HolderView | null {
  const due = dueOf(appeal);
  if (!due) return null;
  return {
    who: { key: `appeals.holders.${appeal.state}` },
    since: instantOf(reader, call, appeal.stateSince),
    until: deadlineOf(reader, call, due),
    overdue: reader.now > due,
  };
}

/** What an appeal is about and how far it is, without a word of it. */
export function factRows(reader: AppealReader, call: RankedCall, appeal: AppealRow): readonly Row[] {
  const row = (key: string, value: Words): Row => ({ label: { key: `appeals.facts.${key}` }, value });
  const at = (key: string, instant: Date | null) =>
    instant ? [row(key, instantOf(reader, call, instant))] : [];
  return [
    row('subject', { key: `appeals.subjects.${appeal.subject}` }),
    ...(appeal.ground ? [row('ground', { key: `appeals.grounds.${appeal.ground}` })] : []),
    ...at('result_at', appeal.resultAt),
    ...at('lodged_at', appeal.lodgedAt),
    ...(appeal.state === 'panel' || appeal.decidedAt ? at('admitted_at', appeal.admittedAt) : []),
    ...(appeal.state === 'lodged' || appeal.state === 'panel' ? at('decide_until', appeal.decideUntil) : []),
    ...at('decided_at', appeal.decidedAt),
    ...(appeal.decidedAt
      ? [
          row('votes', {
            key: 'appeals.facts.votes_are',
            values: { uphold: appeal.votesFor ?? 0, reject: appeal.votesAgainst ?? 0 },
          }),
        ]
      : []),
    ...(appeal.stage ? [row('stage', { key: `appeals.stages.${appeal.stage}` })] : []),
    ...(appeal.inadmissibleCode
      ? [row('inadmissible', { key: `appeals.inadmissible.${appeal.inadmissibleCode}` })]
      : []),
  ];
}

export function written(words: AppealWordsRow | undefined): Written | null {
  return words?.text ? { lang: words.language, paragraphs: paragraphsOf(words.text) } : null;
}

export function paragraphsOf(text: string): readonly string[] {
  return text.split(/\n+/).filter((paragraph) => paragraph.trim() !== '');
}

export function attached(
  files: readonly UploadView[],
  path: string,
  removable = false,
): readonly AttachedFile[] {
  return files.map(({ id, requirement, fileName }) => ({
    href: `${path}/${id}`,
    name: fileName,
    remove: removable ? `remove-${requirement}` : null,
  }));
}

export function problemAt(name: string, problems: readonly FieldProblem[]): { readonly error?: Message } {
  const found = problems.find(({ field }) => field === name);
  return found ? { error: wordsOfProblem(found) } : {};
}

export function problemsIn(problems: readonly FieldProblem[]): readonly Problem[] {
  return problems.map((problem) => ({
    message: wordsOfProblem(problem),
    href: `#field-${problem.field}`,
  }));
}

function wordsOfProblem({ field, problem, values }: FieldProblem): Message {
  // Of what has to be written the page says what it is.
  if (problem === 'required' || problem === 'required_choice') return { key: `appeals.missing.${field}` };
  return { key: `problems.${problem}`, ...(values ? { values } : {}) };
}

/** The stages that can be reopened, as answers of a form. */
export function stageOptions({ subject }: AppealRow) {
  return STAGES_OF[subject].map((stage) => ({ value: stage, label: { key: `appeals.stages.${stage}` } }));
}
