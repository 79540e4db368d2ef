import type { Message } from '../../../platform/http/page.js';
import type { Words } from './applicant-views.js';

/** Input of `applications/document-preview.njk`. */
export interface DocumentPreviewView {
  readonly number: string | null;
  readonly label: string;
  readonly fileName: string;
  readonly facts: readonly Words[];
  readonly backHref: string;
  readonly downloadHref: string;
  /** Empty where the file can only be taken. */
  readonly pages: readonly {
    readonly number: number;
    readonly src: string;
    readonly alt: Message;
    readonly caption: Message;
  }[];
}
