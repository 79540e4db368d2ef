import type { PromiseStep, PromisingOffice } from '../../promises/public.js';
import type { Actor } from '../../shared/actor.js';
import { hasRole, isOfficerOf } from '../../shared/policy.js';

/**
 * The list on which a reader can look at what an office has before it, one by one; undefined where they see no files. The
 * list itself shows to each only what they may see.
 */
export function worklistOf(
  actor: Actor,
  { step, country }: PromisingOffice & { readonly step: PromiseStep },
  officeName: string,
): string | undefined {
  if (!hasRole(actor, 'ministry_officer')) return undefined;
  const list = (values: Readonly<Record<string, string>>) =>
    `/applications?${new URLSearchParams(values).toString()}`;
  switch (step) {
    case 'screening':
      // Of the other side's files nothing is seen before they come.
      return isOfficerOf(actor, country)
        ? list({ waits: 'all', overdue: 'yes', home: officeName })
        : undefined;
    case 'endorsement':
      return isOfficerOf(actor, country) ? list({ waits: 'confirm', overdue: 'yes' }) : undefined;
    case 'host':
      return list({ waits: 'all', overdue: 'yes', host: officeName });
    case 'approval':
      return '/approvals';
    case 'gate':
      return isOfficerOf(actor, country) ? '/gates' : undefined;
    case 'appeal_admission':
    case 'appeal_decision':
      return undefined;
  }
}
