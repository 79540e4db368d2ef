import type { Readable } from 'node:stream';

/** A translation key with its values: what a presenter hands on instead of words. */
export interface Message {
  readonly key: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

export type FlashKind = 'success' | 'information' | 'error';

/** A message shown once, at the top of the next page. */
export interface Flash extends Message {
  readonly kind: FlashKind;
}

export interface ViewOptions {
  /** Status of the answer; 200 when absent, 422 for a form that comes back with problems. */
  readonly status?: number;
  /** The page's title, for the shell. */
  readonly title?: Message;
}

/** A page to render: one template with its one typed model, which the template knows as `m`. */
export class View {
  constructor(
    readonly template: string,
    readonly model: object,
    readonly options: ViewOptions,
  ) {}
}

/** A place to go on to, by 303: the browser reads it with GET, and reloading repeats nothing. */
export class Redirect {
  constructor(
    readonly path: string,
    readonly flash: Flash | null,
  ) {}
}

export interface FileAnswer {
  readonly content: Readable | Buffer;
  readonly contentType: string;
  /** As the person sees it; may hold any script. */
  readonly fileName: string;
  /** `attachment` (the default) saves, `inline` shows. */
  readonly disposition?: 'attachment' | 'inline';
  /** Bytes, where known. */
  readonly length?: number;
  /** Value of `Cache-Control`; `private, no-store` when absent. */
  readonly cacheControl?: string;
}

/** A file to send. */
export class FileResult {
  constructor(readonly file: FileAnswer) {}
}

/** Answers with a page. */
export function view(template: string, model: object, options: ViewOptions = {}): View {
  return new View(template, model, options);
}

/** Answers with another place, which may be told a message to show. */
export function redirect(path: string, options: { readonly flash?: Flash } = {}): Redirect {
  return new Redirect(path, options.flash ?? null);
}

/** Answers with a file. */
export function answerFile(file: FileAnswer): FileResult {
  return new FileResult(file);
}

/** An answer that says what it says in its status and its headers. */
export class HeadersResult {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    /** Words for whoever reads it, where there is more to say. */
    readonly text: string,
  ) {}
}

/** Answers with headers, and at most a line of plain text. */
export function answerHeaders(
  status: number,
  headers: Readonly<Record<string, string>>,
  text = '',
): HeadersResult {
  return new HeadersResult(status, headers, text);
}
