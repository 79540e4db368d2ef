import { Injectable } from '@nestjs/common';
import { isEmail } from 'class-validator';
import { People, SignedLinks } from '../../access/public.js';
import { ApplicationFiles, ApplicationsRepository, EditApplication } from '../../applications/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { coApplicantsOf } from '../../calls/public.js';
import type { CoApplicantRule } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { isLanguage } from '../../shared/language.js';
import { addressKey, isMailedName } from '../../shared/mailed.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CoApplicantRow } from '../data/co-applicant.entity.js';
import { CoApplicantsRepository } from '../data/co-applicants.repository.js';
import {
  CO_APPLICANT,
  CO_APPLICANT_PURPOSE,
  EMAIL_MAX,
  NAME_MAX,
  PART_MAX,
  REASON_MAX,
} from '../domain/co-applicant.js';
import { LINK_DAYS, askedBefore, remindableFrom, roomFor } from '../domain/co-applicant-rules.js';
import {
  CO_APPLICANT_INVITED,
  CO_APPLICANT_REMINDED,
  CO_APPLICANT_REMOVED,
} from '../domain/co-applicants.events.js';
import { coApplicantsPolicy } from '../domain/co-applicants.policy.js';
import { CoApplicantRecord, factsOf } from './co-applicant-record.js';

/** So many times what a call admits is invited in all: this is no way to send mails to the world. */
const EVER_INVITED = 4;

/** Whom the applicant invites; each as it was typed. */
export interface Invited {
  readonly name: string;
  readonly email: string;
  readonly part: string;
  readonly language: string;
}

type CheckedInvited = Pick<CoApplicantRow, 'name' | 'email' | 'part' | 'language'>;

