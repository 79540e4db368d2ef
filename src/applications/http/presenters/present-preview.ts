import type { Translator } from '../../../platform/i18n/translator.js';
import type { Language } from '../../../shared/language.js';
import type { ReadableDocument } from '../../operations/read-document.js';
import type { DocumentPreviewView } from '../views/preview-view.js';
import { fileFacts } from './document-facts.js';

/** A document inside a page. */
export function presentPreview(
  translator: Translator,
  language: Language,
  { file, own, document }: ReadableDocument,
  pages: number,
): DocumentPreviewView {
  const { application, wholeForm } = file;
  const asked = wholeForm.sections
    .flatMap(({ documents }) => documents)
    .find(({ id }) => id === document.requirement);
  const label = asked ? translator.localized(language, asked.label) : document.requirement;
  const root = `/applications/${application.id}`;
  const here = `${root}/documents/${document.id}`;
  const page = (number: number) => ({
    number,
    src: `${here}/pages/${number}`,
    alt: { key: 'applications.preview_document.alt', values: { label, number, count: pages } },
    caption: { key: 'applications.preview_document.page', values: { number, count: pages } },
  });
  return {
    number: application.number,
    label,
    fileName: document.fileName,
    facts: fileFacts({ translator, language }, document),
    backHref: own
      ? `${root}/documents/${document.requirement}`
      : `${root}/review#document-${document.requirement}`,
    downloadHref: own ? here : `${root}/review/documents/${document.id}`,
    pages: Array.from({ length: pages }, (_, index) => page(index + 1)),
  };
}
