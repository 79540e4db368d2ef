import { Injectable } from '@nestjs/common';
import { isEmail } from 'class-validator';
import { IsNull } from 'typeorm';
import { AccessPorts, CONFLICT_KINDS, People, ownAccount } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import { fieldOfStudy } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { readIdentifier } from '../../shared/identifiers.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { hasRole } from '../../shared/policy.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PersonTieRow } from '../data/person-tie.entity.js';
import { PersonWorkRow } from '../data/person-work.entity.js';
import { ReviewerProfileRow } from '../data/reviewer-profile.entity.js';
import { readDoi, readDois } from '../domain/doi.js';
import { ReviewsPorts } from '../reviews-ports.js';
import { FindConflicts } from './find-conflicts.js';

const MOST_WORKS = 2_000;
const MOST_TIES = 100;
const NAME_MAX = 200;
const EMAIL_MAX = 254;
export const READ_LANGUAGES = ['sr', 'ru', 'en'] as const;

export interface OwnProfile {
  readonly orcid: string;
  readonly works: readonly PersonWorkRow[];
  readonly ties: readonly PersonTieRow[];
  /** Null for whoever assesses nothing. */
  readonly reviewer: {
    readonly fields: readonly string[];
    readonly languages: readonly string[];
    readonly unitId: Id | null;
    readonly units: readonly { readonly id: Id; readonly name: LocalizedText }[];
  } | null;
  /** Whether an ORCID record can be read. */
  readonly registerAnswers: boolean;
}

/**
 * What somebody says of themselves so that nobody judges whom they should not: works, family, whom they supervise or were
 * supervised by; and in which fields and languages they assess. What it binds is found in the act that says it.
 */
