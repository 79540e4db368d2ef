import type { SubmittedContent } from './submitted-content.js';

/** What remains of a submission whose person was erased: for which call and which places, and what was consented to. */
export function withoutContent({
  language,
  formVersion,
  call,
  choices,
  consents,
  coApplicants,
}: SubmittedContent): SubmittedContent {
  return {
    language,
    formVersion,
    call,
    choices,
    consents,
    sections: [],
    documents: [],
    // Others are not erased with the one, and whom they confirmed stays provable.
    ...(coApplicants ? { coApplicants } : {}),
  };
}

/**
 * The same submission without what names these co-applicants; that somebody was there stays.
 * @param mark what stands where a name stood
 */
export function withoutCoApplicants(
  content: SubmittedContent,
  gone: ReadonlySet<string>,
  mark: string,
): SubmittedContent {
  if (!content.coApplicants) return content;
  return {
    ...content,
    coApplicants: content.coApplicants.map((each) =>
      gone.has(each.id)
        ? {
            ...each,
            name: mark,
            latinName: mark,
            passportName: each.passportName === '' ? '' : mark,
            part: mark,
          }
        : each,
    ),
  };
}
