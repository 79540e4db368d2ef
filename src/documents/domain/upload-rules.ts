import type { FieldProblem } from '../../shared/domain-error.js';

/** Types that an upload may have, by what is in the file and not by its name. */
export const UPLOAD_TYPES = ['application/pdf', 'image/jpeg', 'image/png'] as const;
export type UploadType = (typeof UPLOAD_TYPES)[number];

const MEBIBYTE = 1024 * 1024;

/** In bytes. */
export const MOST_UPLOAD_BYTES = 20 * MEBIBYTE;
export const MOST_PDF_PAGES = 60;

/** What was found by opening a PDF. `unreadable`: its structure is broken, or reading it did not end in time. */
export type PdfFacts =
  | { readonly state: 'readable'; readonly pages: number }
  | { readonly state: 'encrypted' }
  | { readonly state: 'unreadable' };

/** What was found by looking into a file. */
export interface FileFacts {
  /** In bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Media type by content; undefined when it is none that is known. */
  readonly mediaType: string | undefined;
  /** Present when it is a PDF that is not too large to be opened. */
  readonly pdf: PdfFacts | undefined;
}

export interface UploadRules {
  /** The control that the problem is shown at. */
  readonly field: string;
  /** As the person's machine called it; only used to say the more helpful thing. */
  readonly fileName: string;
  readonly allowed?: readonly UploadType[];
  readonly mostBytes?: number;
  readonly mostPages?: number;
}

/** The first thing that is wrong with an upload; undefined when nothing is. */
export function uploadProblem(
  facts: FileFacts,
  {
    field,
    fileName,
    allowed = UPLOAD_TYPES,
    mostBytes = MOST_UPLOAD_BYTES,
    mostPages = MOST_PDF_PAGES,
  }: UploadRules,
): FieldProblem | undefined {
  if (facts.size === 0) return { field, problem: 'empty_file' };
  if (facts.size > mostBytes) {
    return { field, problem: 'too_large_file', values: { megabytes: Math.floor(mostBytes / MEBIBYTE) } };
  }
  if (!allowed.some((type) => type === facts.mediaType)) {
    const meantAsPdf = /\.pdf$/i.test(fileName) || allowed.every((type) => type === 'application/pdf');
    return { field, problem: meantAsPdf ? 'not_pdf' : 'type_not_allowed' };
  }
  switch (facts.pdf?.state) {
    case 'encrypted':
      return { field, problem: 'encrypted_file' };
    case 'unreadable':
      return { field, problem: 'damaged_file' };
    case 'readable':
      if (facts.pdf.pages === 0) return { field, problem: 'damaged_file' };
      if (facts.pdf.pages > mostPages)
        return { field, problem: 'too_many_pages', values: { pages: mostPages } };
      return undefined;
    case undefined:
      return undefined;
  }
}
