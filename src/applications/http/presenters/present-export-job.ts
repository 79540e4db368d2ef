import type { Ctx } from '../../../platform/database/context.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import { isAlive } from '../../../platform/jobs/job-table.js';
import { KEPT_HOURS, fetchable } from '../../operations/export-jobs.js';
import type { ExportJob } from '../../operations/export-jobs.js';
import type { ExportJobView } from '../views/office-views.js';

const TAGS = {
  waiting: 'brass',
  running: 'sky',
  done: 'leaf',
  failed: 'brick',
  cancelled: 'grey',
  gone: 'grey',
} as const;

/** How far the file of a long list is, and what can be done with it. */
export function presentExportJob(
  translator: Translator,
  { language, clock }: Pick<Ctx, 'language' | 'clock'>,
  job: ExportJob,
  zone: string,
): ExportJobView {
  const href = `/applications/export/jobs/${job.id}`;
  const alive = isAlive(job.state);
  const there = fetchable(job, clock);
  const state = job.state === 'done' && !there ? 'gone' : job.state;
  const says = state === 'failed' && job.reason === 'rights_changed' ? 'rights_changed' : state;
  const query = job.wanted?.query ?? '';
  return {
    href,
    state: { kind: TAGS[state], text: { key: `applications.export.job.states.${state}` } },
    sentence: { key: `applications.export.job.says.${says}`, values: { hours: KEPT_HOURS } },
    asked: {
      key: 'applications.export.job.asked',
      values: { at: translator.dateTimeInSentence(language, job.askedAt, zone) },
    },
    percent: Math.round(job.share * 100),
    events: alive ? `${href}/events` : null,
    cancel: alive ? `${href}/cancel` : null,
    file: there ? `${href}/file` : null,
    back: query ? `/applications?${query}` : '/applications',
    again: alive || there ? null : query ? `/applications/export?${query}` : '/applications/export',
  };
}
