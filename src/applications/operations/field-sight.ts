import { ANSWERED_BY, sensitivityOf } from '../../calls/public.js';
import type { FormDefinition, Sensitivity, VisibleIf } from '../../calls/public.js';
import type { Actor } from '../../shared/actor.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import type { ApplicationFacts } from '../domain/applications.policy.js';
import type {
  SubmittedAnswer,
  SubmittedCoApplicant,
  SubmittedCondition,
  SubmittedContent,
} from '../domain/submitted-content.js';

/** Kinds of what a file holds that not every reader of it sees. */
export type FieldKind =
  Sensitivity | 'confidential_letters' | 'scores' | 'notes' | 'messages' | 'rank' | 'history';

/** What of one file is for one reader's eyes, by the rows `application.read_<kind>` of the policy. */
export interface FieldSight {
  sees(kind: FieldKind | 'open'): boolean;
}

export function sightOf(actor: Actor, application: ApplicationFacts): FieldSight {
  const known = new Map<FieldKind, boolean>();
  return {
    sees(kind) {
      if (kind === 'open') return true;
      const before = known.get(kind);
      if (before !== undefined) return before;
      const { allowed } = applicationsPolicy.decide(actor, `application.read_${kind}`, application);
      known.set(kind, allowed);
      return allowed;
    },
  };
}

/**
 * Answers and documents that are kept from the reader, by `<section>.<question>` and `documents.<requirement>`, with what
 * they are. The reason that is shown in their place is `reasons.withheld_<kind>`.
 */
export type Withheld = ReadonlyMap<string, Sensitivity>;

/** `content`: what was submitted may hold more than the form asks today. */
export function withheldFrom(
  sight: Pick<FieldSight, 'sees'>,
  form: FormDefinition,
  content: SubmittedContent | null,
): Withheld {
  const asked = form.sections.flatMap((section) => [
    ...section.questions.map(
      (question) => [`${section.id}.${question.id}`, sensitivityOf(question)] as const,
    ),
    ...section.documents.map((document) => [`documents.${document.id}`, sensitivityOf(document)] as const),
  ]);
  const known = new Map(asked);
  const given = [
    ...(content?.sections ?? []).flatMap(({ section, answers }) =>
      answers.map(({ question }) => [`${section}.${question}`, question] as const),
    ),
    ...(content?.documents ?? []).map(
      ({ requirement }) => [`documents.${requirement}`, requirement] as const,
    ),
  ];
  for (const [key, id] of given) if (!known.has(key)) known.set(key, sensitivityOf({ id }));
  return new Map(
    [...known].flatMap(([key, kind]) => (kind === 'open' || sight.sees(kind) ? [] : [[key, kind] as const])),
  );
}

/**
 * The form without what hangs on an answer that is withheld: that a question was asked at all would say what that answer is.
 * It is left out whether it was asked or not.
 */
export function formForEyes(form: FormDefinition, withheld: Withheld): FormDefinition {
  const silent = new Set<string>();
  const tells = ({ visibleIf }: { readonly visibleIf?: VisibleIf }) =>
    visibleIf !== undefined && silent.has(visibleIf.question);
  const sections = form.sections.flatMap((section) => {
    const isSilent = tells(section);
    const questions = section.questions.filter((question) => {
      const out = isSilent || tells(question);
      if (out || withheld.has(`${section.id}.${question.id}`)) silent.add(question.id);
      return !out;
    });
    const documents = section.documents.filter((document) => !tells(document));
    return isSilent ? [] : [{ ...section, questions, documents }];
  });
  return { ...form, sections };
}

/** What was submitted, as far as a form asks for it; `whole` tells what it would ask. */
function withinForm(
  content: SubmittedContent,
  form: FormDefinition,
  whole: FormDefinition,
): SubmittedContent {
  const keysOf = ({ sections }: FormDefinition) =>
    sections.flatMap(({ id, questions, documents }) => [
      id,
      ...questions.map((question) => `${id}.${question.id}`),
      ...documents.map((document) => `documents.${document.id}`),
    ]);
  const kept = new Set(keysOf(form));
  const left = new Set(keysOf(whole).filter((key) => !kept.has(key)));
  if (left.size === 0) return content;
  return {
    ...content,
    sections: content.sections
      .filter(({ section }) => !left.has(section))
      .map(({ answers, ...section }) => ({
        ...section,
        answers: answers.filter(({ question }) => !left.has(`${section.section}.${question}`)),
      })),
    documents: content.documents.filter(({ requirement }) => !left.has(`documents.${requirement}`)),
  };
}

/** What was submitted without what is withheld: the questions remain, the answers are empty, of documents nothing is told. */
export function redacted(
  whole: SubmittedContent,
  wholeForm: FormDefinition,
  withheld: Withheld,
  sight: FieldSight,
): SubmittedContent {
  const content = withinForm(whole, formForEyes(wholeForm, withheld), wholeForm);
  return {
    ...content,
    sections: content.sections.map((section) => ({
      ...section,
      answers: section.answers.map((answer) =>
        withheld.has(`${section.section}.${answer.question}`) ? emptied(answer) : answer,
      ),
    })),
    ...(content.eligibility
      ? { eligibility: content.eligibility.filter(({ kind }) => !isWithheld(kind, withheld)) }
      : {}),
    ...(content.coApplicants ? { coApplicants: coApplicantsFor(content.coApplicants, sight) } : {}),
    documents: content.documents.map((document) =>
      withheld.has(`documents.${document.requirement}`)
        ? { ...document, fileName: '', sizeBytes: 0, pages: null, sha256: '' }
        : { ...document, fileName: fileNameFor(document, sight) },
    ),
  };
}

/** That others apply too is told to every reader; who they are, to whoever may know who applies. */
function coApplicantsFor(
  all: readonly SubmittedCoApplicant[],
  sight: FieldSight,
): readonly SubmittedCoApplicant[] {
  const known = sight.sees('identity');
  return all.map((each) => ({
    ...each,
    ...(known ? {} : { id: '', name: '', latinName: '', part: '', country: '' }),
    passportName: sight.sees('passport') ? each.passportName : '',
  }));
}

function emptied({ question, label }: SubmittedAnswer): SubmittedAnswer {
  return { question, label, value: '', shown: '' };
}

/** That a condition is met tells something of the answer: who may not read the one is not told the other. */
function isWithheld(kind: SubmittedCondition['kind'], withheld: Withheld): boolean {
  return ANSWERED_BY[kind].some((question) =>
    [...withheld.keys()].some((key) => key.endsWith(`.${question}`)),
  );
}

/** Whether an entry of the record is for the reader: that there are scores or notes is itself said only to whoever sees them. */
export function tells(sight: FieldSight, action: string): boolean {
  if (action === 'application.note_written') return sight.sees('history') && sight.sees('notes');
  if (action === 'application.message_written') return sight.sees('messages');
  if (action.startsWith('nomination.ranked')) return sight.sees('history') && sight.sees('rank');
  return sight.sees('history') && (action !== 'application.score' || sight.sees('scores'));
}

/** People name files after themselves. */
export function fileNameFor(
  { requirement, fileName }: { readonly requirement: string; readonly fileName: string },
  sight: FieldSight,
): string {
  if (sight.sees('identity')) return fileName;
  return `${requirement}${/\.[A-Za-z0-9]{1,5}$/.exec(fileName)?.[0] ?? ''}`;
}
