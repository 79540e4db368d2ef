import { Injectable } from '@nestjs/common';
import { isEmail } from 'class-validator';
import { People, SignedLinks } from '../../access/public.js';
import { ApplicationFiles, ApplicationsRepository } from '../../applications/public.js';
import type { ApplicationFile } from '../../applications/public.js';
import { referencesDueAt, referencesOf } from '../../calls/public.js';
import type { ReferenceRequirement } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { isLanguage } from '../../shared/language.js';
import { isMailedName } from '../../shared/mailed.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ReferenceRequestRow } from '../data/reference-request.entity.js';
import { ReferencesRepository } from '../data/references.repository.js';
import { EMAIL_MAX, LETTER_PURPOSE, NAME_MAX, REFERENCE, RELATIONS } from '../domain/reference.js';
import type { Relation } from '../domain/reference.js';
import { addressProblem, emailKey, isOverdue, remindableFrom, roomFor } from '../domain/reference-rules.js';
import { OUTSTANDING } from '../domain/reference.states.js';
import { REFERENCE_INVITED, REFERENCE_REMINDED } from '../domain/references.events.js';
import { referencesPolicy } from '../domain/references.policy.js';
import { ReferenceRecord, factsOf } from './reference-record.js';

const DAY_MS = 86_400_000;
/** So long after the deadline the link still shows what became of the letter. */
const SHOWS_DAYS = 90;

/** So many times what a call wants is asked in all: this is no way to send mails to the world. */
const EVER_ASKED = 4;
/** Of which a letter is there or may still come. */
const STILL_COUNTS: readonly ReferenceRequestRow['state'][] = ['invited', 'opened', 'received'];

/** Whom the applicant asks; each as it was typed. */
export interface Referee {
  readonly name: string;
  readonly email: string;
  readonly relation: string;
  readonly language: string;
}

interface CheckedReferee {
  readonly name: string;
  readonly email: string;
  readonly relation: Relation;
  readonly language: ReferenceRequestRow['language'];
}

/** The applicant's side of letters of reference: whom to ask, to remind, to let go, to ask instead. */
@Injectable()
export class AskReferees {
  constructor(
    private readonly database: Database,
    private readonly applications: ApplicationsRepository,
    private readonly files: ApplicationFiles,
    private readonly references: ReferencesRepository,
    private readonly record: ReferenceRecord,
    private readonly links: SignedLinks,
    private readonly people: People,
  ) {}

