import type { Message } from '../../../platform/http/page.js';
import type { ReviewRow } from '../../../reviews/public.js';
import type { AnonymousContent } from '../../../reviews/public.js';
import type { DomainError } from '../../../shared/domain-error.js';
import { INADMISSIBLE_CODES, STAGES_OF } from '../../domain/appeal-rules.js';
import { appealsPolicy } from '../../domain/appeals.policy.js';
import { VOTES, verdictOf } from '../../domain/verdict.js';
import { whyNotSit } from '../../domain/who-may-sit.js';
import { REASON_MAX } from '../../operations/admit-appeal.js';
import { REASONING_MAX, VOTE_MAX } from '../../operations/judge-appeal.js';
import type { ListedAppeal, OpenAppeal } from '../../operations/read-appeals.js';
import type {
  AppealFileView,
  AppealLine,
  AppealsView,
  AppealView,
  Field,
  VoteView,
} from '../views/appeal-views.js';
import {
  attached,
  factRows,
  holderOf,
  nameOf,
  paragraphsOf,
  problemAt,
  problemsIn,
  stageOptions,
  stateTag,
  written,
} from './parts.js';
import type { AppealReader } from './parts.js';

/** What was refused, with the words that were typed. */
export interface RefusedAct {
  readonly error: DomainError;
  readonly typed: Readonly<Record<string, string>>;
}

export function presentAppeals(reader: AppealReader, appeals: readonly ListedAppeal[]): AppealsView {
  const lines = appeals.map((each) => ({ each, line: lineOf(reader, each) }));
  const isOpen = ({ each }: (typeof lines)[number]) =>
    each.appeal.state === 'lodged' || each.appeal.state === 'panel';
  return {
    open: lines.filter(isOpen).map(({ line }) => line),
    ended: lines.filter((each) => !isOpen(each)).map(({ line }) => line),
  };
}

function lineOf(reader: AppealReader, { appeal, call, name }: ListedAppeal): AppealLine {
  const { translator, language } = reader;
  return {
    href: `/appeals/${appeal.id}`,
    name: nameOf(name),
    call: translator.localized(language, call.title),
    subject: { key: `appeals.subjects.${appeal.subject}` },
    state: stateTag(appeal.state),
    holder: holderOf(reader, call, appeal),
  };
}

export function presentAppeal(
  reader: AppealReader,
  open: OpenAppeal,
  refused: RefusedAct | null,
): AppealView {
  const { appeal, facts, call, content } = open;
  const { translator, language, actor } = reader;
  const may = (act: string) => appealsPolicy.decide(actor, `appeal.${act}`, facts).allowed;
  const href = `/appeals/${appeal.id}`;
  const problems = refused?.error.fields ?? [];
  const typed = refused?.typed ?? {};
  const text = (name: string, rows: number, maxCharacters: number, label = name): Field => ({
    kind: 'textarea',
    name,
    label: { key: `appeals.fields.${label}` },
    hint: { key: `appeals.fields.${label}_hint` },
    value: typed[name] ?? '',
    rows,
    maxCharacters,
    ...problemAt(name, problems),
  });
  return {
    href,
    name: nameOf(open.name),
    call: { title: translator.localized(language, call.title), href: `/calls/${call.slug}` },
    problems: problemsIn(problems),
    note:
      refused && problems.length === 0
        ? { key: `reasons.${refused.error.reason}`, values: refused.error.values }
        : null,
    state: stateTag(appeal.state),
    holder: holderOf(reader, call, appeal),
    rows: factRows(reader, call, appeal),
    statement: written(content?.words.get('statement')),
    files: attached(content?.files ?? [], `${href}/files`),
    withheld: content ? null : { key: `appeals.page.${may('declare') ? 'declare_first' : 'withheld'}` },
    admissibility: written(content?.words.get('admissibility')),
    reasoning: written(content?.words.get('reasoning')),
    admit: may('admit')
      ? [
          {
            kind: 'radios',
            name: 'admissible',
            label: { key: 'appeals.fields.admissible' },
            value: typed.admissible ?? '',
            options: ['yes', 'no'].map((value) => ({
              value,
              label: { key: `appeals.fields.admissible_${value}` },
            })),
            ...problemAt('admissible', problems),
          },
          {
            kind: 'select',
            name: 'code',
            label: { key: 'appeals.fields.code' },
            hint: { key: 'appeals.fields.code_hint' },
            value: typed.code ?? '',
            options: INADMISSIBLE_CODES.map((code) => ({
              value: code,
              label: { key: `appeals.inadmissible.${code}` },
            })),
            ...problemAt('code', problems),
          },
          text('reason', 5, REASON_MAX),
        ]
      : null,
    panel: panelOf(reader, open, refused, may('seat')),
    declare: may('declare'),
    recuse: may('recuse'),
    fileHref: may('read_file') ? `${href}/file` : null,
    vote: may('vote')
      ? [
          {
            kind: 'radios',
            name: 'vote',
            label: { key: 'appeals.fields.vote' },
            value: typed.vote ?? '',
            options: VOTES.map((vote) => ({ value: vote, label: { key: `appeals.votes.${vote}` } })),
            ...problemAt('vote', problems),
          },
          {
            kind: 'radios',
            name: 'stage',
            label: { key: 'appeals.fields.stage' },
            hint: { key: 'appeals.fields.stage_hint' },
            value: typed.stage ?? '',
            options: stageOptions(appeal),
            ...problemAt('stage', problems),
          },
          text('reasons', 6, VOTE_MAX),
        ]
      : null,
    votes: votesOf(reader, open),
    decide: may('decide') ? { comesTo: comesTo(open), fields: [text('reasoning', 10, REASONING_MAX)] } : null,
  };
}