/** The applicant's side of applying together: whom to invite, to ask again, to take out. */
@Injectable()
export class InviteCoApplicants {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationsRepository,
    private readonly edit: EditApplication,
    private readonly files: ApplicationFiles,
    private readonly coApplicants: CoApplicantsRepository,
    private readonly record: CoApplicantRecord,
    private readonly links: SignedLinks,
    private readonly people: People,
  ) {}

  /** Invites somebody: they get a mail with a link. */
  invite(request: RequestContext, applicationId: string, invited: Invited): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      // Locked, so that of two at once the second finds the room that the first has left.
      const application = await this.applications.lock(ctx, applicationId);
      const now = ctx.clock.now();
      const id = newId(now);
      authorise(
        ctx,
        coApplicantsPolicy,
        'co_applicant.invite',
        factsOf({ id, state: 'invited', personId: null }, application),
        'co_applicant.read',
      );
      const rule = await this.open(ctx, application);
      const asked = await this.coApplicants.of(ctx, application.id);
      const states = asked.map(({ state }) => state);
      if (roomFor(rule, states) === 0) {
        throw new DomainError('conflict', { reason: 'enough_co_applicants', values: { count: rule.max } });
      }
      if (asked.length >= rule.max * EVER_INVITED) {
        throw new DomainError('conflict', { reason: 'too_many_invitations' });
      }
      const checked = await this.checked(ctx, application, asked, invited);
      const link = await this.link(ctx, id);
      await ctx.tx.insert(CoApplicantRow, {
        id,
        applicationId: application.id,
        state: 'invited',
        stateSince: now,
        ...checked,
        emailKey: addressKey(checked.email),
        ...link,
        createdAt: now,
      });
      const row = { id, applicationId: application.id };
      await this.record.note(ctx, row, 'invite');
      await this.record.tell(ctx, row, CO_APPLICANT_INVITED, { link: link.linkId });
      return { id };
    });
  }

  /**
   * Sends the invitation again, with another link where the first has run out.
   * @throws DomainError `invited_lately` where the last mail is not old enough
   */
  async remind(request: RequestContext, id: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { row, application } = await this.begin(ctx, id, 'co_applicant.remind');
      await this.open(ctx, application);
      const now = ctx.clock.now();
      if (now < remindableFrom(row)) throw new DomainError('conflict', { reason: 'invited_lately' });
      if (row.linkUntil <= now) {
        await this.links.revoke(ctx, CO_APPLICANT_PURPOSE, { kind: CO_APPLICANT, id: row.id });
        Object.assign(row, await this.link(ctx, row.id));
      }
      await this.coApplicants.save(ctx, Object.assign(row, { remindedAt: now }));
      await this.record.note(ctx, row, 'remind');
      await this.record.tell(ctx, row, CO_APPLICANT_REMINDED, { link: row.linkId });
    });
  }

  /** Takes an invitation back that was not answered yet. */
  async withdraw(request: RequestContext, id: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { row } = await this.begin(ctx, id, 'co_applicant.withdraw');
      await this.record.callOff(ctx, row);
    });
  }

  /** Takes somebody out who had said yes, as long as nothing is submitted. */
  async remove(request: RequestContext, id: string, reason: string): Promise<void> {
    const why = reason.normalize('NFC').trim();
    if (why.length > REASON_MAX) {
      throw new DomainError('invalid', {
        fields: [{ field: 'reason', problem: 'too_long', values: { max: REASON_MAX } }],
      });
    }
    await this.database.transaction(request, async (ctx) => {
      const { row } = await this.begin(ctx, id, 'co_applicant.remove');
      await this.record.move(ctx, row, 'remove', { reason: why || null });
      await this.record.tell(ctx, row, CO_APPLICANT_REMOVED);
    });
  }

  private async begin(
    ctx: Ctx,
    id: string,
    action: string,
  ): Promise<{ row: CoApplicantRow; application: ApplicationRow }> {
    const { applicationId } = await this.coApplicants.find(ctx, id);
    // Whoever applies together with somebody may look at the application, and whoever was taken out may not.
    const application = await this.applications.lock(ctx, applicationId);
    const row = await this.coApplicants.lock(ctx, id);
    authorise(ctx, coApplicantsPolicy, action, factsOf(row, application), 'co_applicant.read');
    return { row, application };
  }

  /** The rule of the call, while its applicant can still change the application. */
  private async open(ctx: Ctx, application: ApplicationRow): Promise<CoApplicantRule> {
    await this.edit.begin(ctx, application.id);
    const { form } = await this.files.of(ctx, application);
    const rule = coApplicantsOf(form);
    if (!rule) throw new DomainError('not_found');
    return rule;
  }

  private async link(ctx: Ctx, id: Id): Promise<Pick<CoApplicantRow, 'linkId' | 'linkUntil'>> {
    const link = await this.links.issue(ctx, {
      purpose: CO_APPLICANT_PURPOSE,
      subject: { kind: CO_APPLICANT, id },
      validDays: LINK_DAYS,
    });
    return { linkId: link.id, linkUntil: link.expiresAt };
  }

  private async checked(
    ctx: Ctx,
    application: ApplicationRow,
    asked: readonly CoApplicantRow[],
    typed: Invited,
  ): Promise<CheckedInvited> {
    const name = typed.name.normalize('NFC').trim();
    const email = typed.email.normalize('NFC').trim();
    const part = typed.part.normalize('NFC').trim().replace(/\s+/g, ' ');
    const { language } = typed;
    const own = await this.people.vouchedAddresses(ctx, application.applicantId);
    const now = ctx.clock.now();
    const key = addressKey(email);
    const address = (): FieldProblem | undefined => {
      if (email.length > EMAIL_MAX || !isEmail(email)) {
        return { field: 'email', problem: email ? 'not_email' : 'required' };
      }
      if (own.some((each) => addressKey(each) === key)) return { field: 'email', problem: 'own_co_address' };
      const before = asked.filter((each) => each.emailKey === key);
      return askedBefore(before, now) ?? undefined;
    };
    const problems: (FieldProblem | undefined)[] = [
      nameProblem(name),
      address(),
      partProblem(part),
      isLanguage(language) ? undefined : { field: 'language', problem: 'required_choice' },
    ];
    const fields = problems.filter((problem) => problem !== undefined);
    if (fields.length > 0 || !isLanguage(language)) throw new DomainError('invalid', { fields });
    return { name, email, part, language };
  }
}

function nameProblem(name: string): FieldProblem | undefined {
  if (name === '') return { field: 'name', problem: 'required' };
  if (name.length > NAME_MAX) return { field: 'name', problem: 'too_long', values: { max: NAME_MAX } };
  return isMailedName(name) ? undefined : { field: 'name', problem: 'not_name' };
}

function partProblem(part: string): FieldProblem | undefined {
  if (part === '') return { field: 'part', problem: 'required' };
  if (part.length > PART_MAX) return { field: 'part', problem: 'too_long', values: { max: PART_MAX } };
  // It goes into mails: no address in it, and nothing that a mail program makes one of.
  return /[/@<>\\]|\p{L}{2,}\.\p{L}{2,}/u.test(part) ? { field: 'part', problem: 'not_part' } : undefined;
}