  /** Asks somebody for a letter: they get a mail with a link. */
  invite(request: RequestContext, applicationId: string, referee: Referee): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      // Locked, so that of two at once the second finds the room that the first has left.
      const application = await this.applications.lock(ctx, applicationId);
      const id = newId(ctx.clock.now());
      authorise(
        ctx,
        referencesPolicy,
        'reference.invite',
        factsOf({ id, state: 'invited' }, application),
        'reference.read',
      );
      const file = await this.files.of(ctx, application);
      const asked = await this.references.of(ctx, application.id);
      const requirement = requirementOf(file);
      if (
        roomFor(
          requirement,
          asked.map(({ state }) => state),
        ) === 0
      ) {
        throw new DomainError('conflict', { reason: 'enough_referees', values: { count: requirement.max } });
      }
      await this.enter(ctx, file, requirement, id, await this.checked(ctx, file, asked, referee));
      return { id };
    });
  }

  /** Asks somebody else in place of one who declined, did not answer, or is not to write any more. */
  replace(request: RequestContext, referenceId: string, referee: Referee): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      const { reference, file } = await this.begin(ctx, referenceId, 'reference.replace');
      const requirement = requirementOf(file);
      const asked = await this.references.of(ctx, reference.applicationId);
      const awaited = OUTSTANDING.includes(reference.state);
      const id = newId(ctx.clock.now());
      await this.enter(ctx, file, requirement, id, await this.checked(ctx, file, asked, referee));
      await this.record.move(ctx, reference, 'replace', { replacedBy: id });
      await this.record.letGo(ctx, reference, awaited);
      return { id };
    });
  }

  /** @throws DomainError `reminded_lately` where the last mail is not old enough. */
  async remind(request: RequestContext, referenceId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { reference, file } = await this.begin(ctx, referenceId, 'reference.remind');
      requireInTime(ctx, file, requirementOf(file));
      const now = ctx.clock.now();
      if (now < remindableFrom(reference)) throw new DomainError('conflict', { reason: 'reminded_lately' });
      await this.references.save(ctx, Object.assign(reference, { remindedAt: now }));
      await this.record.note(ctx, reference, 'remind');
      await this.record.tell(ctx, reference, REFERENCE_REMINDED, { link: reference.linkId });
    });
  }

  /** Lets a referee go who has not written yet. */
  async withdraw(request: RequestContext, referenceId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { reference, file } = await this.begin(ctx, referenceId, 'reference.withdraw');
      const requirement = referencesOf(file.form);
      const asked = await this.references.of(ctx, reference.applicationId);
      // What was submitted counted on them: in place of one somebody else is asked.
      if (
        file.application.number !== null &&
        requirement &&
        asked.filter(({ state }) => STILL_COUNTS.includes(state)).length <= requirement.min
      ) {
        throw new DomainError('conflict', {
          reason: 'referees_needed',
          values: { count: requirement.min },
        });
      }
      await this.record.move(ctx, reference, 'withdraw');
      await this.record.letGo(ctx, reference, true);
    });
  }

  private async begin(
    ctx: Ctx,
    referenceId: string,
    action: string,
  ): Promise<{ reference: ReferenceRequestRow; file: ApplicationFile }> {
    const { applicationId } = await this.references.find(ctx, referenceId);
    const application = await this.applications.lock(ctx, applicationId);
    const reference = await this.references.lock(ctx, referenceId);
    authorise(ctx, referencesPolicy, action, factsOf(reference, application), 'reference.read');
    return { reference, file: await this.files.of(ctx, application) };
  }

  private async enter(
    ctx: Ctx,
    file: ApplicationFile,
    requirement: ReferenceRequirement,
    id: Id,
    { name, email, relation, language }: CheckedReferee,
  ): Promise<void> {
    const now = ctx.clock.now();
    const dueAt = requireInTime(ctx, file, requirement);
    if ((await this.references.of(ctx, file.application.id)).length >= requirement.max * EVER_ASKED) {
      throw new DomainError('conflict', { reason: 'too_many_referees' });
    }
    const link = await this.links.issue(ctx, {
      purpose: LETTER_PURPOSE,
      subject: { kind: REFERENCE, id },
      validDays: Math.ceil((dueAt.getTime() - now.getTime()) / DAY_MS) + SHOWS_DAYS,
    });
    await ctx.tx.insert(ReferenceRequestRow, {
      id,
      applicationId: file.application.id,
      state: 'invited',
      stateSince: now,
      name,
      email,
      emailKey: emailKey(email),
      relation,
      language,
      confidential: requirement.confidential,
      dueAt,
      linkId: link.id,
      createdAt: now,
      remindedAt: null,
      clockRemindedAt: null,
      declineReason: null,
      replacedBy: null,
    });
    const reference = { id, applicationId: file.application.id };
    await this.record.note(ctx, reference, 'invite', { confidential: requirement.confidential });
    await this.record.tell(ctx, reference, REFERENCE_INVITED, { link: link.id });
  }

  private async checked(
    ctx: Ctx,
    file: ApplicationFile,
    asked: readonly ReferenceRequestRow[],
    typed: Referee,
  ): Promise<CheckedReferee> {
    const name = typed.name.normalize('NFC').trim();
    const email = typed.email.normalize('NFC').trim();
    const relation = RELATIONS.find((each) => each === typed.relation);
    const { language } = typed;
    const problems: (FieldProblem | undefined)[] = [
      nameProblem(name),
      email.length > EMAIL_MAX || !isEmail(email)
        ? { field: 'email', problem: email ? 'not_email' : 'required' }
        : addressProblem(email, await this.known(ctx, file, asked)),
      relation ? undefined : { field: 'relation', problem: 'required_choice' },
      isLanguage(language) ? undefined : { field: 'language', problem: 'required_choice' },
    ];
    const fields = problems.filter((problem) => problem !== undefined);
    if (fields.length > 0 || !relation || !isLanguage(language)) throw new DomainError('invalid', { fields });
    return { name, email, relation, language };
  }

  /** Addresses at which nobody can be asked, and why. Those of offices are no sight of an applicant. */
  private async known(
    ctx: Ctx,
    { application, form, sections }: ApplicationFile,
    asked: readonly ReferenceRequestRow[],
  ): Promise<Parameters<typeof addressProblem>[1]> {
    const applicant = await this.people.personById(ctx, application.applicantId);
    const answered = form.sections.flatMap(({ id, questions }) =>
      questions
        .filter(({ type }) => type === 'email')
        .flatMap((question) => sections.get(id)?.answers[question.id] ?? []),
    );
    const { homeInstitutionId, homeUnitId, hostInstitutionId, hostUnitId } = application;
    const offices = await withSystemRights(ctx, async () => [
      ...(homeInstitutionId
        ? await this.people.peopleWithRole(ctx, 'coordinator', {
            institutionId: homeInstitutionId,
            side: 'home',
            unitId: homeUnitId,
          })
        : []),
      ...(hostInstitutionId
        ? await this.people.peopleWithRole(ctx, 'coordinator', {
            institutionId: hostInstitutionId,
            side: 'host',
            unitId: hostUnitId,
          })
        : []),
    ]);
    return {
      own: [...(applicant ? [applicant.email] : []), ...answered],
      // Who was let go hears of it again no sooner than who is reminded.
      asked: asked
        .filter(
          (each) =>
            (each.state !== 'withdrawn' && each.state !== 'replaced') ||
            ctx.clock.now() < remindableFrom(each),
        )
        .map((each) => each.email),
      offices: offices.map((each) => each.email),
    };
  }
}

function nameProblem(name: string): FieldProblem | undefined {
  if (name === '') return { field: 'name', problem: 'required' };
  if (name.length > NAME_MAX) return { field: 'name', problem: 'too_long', values: { max: NAME_MAX } };
  return isMailedName(name) ? undefined : { field: 'name', problem: 'not_name' };
}

function requirementOf({ form }: ApplicationFile): ReferenceRequirement {
  const requirement = referencesOf(form);
  if (!requirement) throw new DomainError('not_found');
  return requirement;
}

/** Until when letters are taken, or a refusal once that is over. */
function requireInTime(ctx: Ctx, { call }: ApplicationFile, requirement: ReferenceRequirement): Date {
  const dueAt = referencesDueAt(call, requirement);
  if (call.state === 'cancelled' || isOverdue({ dueAt }, ctx.clock.now())) {
    throw new DomainError('too_late', { reason: 'reference_deadline_passed' });
  }
  return dueAt;
}
