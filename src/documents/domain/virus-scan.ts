/** `not_scanned`: there is no scanner, or it did not answer; it is never taken for clean. */
export const SCAN_STATES = ['clean', 'infected', 'not_scanned'] as const;
export type ScanState = (typeof SCAN_STATES)[number];

export interface ScanResult {
  readonly state: ScanState;
  /** The scanner's name for what it found, or why it did not scan; for the log and the administrator. */
  readonly detail?: string;
}

/** Looks for malware in a file. Does not reject: a scanner that fails has not scanned. Also the injection token. */
export abstract class VirusScanner {
  abstract scan(content: AsyncIterable<Uint8Array> | Buffer): Promise<ScanResult>;
}
