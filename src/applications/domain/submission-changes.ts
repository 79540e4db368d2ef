import type { SubmittedContent } from './submitted-content.js';

/** One thing that a later submission says otherwise than the one before it. */
export interface SubmissionChange {
  /** `<section>.<question>`, `choices`, or `documents.<requirement>`. */
  readonly key: string;
  /** What it is called in the later submission, or in the earlier one where it is gone; null for the choices. */
  readonly label: string | null;
  /** As it was read before; null where there was nothing. */
  readonly before: string | null;
  /** Whether there is nothing any more. */
  readonly gone: boolean;
}

/**
 * What changed between two submissions of the same application. Answers are compared as they are stored, documents by
 * their content: a file of the same bytes under another name is no change, and neither is another language of the page.
 */
export function changesBetween(before: SubmittedContent, after: SubmittedContent): SubmissionChange[] {
  return [
    ...answerChanges(before, after),
    ...choiceChanges(before, after),
    ...documentChanges(before, after),
  ];
}

function answersOf(content: SubmittedContent) {
  return new Map(
    content.sections.flatMap(({ section, answers }) =>
      answers.map((answer) => [`${section}.${answer.question}`, answer] as const),
    ),
  );
}

function answerChanges(before: SubmittedContent, after: SubmittedContent): SubmissionChange[] {
  const earlier = answersOf(before);
  return [...answersOf(after)].flatMap(([key, { label, value }]) => {
    const old = earlier.get(key);
    if ((old?.value ?? '') === value) return [];
    return [{ key, label, before: old?.shown || null, gone: value === '' }];
  });
}

function choiceChanges(before: SubmittedContent, after: SubmittedContent): SubmissionChange[] {
  const places = (content: SubmittedContent) => content.choices.map(({ placeId }) => placeId).join(' ');
  if (places(before) === places(after)) return [];
  const said = before.choices.map(({ rank, institution, detail }) => `${rank}. ${institution} (${detail})`);
  return [{ key: 'choices', label: null, before: said.join('; ') || null, gone: after.choices.length === 0 }];
}

function documentChanges(before: SubmittedContent, after: SubmittedContent): SubmissionChange[] {
  const requirements = new Set(
    [...after.documents, ...before.documents].map(({ requirement }) => requirement),
  );
  return [...requirements].flatMap((requirement) => {
    const [old, now] = [before, after].map((content) =>
      content.documents.find((document) => document.requirement === requirement),
    );
    if (old?.sha256 === now?.sha256) return [];
    return [
      {
        key: `documents.${requirement}`,
        label: now?.label ?? old?.label ?? requirement,
        before: old?.fileName ?? null,
        gone: !now,
      },
    ];
  });
}