@Injectable()
export class KeepProfile {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly access: AccessPorts,
    private readonly ports: ReviewsPorts,
    private readonly finding: FindConflicts,
    private readonly audit: AuditTrail,
  ) {}

  async read(ctx: Ctx): Promise<OwnProfile> {
    const personId = ownAccount(ctx, 'account.read');
    const profile = await this.profileOf(ctx, personId);
    return {
      orcid: profile.orcid ?? '',
      works: await ctx.tx.find(PersonWorkRow, { where: { personId }, order: { doi: 'ASC' } }),
      ties: await this.tiesOf(ctx, personId),
      reviewer: hasRole(ctx.actor, 'reviewer')
        ? {
            fields: profile.fields,
            languages: profile.languages,
            unitId: profile.unitId,
            units: await this.unitsOf(ctx, personId),
          }
        : null,
      registerAnswers: this.ports.worksOfOrcid !== null,
    };
  }

  /**
   * The whole list takes the place of the one before; what was read from a record and is still in it stays marked so.
   * @throws DomainError `invalid` (fields `dois`, `orcid`)
   */
  async saveWorks(
    request: RequestContext,
    typed: { readonly dois: string; readonly orcid: string },
  ): Promise<void> {
    const { dois, unread } = readDois(typed.dois);
    const problems: FieldProblem[] = [];
    if (unread.length > 0) {
      problems.push({ field: 'dois', problem: 'not_doi', values: { words: unread.slice(0, 3).join(' ') } });
    } else if (dois.length > MOST_WORKS) {
      problems.push({ field: 'dois', problem: 'too_many', values: { max: MOST_WORKS } });
    }
    const orcid = typed.orcid.trim() === '' ? null : readIdentifier('orcid', typed.orcid);
    if (orcid && !orcid.ok) problems.push({ field: 'orcid', problem: orcid.problem });
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
    await this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      const profile = await this.profileOf(ctx, personId);
      const value = orcid?.ok ? orcid.value : null;
      await ctx.tx.save(ReviewerProfileRow, { ...profile, orcid: value, savedAt: ctx.clock.now() });
      await ctx.tx.query('delete from person_works where person_id = $1 and not doi = any ($2)', [
        personId,
        dois,
      ]);
      await this.addWorks(ctx, personId, dois, 'entered');
      await this.note(ctx, personId, 'works_said', { works: dois.length });
      await this.finding.ofPerson(ctx, personId);
    });
  }

  /**
   * Adds what stands in one's ORCID record. It is asked outside of any transaction: it may take its time.
   * @returns how many works it names
   * @throws DomainError `invalid` (field `orcid`), `unavailable` (`register_silent`)
   */
  async readRecord(request: RequestContext): Promise<number> {
    const { worksOfOrcid } = this.ports;
    if (!worksOfOrcid) throw new DomainError('not_found');
    const orcid = await this.database.read(
      request,
      async (ctx) => (await this.profileOf(ctx, ownAccount(ctx, 'account.change'))).orcid,
    );
    if (!orcid) throw new DomainError('invalid', { fields: [{ field: 'orcid', problem: 'required' }] });
    const told = await worksOfOrcid(orcid).catch(() => null);
    if (!told) throw new DomainError('unavailable', { reason: 'register_silent' });
    const dois = [...new Set(told.flatMap((each) => readDoi(each) ?? []))].slice(0, MOST_WORKS);
    await this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      await this.addWorks(ctx, personId, dois, 'orcid');
      await this.note(ctx, personId, 'works_read', { works: dois.length });
      await this.finding.ofPerson(ctx, personId);
    });
    return dois.length;
  }

  /** @throws DomainError `invalid` (fields `kind`, `name`, `email`), `conflict` (`tie_named`) */
  async nameTie(
    request: RequestContext,
    typed: { readonly kind: string; readonly name: string; readonly email: string },
  ): Promise<void> {
    const kind = CONFLICT_KINDS.find((each) => each === typed.kind);
    const name = typed.name.normalize('NFC').replace(/\s+/g, ' ').trim();
    const emailKey = typed.email.trim().toLowerCase();
    const problems: FieldProblem[] = [];
    if (!kind) problems.push({ field: 'kind', problem: 'required_choice' });
    if (name === '') problems.push({ field: 'name', problem: 'required' });
    else if (name.length > NAME_MAX) {
      problems.push({ field: 'name', problem: 'too_long', values: { max: NAME_MAX } });
    }
    if (emailKey.length > EMAIL_MAX || !isEmail(emailKey)) {
      problems.push({ field: 'email', problem: 'not_email' });
    }
    if (!kind || problems.length > 0) throw new DomainError('invalid', { fields: problems });
    await this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      // Of two clicks the second finds what the first has named.
      await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `person_ties ${personId}`,
      ]);
      const standing = await this.tiesOf(ctx, personId);
      if (standing.some((tie) => tie.kind === kind && tie.emailKey === emailKey)) {
        throw new DomainError('conflict', { reason: 'tie_named' });
      }
      if (standing.length >= MOST_TIES) throw new DomainError('conflict', { reason: 'too_many_ties' });
      const now = ctx.clock.now();
      const tie = { id: newId(now), personId, kind, name, emailKey, namedAt: now, endedAt: null };
      await ctx.tx.insert(PersonTieRow, tie);
      await this.note(ctx, personId, 'tie_named', { tie: tie.id, kind });
      await this.finding.ofPerson(ctx, personId);
    });
  }

  /** What was found by it stands until whoever keeps the panel looks at it. */
  async endTie(request: RequestContext, tieId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      const tie = isId(tieId)
        ? await ctx.tx.findOneBy(PersonTieRow, { id: tieId, personId, endedAt: IsNull() })
        : null;
      if (!tie) throw new DomainError('not_found');
      await ctx.tx.update(PersonTieRow, { id: tie.id }, { endedAt: ctx.clock.now() });
      await this.note(ctx, personId, 'tie_ended', { tie: tie.id, kind: tie.kind });
    });
  }

  /** @throws DomainError `forbidden` for whoever assesses nothing, `invalid` (fields `fields`, `languages`, `unit`) */
  async saveReviewer(
    request: RequestContext,
    typed: {
      readonly fields: readonly string[];
      readonly languages: readonly string[];
      readonly unit: string;
    },
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      if (!hasRole(ctx.actor, 'reviewer')) throw new DomainError('forbidden', { reason: 'no_role' });
      const fields = [...new Set(typed.fields)].sort();
      const languages = READ_LANGUAGES.filter((each) => typed.languages.includes(each));
      const units = await this.unitsOf(ctx, personId);
      const unit = units.find(({ id }) => id === typed.unit);
      const problems: FieldProblem[] = [];
      if (fields.some((code) => !fieldOfStudy(code)))
        problems.push({ field: 'fields', problem: 'not_in_list' });
      if (typed.languages.some((each) => !languages.some((known) => known === each))) {
        problems.push({ field: 'languages', problem: 'not_in_list' });
      }
      if (typed.unit !== '' && !unit) problems.push({ field: 'unit', problem: 'not_in_list' });
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      const profile = await this.profileOf(ctx, personId);
      await ctx.tx.save(ReviewerProfileRow, {
        ...profile,
        fields,
        languages,
        unitId: unit?.id ?? null,
        savedAt: ctx.clock.now(),
      });
      await this.note(ctx, personId, 'fields_said', { fields, languages });
      await this.finding.ofPerson(ctx, personId);
    });
  }

  private async addWorks(
    ctx: Ctx,
    personId: Id,
    dois: readonly string[],
    source: PersonWorkRow['source'],
  ): Promise<void> {
    await ctx.tx.query(
      `insert into person_works (person_id, doi, source, added_at)
       select $1, doi, $3, $4 from unnest($2::text[]) doi on conflict do nothing`,
      [personId, dois, source, ctx.clock.now()],
    );
  }

  private async profileOf(ctx: Ctx, personId: Id): Promise<Omit<ReviewerProfileRow, 'savedAt'>> {
    const found = await ctx.tx.findOneBy(ReviewerProfileRow, { personId });
    return found ?? { personId, orcid: null, fields: [], languages: [], unitId: null };
  }

  private tiesOf(ctx: Ctx, personId: Id): Promise<PersonTieRow[]> {
    return ctx.tx.find(PersonTieRow, {
      where: { personId, endedAt: IsNull() },
      order: { namedAt: 'ASC', id: 'ASC' },
    });
  }

  private async unitsOf(ctx: Ctx, personId: Id) {
    const person = await this.people.personById(ctx, personId);
    return person?.homeInstitutionId ? this.access.places.unitsOf(ctx, person.homeInstitutionId) : [];
  }

  /** How many, never which: a personal value has no place in the record. */
  private async note(ctx: Ctx, personId: Id, act: string, data: AuditEntry['data']): Promise<void> {
    await this.audit.record(ctx, {
      action: `profile.${act}`,
      subject: { kind: 'person', id: personId },
      data,
    });
  }
}