function panelOf(
  reader: AppealReader,
  { panel, facts, names }: OpenAppeal,
  refused: RefusedAct | null,
  seats: boolean,
): AppealView['panel'] {
  if (!panel) return null;
  const named = (id: string) => names.get(id) ?? { name: id, language: reader.language };
  const seated = new Set(panel.seated.map(({ personId }) => personId));
  const country = (code: string) => reader.translator.countryName(reader.language, code);
  const free = panel.candidates.filter(
    (candidate) => whyNotSit(candidate) === null && !seated.has(candidate.personId),
  );
  return {
    faults: facts.state === 'panel' ? panel.faults.map((fault) => ({ key: `reasons.${fault}` })) : [],
    members: panel.seated.map((member) => ({
      name: named(member.personId).name,
      lang: named(member.personId).language,
      country: country(member.country),
      head: member.head,
      state: {
        key: `appeals.members.${
          facts.voted.includes(member.personId) ? 'voted' : member.declaredAt ? 'declared' : 'asked'
        }`,
      },
      unseat: seats && !facts.voted.includes(member.personId) ? member.personId : null,
    })),
    seat: seats
      ? [
          {
            kind: 'select',
            name: 'person',
            label: { key: 'appeals.fields.person' },
            hint: { key: 'appeals.fields.person_hint' },
            value: refused?.typed.person ?? '',
            options: [...free, ...panel.seated].map(({ personId, country: code }) => ({
              value: personId,
              label: `${named(personId).name} (${country(code)})`,
            })),
            ...problemAt('person', refused?.error.fields ?? []),
          },
          {
            kind: 'checkboxes',
            name: 'head',
            label: { key: 'appeals.fields.head' },
            values: refused?.typed.head ? [refused.typed.head] : [],
            options: [{ value: 'yes', label: { key: 'appeals.fields.head_yes' } }],
          },
        ]
      : null,
    apart: seats
      ? panel.candidates.flatMap((candidate) => {
          const why = whyNotSit(candidate);
          const { name, language } = named(candidate.personId);
          return why ? [{ name, lang: language, why: { key: `appeals.apart.${why}` } }] : [];
        })
      : [],
  };
}

function votesOf({ actor }: AppealReader, { votes, names }: OpenAppeal): readonly VoteView[] {
  return votes.map(({ personId, vote, stage, reasons, language }) => {
    const name = names.get(personId);
    return {
      by:
        personId === actor.personId
          ? { text: { key: 'appeals.votes.yours' } }
          : { text: name?.name ?? '', ...(name ? { lang: name.language } : {}) },
      vote: { key: stage ? `appeals.votes.uphold_${stage}` : `appeals.votes.${vote}` },
      reasons: { lang: language, paragraphs: paragraphsOf(reasons) },
    };
  });
}

/** What the votes that are in come to. */
function comesTo({ votes, appeal }: OpenAppeal): Message {
  const { outcome, stage, uphold, reject } = verdictOf(votes, STAGES_OF[appeal.subject]);
  return {
    key: outcome === 'upheld' ? `appeals.comes_to.upheld_${stage ?? 'ranking'}` : 'appeals.comes_to.rejected',
    values: { uphold, reject },
  };
}

export function presentAppealFile(
  { translator, language }: AppealReader,
  { appeal, call, name }: OpenAppeal,
  content: AnonymousContent,
  reviews: readonly ReviewRow[],
): AppealFileView {
  const back = `/appeals/${appeal.id}`;
  return {
    back,
    name: nameOf(name),
    call: translator.localized(language, call.title),
    lang: content.language,
    sections: content.sections.map(({ title, answers }) => ({
      title,
      rows: answers.map(({ label, shown, table }) => ({ label, value: shown, ...(table ? { table } : {}) })),
    })),
    choices: content.choices.map(({ rank, place }) => `${rank}. ${place}`),
    documents: content.documents.map(({ requirement, label, fileName }) => ({
      href: `${back}/file/${requirement}`,
      label,
      name: fileName,
    })),
    reviews: reviews.map((review, index) => ({
      title: { key: 'appeals.file.review', values: { number: index + 1 } },
      points: {
        key: 'reviews.given.points',
        values: { points: translator.number(language, Math.round(review.points / 10) / 100) },
      },
      recommendation: { key: `reviews.recommendations.${review.recommendation}` },
      lang: review.language,
      rows: call.selection.criteria.map(({ id, label, scale }) => {
        const score = review.content.scores[id];
        return {
          label: translator.localized(language, label),
          score: score?.value === null || score === undefined ? '—' : `${score.value} / ${scale.max}`,
          comment: score?.comment ?? '',
        };
      }),
      overall: review.content.overall,
    })),
  };
}
