import type { Message } from '../../../platform/http/page.js';
import type { Id } from '../../../shared/ids.js';
import type { DuplicatesOfFile } from '../../operations/settle-duplicate.js';

/** What on an application's own page leads there; null where there is nothing. */
export function presentDuplicatesLink(
  applicationId: Id,
  { others, atTheSameTime }: DuplicatesOfFile,
): { readonly href: string; readonly lines: readonly Message[]; readonly open: boolean } | null {
  const open = others.filter((other) => other.open).length;
  const same = others.filter(({ verdict }) => verdict?.verdict === 'same_person').length;
  const lines = [
    ...(open > 0 ? [{ key: 'applications.duplicates.found.open', values: { count: open } }] : []),
    ...(same > 0 ? [{ key: 'applications.duplicates.found.same', values: { count: same } }] : []),
    ...(atTheSameTime.length > 0
      ? [{ key: 'applications.duplicates.found.together', values: { count: atTheSameTime.length } }]
      : []),
  ];
  if (others.length === 0 && lines.length === 0) return null;
  return {
    href: `/applications/${applicationId}/review/duplicates`,
    lines: lines.length > 0 ? lines : [{ key: 'applications.duplicates.found.settled' }],
    open: open > 0,
  };
}
