import { canonicalJson } from '../../shared/content-hash.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { CALL_TEXTS, draftOf, draftProblems, hostsOf } from './call-draft.js';
import type { CallDraft, CallText } from './call-draft.js';
import type { CallView, PlaceView } from './call.js';
import { reasonProblems } from './deadline-move.js';
import { formDifference, isSameForm } from './form-difference.js';
import type { FormDifference } from './form-difference.js';
import type { FormDefinition } from './form.js';

/** Words that become others, whole. */
export type AmendedWords = { readonly [field in CallText]?: LocalizedText };

/** What is to change of a published call: its words, its form. Everything else stays as both countries approved it. */
export interface AmendedText {
  readonly words: AmendedWords;
  /** The form as it is to be; null where it stays. */
  readonly form: FormDefinition | null;
  readonly reason: LocalizedText;
}

/** A text amendment in effect, with what it changed. */
export interface TextAmendment {
  readonly id: Id;
  readonly number: number;
  readonly at: Date;
  readonly reason: LocalizedText;
  /** Of the whole call as it has been since. */
  readonly hash: string;
  readonly words: readonly WordsChange[];
  /** Versions of the form; null where it stayed. */
  readonly form: { readonly from: number; readonly to: number } | null;
}

export interface WordsChange {
  readonly field: CallText;
  readonly from: LocalizedText;
  readonly to: LocalizedText;
}

/** The call as it would be. */
export function amended<Call extends CallView>(
  call: Call,
  form: FormDefinition,
  text: Pick<AmendedText, 'words' | 'form'>,
): { readonly call: Call; readonly form: FormDefinition } {
  return { call: { ...call, ...text.words }, form: text.form ?? form };
}

/** What of a change to a draft an amendment takes: words and form that are another than they are now. */
export function amendedBy(
  call: CallView,
  form: FormDefinition,
  before: Pick<AmendedText, 'words' | 'form'>,
  patch: Partial<CallDraft>,
): Pick<AmendedText, 'words' | 'form'> {
  const words: Partial<Record<CallText, LocalizedText>> = {};
  for (const field of CALL_TEXTS) {
    const text = patch[field] ?? before.words[field];
    if (text && canonicalJson({ ...text }) !== canonicalJson({ ...call[field] })) words[field] = text;
  }
  const wanted = patch.form ?? before.form;
  // Who may apply stays: whoever was told that they may not cannot come back in time.
  const kept = wanted && withConditionsOf(form, wanted);
  return { words, form: kept && !isSameForm(formDifference(form, kept)) ? kept : null };
}

function withConditionsOf({ eligibility }: FormDefinition, form: FormDefinition): FormDefinition {
  const { eligibility: _other, ...rest } = form;
  return eligibility ? { ...rest, eligibility } : rest;
}

export interface TextChanges {
  readonly words: readonly WordsChange[];
  readonly form: FormDifference | null;
}

export function changesOf(
  call: CallView,
  form: FormDefinition,
  text: Pick<AmendedText, 'words' | 'form'>,
): TextChanges {
  return {
    words: CALL_TEXTS.flatMap((field) => {
      const to = text.words[field];
      return to ? [{ field, from: call[field], to }] : [];
    }),
    form: text.form && formDifference(form, text.form),
  };
}

/** Everything that is missing before both countries can be asked for it. The fields are those of a draft. */
export function amendmentProblems(
  call: CallView,
  form: FormDefinition,
  places: readonly PlaceView[],
  text: AmendedText,
  now: Date,
): readonly FieldProblem[] {
  const changes = changesOf(call, form, text);
  const would = amended(call, form, text);
  const problems = draftProblems(draftOf(would.call, would.form, places), now, hostsOf(places));
  return [
    ...(changes.words.length === 0 && !changes.form
      ? [{ field: 'amendment', problem: 'amendment_empty' }]
      : []),
    // What may still be submitted in the grace is amended too, although the deadline has passed.
    ...problems.filter(({ field }) => field !== 'closesAt'),
    ...reasonProblems(text.reason),
  ];
}

/**
 * The words and the version of the form that both countries approved at the publication: those of before the first of the
 * amendments that changed them. With them and the approved deadline in place of the present ones a call says what was
 * approved.
 *
 * @param amendments the first one first
 */
export function approvedText(
  call: Pick<CallView, CallText | 'formVersion'>,
  amendments: readonly TextAmendment[],
): Pick<CallView, CallText | 'formVersion'> {
  const firstOf = (field: CallText) =>
    amendments.flatMap(({ words }) => words).find((change) => change.field === field)?.from ?? call[field];
  return {
    title: firstOf('title'),
    summary: firstOf('summary'),
    whoMayApply: firstOf('whoMayApply'),
    funding: firstOf('funding'),
    formVersion: amendments.find(({ form }) => form)?.form?.from ?? call.formVersion,
  };
}
