import { Inject, Injectable } from '@nestjs/common';
import { AccessPorts, OwnRecord } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { RecordedEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { PersonRecord } from '../domain/person-record.js';
import type { PersonDataSource, PersonPart } from '../privacy-ports.js';

const PAGE_SIZE = 1000;

/** What the rooms to the left and this one hold about a person: the account, consents, transfers, mails, acts. */
@Injectable()
export class PersonOfAccount implements PersonDataSource {
  constructor(
    @Inject(OwnRecord) private readonly own: OwnRecord,
    @Inject(AccessPorts) private readonly ports: AccessPorts,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  async of(ctx: Ctx, personId: Id): Promise<PersonPart> {
    const { tx } = ctx;
    const own = await this.own.of(ctx, personId);
    return {
      data: {
        ...own,
        person: (await this.named(ctx, 'homeInstitution', [own.person]))[0],
        roles: await this.named(ctx, 'institution', own.roles),
        proposedRoles: await this.named(ctx, 'institution', own.proposedRoles),
        consents: await tx.query(
          `select id, purpose, subject_kind as "subjectKind", subject_id as "subjectId", text_version as "textVersion",
             text_hash as "textHash", language, given_at as "givenAt", withdrawn_at as "withdrawnAt"
           from consents where person_id = $1 order by given_at, id`,
          [personId],
        ),
        residencies: await tx.query(
          `select country as "ownerCountry", law, citizenship as "citizenshipCountry", residence as "residenceCountry",
             stated_at as "statedAt", ended_at as "endedAt"
           from residencies where person_id = $1 order by stated_at, id`,
          [personId],
        ),
        corrections: await tx.query(
          `select id, field, wanted, because, state, answer, owner_country as "ownerCountry", told as "toldCountry",
             asked_at as "askedAt", ended_at as "endedAt"
           from corrections where person_id = $1 order by asked_at, id`,
          [personId],
        ),
        erasures: await tx.query(
          `select id, state, owner_country as "ownerCountry", asked_at as "askedAt", due_at as "dueAt",
             withdraw_until as "withdrawUntil", extension_reason as "extensionReason",
             case when state = 'refused' then reason_code end as "reasonCode",
             case when state = 'refused' then reason end as reason, ended_at as "endedAt"
           from erasures where person_id = $1 order by asked_at, id`,
          [personId],
        ),
        transfers: await this.named(
          ctx,
          'recipientInstitution',
          await tx.query(
            `select t.id, t.subject_kind as "subjectKind", t.subject_id as "subjectId", t.from_country as "fromCountry",
             t.to_country as "toCountry", t.recipient_institution_id as "recipientInstitutionId", t.purpose,
             t.legal_basis as "legalBasis", t.fields, t.act, t.at
           from transfers t where t.person_id = $1 order by t.at, t.id`,
            [personId],
          ),
        ),
        mails: await tx.query(
          `select id, address, language, template, state, queued_at as "queuedAt", sent_at as "sentAt"
           from mail_messages where person_id = $1 order by queued_at, id`,
          [personId],
        ),
        acts: (await this.entries(ctx, personId)).map((entry) => ({
          at: entry.at,
          action: entry.action,
          subjectKind: entry.subject.kind,
          subjectId: entry.subject.id,
          role: entry.role,
          by: entry.actorId === personId ? 'you' : 'deputy',
        })),
      },
      files: [],
    };
  }

  /** Beside the id of an institution its name in the language of the copy. */
  private async named(
    ctx: Ctx,
    key: 'institution' | 'homeInstitution' | 'recipientInstitution',
    records: readonly PersonRecord[],
  ): Promise<readonly PersonRecord[]> {
    const idOf = (record: PersonRecord) => {
      const id = record[`${key}Id`];
      return typeof id === 'string' ? id : null;
    };
    const ids = records.flatMap((record) => idOf(record) ?? []);
    const names = await this.ports.places.institutionNames(ctx, [...new Set<Id>(ids)]);
    return records.map((record) => ({ ...record, [key]: names.get(idOf(record) ?? '') ?? null }));
  }

  /** What the person did and what a deputy did for them, the oldest first; what it was about stays a code. */
  private async entries(ctx: Ctx, personId: Id): Promise<readonly RecordedEntry[]> {
    const all: RecordedEntry[] = [];
    let before: string | null = null;
    do {
      const page: RecordedEntry[] = await this.audit.ofPerson(ctx, personId, before, PAGE_SIZE);
      all.push(...page);
      before = page.length === PAGE_SIZE ? (page.at(-1)?.id ?? null) : null;
    } while (before !== null);
    return all.reverse();
  }
}
