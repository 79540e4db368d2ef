import type { Page } from '../../../shared/cursor.js';
import type { GrantView, InvitationView, ProposalView } from '../../data/role-directory.js';
import type { InvitationState } from '../../domain/roles.policy.js';
import { INVITATION_STATES } from '../../domain/roles.policy.js';
import type { ConfirmationsView, InvitationsView, ProposalsView, Tag } from '../views/people-views.js';
import type { TabLink } from '../views/rights-views.js';
import { presentGrant, presentScope, presentTerm } from './present-grant.js';
import type { Reading } from './present-grant.js';
import { reasonWords } from './rights.presenter.js';

const KINDS: Readonly<Record<InvitationState, Tag['kind']>> = {
  open: 'brass',
  accepted: 'leaf',
  withdrawn: 'grey',
  expired: 'brick',
};

export function presentInvitations(
  reading: Reading,
  page: Page<InvitationView>,
  address: { readonly state: InvitationState; readonly after: string | null },
  tabs: readonly TabLink[],
): InvitationsView {
  const { translator, language, zone } = reading;
  const href = (state: InvitationState, after: string | null = null) => {
    const params = new URLSearchParams({
      ...(state === 'open' ? {} : { state }),
      ...(after ? { after } : {}),
    });
    return `/admin/invitations${params.size > 0 ? `?${params.toString()}` : ''}`;
  };
  return {
    tabs,
    states: INVITATION_STATES.map((state) => ({
      href: href(state),
      text: { key: `access.invitations.states.${state}` },
      current: state === address.state,
    })),
    invitations: page.items.map((invitation) => {
      const { may, state } = invitation;
      const still = state === 'open' || state === 'expired';
      return {
        id: invitation.id,
        email: invitation.email,
        role: { key: `roles.${invitation.role}` },
        actingFor: invitation.actingForName
          ? { key: 'access.people.acting_for', values: { name: invitation.actingForName } }
          : null,
        scope: presentScope(reading, invitation),
        state: { kind: KINDS[state], text: { key: `access.invitations.state.${state}` } },
        term: presentTerm(reading, invitation.validFrom, invitation.validUntil),
        sent: {
          key: 'access.invitations.sent',
          values: {
            name: invitation.invitedByName,
            date: translator.dateInSentence(language, invitation.createdAt, zone),
          },
        },
        expires:
          state === 'open'
            ? {
                key: 'access.invitations.expires',
                values: { date: translator.dateTimeInSentence(language, invitation.expiresAt, zone) },
              }
            : null,
        reason: invitation.reason,
        resendHref: still && may.withdraw.allowed ? `/admin/invitations/${invitation.id}/resend` : null,
        withdrawHref: still && may.withdraw.allowed ? `/admin/invitations/${invitation.id}/withdraw` : null,
        refusal: still && !may.withdraw.allowed ? reasonWords(may.withdraw.reason) : null,
      };
    }),
    empty: {
      title: { key: `access.invitations.empty.${address.state}` },
      why: { key: 'access.invitations.empty.why' },
      ...(address.state === 'open'
        ? { action: { href: '/admin/people/invite', text: { key: 'access.people.invite' } } }
        : {}),
    },
    pagination: {
      previous: address.after ? href(address.state) : null,
      next: page.next ? href(address.state, page.next) : null,
    },
  };
}

export function presentConfirmations(
  reading: Reading,
  grants: readonly GrantView[],
  tabs: readonly TabLink[],
): ConfirmationsView {
  return {
    tabs,
    grants: grants.map((grant) => {
      const { confirm } = grant.may;
      const line = presentGrant(reading, grant);
      return {
        ...line,
        // Whoever is asked says yes or no here; taking back is for whoever gave it.
        revoke: confirm.allowed ? null : line.revoke,
        confirm: {
          href: `/admin/confirmations/${grant.id}/confirm`,
          refusal: confirm.allowed ? null : reasonWords(confirm.reason),
        },
        refuseHref: `/admin/confirmations/${grant.id}/refuse`,
      };
    }),
  };
}

export function presentProposals(
  reading: Reading,
  proposals: readonly ProposalView[],
  tabs: readonly TabLink[],
): ProposalsView {
  const { translator, language, zone } = reading;
  return {
    tabs,
    proposals: proposals.map((proposal) => ({
      id: proposal.id,
      person: { name: proposal.personName, email: proposal.personEmail },
      role: { key: `roles.${proposal.role}` },
      scope: presentScope(reading, proposal),
      claim: proposal.claim,
      at: translator.dateInSentence(language, proposal.proposedAt, zone),
      refusal: proposal.may.settle.allowed ? null : reasonWords(proposal.may.settle.reason),
      grantHref: `/admin/proposals/${proposal.id}/grant`,
      dismissHref: `/admin/proposals/${proposal.id}/dismiss`,
    })),
  };
}
