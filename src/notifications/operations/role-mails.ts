import { Inject, Injectable } from '@nestjs/common';
import { People, RoleDirectory } from '../../access/public.js';
import type { Addressee, GrantView, InvitationView } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { Countries, Institutions, institutionName } from '../../universities/public.js';
import type { MailContent, MailFact } from '../domain/mail-content.js';
import type { Audience, MailTemplate, Notice } from '../domain/recipients.js';

/** Somebody who is known, or an address: invited to a role, to write a letter or to apply together, or that follows a call. */
export type MailAddressee =
  | (Pick<Addressee, 'id' | 'email' | 'language'> & {
      readonly invitationId?: undefined;
      readonly referenceId?: undefined;
      readonly watchId?: undefined;
      readonly coApplicantId?: undefined;
      readonly erasureId?: undefined;
    })
  | {
      readonly id: null;
      readonly invitationId?: Id;
      readonly referenceId?: Id;
      readonly watchId?: Id;
      readonly coApplicantId?: Id;
      readonly erasureId?: Id;
      readonly email: string;
      readonly language: Language;
    };

/** A grant or an invitation, as it is when the mail is written. */
export type RoleMatter =
  | { readonly kind: 'grant'; readonly grant: GrantView }
  | { readonly kind: 'invitation'; readonly invitation: InvitationView; readonly link: Id | null };

type ScopedRole = Pick<
  GrantView,
  | 'role'
  | 'institutionId'
  | 'institutionCountry'
  | 'unitName'
  | 'side'
  | 'country'
  | 'callTitle'
  | 'panelName'
  | 'reason'
  | 'validFrom'
  | 'validUntil'
  | 'actingForName'
>;

/** Where the button of each mail leads. */
const PATHS: Readonly<Partial<Record<MailTemplate, string>>> = {
  role_to_confirm: '/admin/confirmations',
  role_refused: '/admin/people',
  role_invitation: '/invitations/',
  invitation_accepted: '/admin/invitations',
};
const OWN_RIGHTS = '/account/rights';

/** Mails about roles: who gets them, and what they say. */
@Injectable()
export class RoleMails {
  constructor(
    @Inject(RoleDirectory) private readonly directory: RoleDirectory,
    @Inject(People) private readonly people: People,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async matterOf(ctx: Ctx, event: DeliveredEvent): Promise<RoleMatter | null> {
    if (event.subject.kind === 'role_invitation') {
      const invitation = await this.directory.invitation(ctx, event.subject.id);
      const { link } = event.payload;
      // What was taken back before the mail was written is not sent.
      if (event.type === 'role.invited' && invitation.state !== 'open') return null;
      return { kind: 'invitation', invitation, link: typeof link === 'string' ? link : null };
    }
    const { grant } = event.payload;
    return typeof grant === 'string'
      ? { kind: 'grant', grant: await this.directory.grant(ctx, grant) }
      : null;
  }

  async addressees(ctx: Ctx, matter: RoleMatter, audience: Audience): Promise<readonly MailAddressee[]> {
    if (matter.kind === 'invitation') {
      const { id, email, language, invitedBy } = matter.invitation;
      if (audience === 'invited') return [{ id: null, invitationId: id, email, language }];
      return audience === 'inviter' ? this.one(ctx, invitedBy) : [];
    }
    const { personId, grantedBy } = matter.grant;
    if (audience === 'bearer') return this.one(ctx, personId);
    if (audience === 'grantor') return this.one(ctx, grantedBy);
    if (audience !== 'administrators') return [];
    const administrators = await this.people.peopleWithRole(ctx, 'programme_administrator');
    // Neither whoever gave it nor whoever gets it can be the second pair of eyes.
    return administrators.filter(({ id }) => id !== grantedBy && id !== personId);
  }

  async content(
    ctx: Ctx,
    matter: RoleMatter,
    { template, audience }: Notice,
    language: Language,
  ): Promise<MailContent> {
    const role: ScopedRole = matter.kind === 'grant' ? matter.grant : matter.invitation;
    const link = matter.kind === 'invitation' ? matter.link : null;
    const name = this.translator.t(language, `roles.${role.role}`);
    const where = await this.where(ctx, role, language);
    const timeZone = await this.timeZone(ctx, role);
    const date = (at: Date) => this.translator.date(language, at, timeZone);
    const fact = (key: string, value: string | null): MailFact[] =>
      value ? [{ label: this.translator.t(language, `notifications.facts.${key}`), value }] : [];
    return {
      audience,
      path: PATHS[template] ?? OWN_RIGHTS,
      ...(template === 'role_invitation' && link ? { link } : {}),
      values: {
        role: name,
        where,
        who: whoIn(matter, template),
        until:
          matter.kind === 'invitation'
            ? this.translator.dateInSentence(language, matter.invitation.expiresAt, timeZone)
            : '',
      },
      facts: [
        ...fact('role', name),
        ...fact('where', where),
        ...fact('acting_for', role.actingForName),
        ...fact('valid_from', date(role.validFrom)),
        ...fact('valid_until', role.validUntil && date(role.validUntil)),
      ],
      quote:
        matter.kind === 'grant' && ['role_revoked', 'role_refused'].includes(template)
          ? (matter.grant.revokeReason ?? role.reason)
          : role.reason,
    };
  }

  private async one(ctx: Ctx, id: Id | null): Promise<readonly Addressee[]> {
    const person = id === null ? null : await this.people.personById(ctx, id);
    return person ? [person] : [];
  }

  /** "University of Belgrade, Faculty of Physics, for those who leave"; the programme, where a role has no scope. */
  private async where(ctx: Ctx, role: ScopedRole, language: Language): Promise<string> {
    const institution = role.institutionId ? await this.institutions.byId(ctx, role.institutionId) : null;
    const parts = [
      institution && institutionName(language, institution).text,
      role.unitName && this.translator.localized(language, role.unitName),
      role.side && this.translator.t(language, `notifications.sides.${role.side}`),
      role.country && this.translator.countryName(language, role.country),
      role.callTitle && this.translator.localized(language, role.callTitle),
      role.panelName && this.translator.localized(language, role.panelName),
    ].filter((part) => part);
    return parts.join(', ') || this.translator.t(language, 'notifications.whole_programme');
  }

  private async timeZone(ctx: Ctx, { institutionCountry, country }: ScopedRole): Promise<string> {
    const code = institutionCountry ?? country;
    return code === null ? 'UTC' : (await this.countries.byCode(ctx, code)).timeZone;
  }
}

/** Whom the mail is about besides its reader. */
function whoIn(matter: RoleMatter, template: MailTemplate): string {
  if (matter.kind === 'invitation') {
    const { acceptedByName, invitedByName } = matter.invitation;
    return template === 'invitation_accepted' ? (acceptedByName ?? '') : invitedByName;
  }
  const { personName, actingForName, grantedByName } = matter.grant;
  if (template === 'role_lent') return actingForName ?? '';
  return template === 'role_given' ? (grantedByName ?? '') : personName;
}
