/** A file that came with a form: complete, on the disk, and gone when the request is over. */
export interface UploadedFile {
  /** Where it lies for the time of the request. */
  readonly path: string;
  /** As the sender's device calls it: to be shown, never to be used as a path. */
  readonly fileName: string;
  /** What the sender says it is: to be checked against the content. */
  readonly declaredType: string;
  /** Bytes. */
  readonly size: number;
  /** Name of the form's field. */
  readonly field: string;
}
