import { askedForm, sensitivityOf } from '../../calls/public.js';
import type { FormDefinition, FormSection } from '../../calls/public.js';
import type { UploadView } from '../../documents/public.js';
import { contentHash } from '../../shared/content-hash.js';
import type { ApplicationFile } from './application-file.js';
import { formForEyes, withheldFrom } from './field-sight.js';

/**
 * What of an application a co-applicant reads and confirms: the work and who applies. What is personal to the applicant
 * (passport, how to reach them, their health, who recommends them) is theirs alone.
 */
const SHARED = { sees: (kind: string) => kind === 'open' || kind === 'identity' };

export interface SharedText {
  /** The pages that are shared, as they are asked of this applicant. */
  readonly sections: readonly FormSection[];
  readonly answers: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Place ids in the applicant's order. */
  readonly choices: readonly string[];
  readonly uploads: readonly UploadView[];
  /** Of the text in no language: what changed in it changes this. */
  readonly hash: string;
}

/** The same for the applicant, for a co-applicant and for whoever looks it up: it hangs on what is written alone. */
export function sharedText(
  file: Pick<ApplicationFile, 'application' | 'wholeForm' | 'contents' | 'uploads'> & {
    readonly sections: ReadonlyMap<string, { readonly answers: Readonly<Record<string, string>> }>;
  },
): SharedText {
  const { application, wholeForm, uploads } = file;
  const written = Object.fromEntries([...file.sections].map(([id, { answers }]) => [id, answers]));
  const { choices } = file.contents;
  const withheld = withheldFrom(SHARED, wholeForm, null);
  const form: FormDefinition = formForEyes(askedForm(wholeForm, { answers: written, choices }), withheld);
  const sections = form.sections
    .filter(({ kind }) => kind === 'questions' || kind === 'choices' || kind === 'documents')
    .map((section) => ({
      ...section,
      questions: section.questions.filter((question) => SHARED.sees(sensitivityOf(question))),
      documents: section.documents.filter((document) => SHARED.sees(sensitivityOf(document))),
    }));
  const answers = Object.fromEntries(
    sections.map(({ id, questions }) => [
      id,
      Object.fromEntries(
        questions.flatMap((question) => {
          const answer = written[id]?.[question.id];
          return answer ? [[question.id, answer]] : [];
        }),
      ),
    ]),
  );
  const asked = new Set(sections.flatMap(({ documents }) => documents.map(({ id }) => id)));
  const shown = uploads.filter(({ requirement }) => asked.has(requirement));
  return {
    sections,
    answers,
    choices,
    uploads: shown,
    hash: contentHash({
      formVersion: application.formVersion,
      answers,
      choices,
      documents: shown
        .map(({ requirement, sha256 }) => ({ requirement, sha256 }))
        .sort((a, b) => (a.requirement < b.requirement ? -1 : 1)),
    }),
  };
}
