import { Inject, Injectable } from '@nestjs/common';
import { PolicyRegistry } from '../access/public.js';
import type { Actor } from '../shared/actor.js';

/** One page of the administration: translation keys `web.administration.<key>.title` and `.text`. */
export interface AdministrationPage {
  readonly key: string;
  readonly href: string;
}

/** Each page with the action that it is for. Whoever could ever do the action is offered the page. */
const PAGES: readonly (AdministrationPage & { readonly action: string })[] = [
  { key: 'calls', href: '/admin/calls', action: 'call.prepare' },
  { key: 'offers', href: '/offers', action: 'offer.answer' },
  { key: 'panels', href: '/reviews/panels', action: 'panel.make' },
  { key: 'people', href: '/admin/people', action: 'person.list' },
  { key: 'invitations', href: '/admin/invitations', action: 'role.invite' },
  { key: 'confirmations', href: '/admin/confirmations', action: 'role.confirm' },
  { key: 'proposals', href: '/admin/proposals', action: 'role.settle_proposal' },
  { key: 'units', href: '/admin/units', action: 'unit.manage' },
  { key: 'providers', href: '/admin/providers', action: 'provider.read' },
  { key: 'clients', href: '/admin/clients', action: 'client.list' },
  { key: 'why', href: '/admin/why', action: 'person.read_roles' },
  { key: 'roles', href: '/admin/roles', action: 'role.list' },
  { key: 'corrections', href: '/corrections', action: 'correction.list' },
  { key: 'erasures', href: '/erasures', action: 'erasure.list' },
  { key: 'transfers', href: '/admin/transfers', action: 'privacy_register.read' },
  { key: 'retention', href: '/admin/retention', action: 'privacy_register.read_retention' },
  { key: 'audit', href: '/admin/audit', action: 'audit.read' },
];

/** Which pages of the administration somebody could ever need. */
@Injectable()
export class AdministrationPages {
  constructor(@Inject(PolicyRegistry) private readonly policies: PolicyRegistry) {}

  for(actor: Actor): readonly AdministrationPage[] {
    return PAGES.filter(({ action }) => this.policies.mayEver(actor, action).allowed);
  }
}
