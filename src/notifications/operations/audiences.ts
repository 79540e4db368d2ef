import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Addressee, PersonView } from '../../access/public.js';
import { CoApplicantsRepository } from '../../coapplicants/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { CountryView } from '../../universities/public.js';
import type { Audience } from '../domain/recipients.js';
import type { Matter, MatterSide } from './matters.js';

/** Finds the people of an audience, as they are at this moment: whoever has lost a role gets no mail of it any more. */
@Injectable()
export class Audiences {
  constructor(
    @Inject(People) private readonly people: People,
    @Inject(CoApplicantsRepository) private readonly coApplicants: CoApplicantsRepository,
  ) {}

  async of(ctx: Ctx, matter: Matter, audience: Audience): Promise<readonly Addressee[]> {
    const side = sideOf(matter, audience);
    if (!side) return [];
    switch (audience) {
      case 'applicant':
        return matter.kind === 'application' ? this.one(ctx, matter.application.applicantId) : [];
      case 'co_applicants':
        return matter.kind === 'application' ? this.together(ctx, matter.application.id) : [];
      case 'person':
        return matter.kind === 'person' ? this.one(ctx, matter.personId) : [];
      case 'proposer':
        return matter.kind === 'application' && matter.nomination
          ? this.one(ctx, matter.nomination.proposedBy)
          : [];
      case 'home_coordinators':
      case 'host_coordinators':
        // Whom no institution nominates, their ministry does.
        if (audience === 'home_coordinators' && isOfFreemover(matter)) {
          return this.people.peopleWithRole(ctx, 'ministry_officer', { country: side.country.code });
        }
        return side.institution
          ? this.people.peopleWithRole(ctx, 'coordinator', {
              institutionId: side.institution.id,
              side: audience === 'home_coordinators' ? 'home' : 'host',
              unitId: unitOf(matter, audience),
            })
          : [];
      case 'home_ministry':
      case 'host_ministry':
        return this.people.peopleWithRole(ctx, 'ministry_officer', { country: side.country.code });
      case 'home_commission':
      case 'host_commission':
        return this.commission(ctx, side.country.code);
      case 'home_secretaries':
      case 'host_secretaries':
        return this.people.peopleWithRole(ctx, 'commission_secretary', { country: side.country.code });
      case 'delegate': {
        const { delegate } = matter.event.payload;
        return typeof delegate === 'string' ? this.one(ctx, delegate) : [];
      }
      // Neither roles nor letters nor calls nor reviews are a matter of a side: see RoleMails, ReferenceMails, CallMails,
      // ReviewMails, DiscussionMails, InterviewMails, AppealMails, CommissionMails, AgreementMails.
      case 'bearer':
      case 'grantor':
      case 'administrators':
      case 'invited':
      case 'inviter':
      case 'referee':
      case 'asked_co_applicant':
      case 'co_applicant':
      case 'applicants':
      case 'followers':
      case 'offerer':
      case 'assessor':
      case 'panel_keepers':
      case 'appeal_secretaries':
      case 'appeal_member':
      case 'appeal_members':
      case 'appeal_head':
      case 'panel_members':
      case 'panel_lead':
      case 'interviewee':
      case 'interviewers':
      case 'session_people':
      case 'protocol_signers':
      case 'agreement_signatories':
      case 'agreement_coordinators':
      case 'agreement_ministries':
      case 'erased':
        return [];
    }
  }

  /** Members and secretaries, each once. */
  private async commission(ctx: Ctx, country: string): Promise<readonly Addressee[]> {
    const members = await this.people.peopleWithRole(ctx, 'commission_member', { country });
    const secretaries = await this.people.peopleWithRole(ctx, 'commission_secretary', { country });
    return [...new Map([...members, ...secretaries].map((person) => [person.id, person])).values()];
  }

  /** Whoever stands in an application beside its applicant. */
  private async together(ctx: Ctx, applicationId: Id): Promise<Addressee[]> {
    const standing = (await this.coApplicants.of(ctx, applicationId)).filter(
      ({ state }) => state === 'accepted' || state === 'confirmed',
    );
    const people: Addressee[] = [];
    for (const { personId } of standing)
      if (personId !== null) people.push(...(await this.one(ctx, personId)));
    return people;
  }

  private async one(ctx: Ctx, id: string): Promise<Addressee[]> {
    const person: PersonView | null = await this.people.personById(ctx, id);
    return person ? [person] : [];
  }
}

/** Whether the ministry takes the part of the home institution. */
export function isOfFreemover(matter: Matter): boolean {
  return matter.kind === 'application' && matter.application.freemover;
}

/** The unit that works on an application at an institution: its coordinators hear of it beside those of the whole. */
function unitOf(matter: Matter, audience: 'home_coordinators' | 'host_coordinators'): Id | null {
  if (matter.kind !== 'application') return null;
  const { homeUnitId, hostUnitId } = matter.application;
  return audience === 'home_coordinators' ? homeUnitId : hostUnitId;
}

/** The country by whose clock an audience reads its dates. */
export function countryOf(matter: Matter, audience: Audience): CountryView {
  return (sideOf(matter, audience) ?? matter.home).country;
}

/**
 * Null where nobody of that side may hear of it: officials of the home side before an application is submitted, of the
 * host side before it has crossed to them.
 */
function sideOf(matter: Matter, audience: Audience): MatterSide | null {
  switch (audience) {
    case 'applicant':
    case 'co_applicants':
    case 'person':
      return matter.home;
    case 'proposer':
    case 'home_coordinators':
    case 'home_ministry':
    case 'home_commission':
    case 'home_secretaries':
    case 'delegate':
      return matter.kind !== 'application' || matter.application.number !== null ? matter.home : null;
    case 'host_coordinators':
    case 'host_ministry':
    case 'host_commission':
    case 'host_secretaries':
      return matter.kind !== 'application' || matter.crossed ? matter.host : null;
    case 'bearer':
    case 'grantor':
    case 'administrators':
    case 'invited':
    case 'inviter':
    case 'referee':
    case 'asked_co_applicant':
    case 'co_applicant':
    case 'applicants':
    case 'followers':
    case 'offerer':
    case 'assessor':
    case 'panel_keepers':
    case 'appeal_secretaries':
    case 'appeal_member':
    case 'appeal_members':
    case 'appeal_head':
    case 'panel_members':
    case 'panel_lead':
    case 'interviewee':
    case 'interviewers':
    case 'session_people':
    case 'protocol_signers':
    case 'agreement_signatories':
    case 'agreement_coordinators':
    case 'agreement_ministries':
    case 'erased':
      return null;
  }
}
