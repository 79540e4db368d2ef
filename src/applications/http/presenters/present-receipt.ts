import { homeWords } from '../../domain/home-words.js';
import type { OpenApplication } from '../own-application.js';
import { daysAfter } from '../../operations/application-record.js';
import type { ReceiptView } from '../views/applicant-views.js';
import { presentHead } from './present-head.js';
import { atInstant, dayInSentence } from './reader.js';

/** Proof that the application arrived; null before it was submitted. */
export function presentReceipt(open: OpenApplication): ReceiptView | null {
  const { file, reader } = open;
  const { application, call, submission } = file;
  if (!submission || application.number === null) return null;
  return {
    head: presentHead(open),
    number: application.number,
    submittedAt: atInstant(reader, submission.at),
    fingerprint: submission.contentHash,
    again: submission.ordinal > 1,
    steps: [
      {
        key: homeWords(application, 'applications.dossier.next.screening'),
        values: { date: dayInSentence(reader, daysAfter(submission.at, call.promises.screeningDays)) },
      },
      { key: 'applications.dossier.next.return', values: { count: call.promises.returnDays } },
      { key: 'applications.dossier.next.decisions' },
    ],
  };
}
