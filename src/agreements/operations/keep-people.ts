import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AgreementPersonEntity, PEOPLE_PARTS } from '../data/agreement-person.entity.js';
import type { PersonPart } from '../data/agreement-person.entity.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { AgreementRecords, factsOf } from './agreement-record.js';

const LONGEST_NAME = 200;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Whom to write to at a party, or who signs for it. */
export interface PartyPerson {
  /** The place of the party in the agreement. */
  readonly party: number;
  readonly part: string;
  readonly name: string;
  readonly office: string;
  readonly email: string;
}

/** The contacts and the signatories of the sides. They are no part of what is agreed, and change without a new version. */
@Injectable()
export class KeepPeople {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly audit: AuditTrail,
  ) {}

  async add(request: RequestContext, agreementId: Id, person: PartyPerson): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.records.lock(ctx, agreementId);
      authorise(
        ctx,
        agreementsPolicy,
        'agreement.keep_people',
        factsOf(record, 'agreement'),
        'agreement.read',
      );
      const party = record.agreement.parties[person.party];
      const part = PEOPLE_PARTS.find((each): each is PersonPart => each === person.part);
      const fields = problemsOf(person);
      if (!party) fields.push({ field: 'party', problem: 'not_in_list' });
      if (!part) fields.push({ field: 'part', problem: 'not_in_list' });
      if (fields.length > 0 || !party || !part) throw new DomainError('invalid', { fields });
      const now = ctx.clock.now();
      await ctx.tx.insert(AgreementPersonEntity, {
        id: newId(now),
        agreementId,
        institutionId: party.institutionId,
        country: party.country,
        part,
        name: person.name.trim(),
        office: person.office.trim(),
        email: person.email.trim() || null,
        versionId: null,
        personId: null,
        notedAt: now,
      });
      await this.audit.record(ctx, {
        action: 'agreement.person_added',
        subject: { kind: 'agreement', id: agreementId },
        data: { part, country: party.country },
      });
    });
  }

  async remove(request: RequestContext, agreementId: Id, personId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.records.lock(ctx, agreementId);
      authorise(
        ctx,
        agreementsPolicy,
        'agreement.keep_people',
        factsOf(record, 'agreement'),
        'agreement.read',
      );
      const person = isId(personId)
        ? await ctx.tx.findOneBy(AgreementPersonEntity, { id: personId, agreementId })
        : null;
      // Who has signed is part of the record.
      if (!person || person.part === 'signed') throw new DomainError('not_found');
      await ctx.tx.delete(AgreementPersonEntity, { id: person.id });
      await this.audit.record(ctx, {
        action: 'agreement.person_removed',
        subject: { kind: 'agreement', id: agreementId },
        data: { part: person.part, country: person.country },
      });
    });
  }
}

function problemsOf({ part, name, office, email }: PartyPerson): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [field, typed] of Object.entries({ name, office })) {
    if (typed.trim() === '') problems.push({ field, problem: 'required' });
    if (typed.length > LONGEST_NAME)
      problems.push({ field, problem: 'too_long', values: { max: LONGEST_NAME } });
  }
  if (email.trim() === '') {
    if (part === 'contact') problems.push({ field: 'email', problem: 'required' });
  } else if (!EMAIL.test(email.trim()) || email.length > LONGEST_NAME)
    problems.push({ field: 'email', problem: 'not_email' });
  return problems;
}
