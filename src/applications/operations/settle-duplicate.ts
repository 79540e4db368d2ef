import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { AccountJoins, People } from '../../access/public.js';
import type { AccountJoin, DisplayName } from '../../access/public.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { DuplicatesRepository } from '../data/duplicates.repository.js';
import type { DuplicateVerdict, VerdictRow } from '../data/duplicates.repository.js';
import { AT_WORK, applicationsPolicy } from '../domain/applications.policy.js';
import type { LikenessKind } from '../domain/likeness.js';
import { requiredText } from '../domain/plain-text.js';

export const DUPLICATE_REASON_MAX = 4000;

/** Another account that may be, or was found to be, the applicant's. */
export interface PossibleDuplicate {
  readonly personId: Id;
  /** Its applications that the actor may see, those that are alike first. */
  readonly applications: readonly {
    readonly application: ApplicationRow;
    readonly kinds: readonly LikenessKind[];
  }[];
  readonly verdict: VerdictRow | null;
  /** Whether there is something to settle: nothing was said yet, or something new makes them alike. */
  readonly open: boolean;
  readonly maySettle: boolean;
  /** That the person was asked to make the two accounts one, the latest time; null: they were not. */
  readonly join: AccountJoin | null;
}

export interface DuplicatesOfFile {
  readonly others: readonly PossibleDuplicate[];
  /** Other applications of the applicant, in this account or one found to be theirs, for a stay at the same time. */
  readonly atTheSameTime: readonly ApplicationRow[];
  /** Accounts that their person joined to this one, the latest first. */
  readonly joined: readonly AccountJoin[];
  /** Names of the officers who settled something. */
  readonly officers: ReadonlyMap<Id, DisplayName>;
}

/**
 * Whether two accounts are one person's. An officer says so with a reason, and it stands on the files of both; nothing is
 * withdrawn, closed or joined by it. Joining the accounts is the matter of their person.
 */
@Injectable()
export class SettleDuplicate {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(DuplicatesRepository) private readonly duplicates: DuplicatesRepository,
    @Inject(People) private readonly people: People,
    @Inject(AccountJoins) private readonly joins: AccountJoins,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError `not_found`, `forbidden` where duplicates are not for the actor's eyes */
  async list(ctx: Ctx, applicationId: string): Promise<DuplicatesOfFile> {
    const application = await this.applications.find(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.read_duplicates', application, 'application.read');
    return this.of(ctx, application);
  }

  /** The same of an application for whoever was asked before. */
  async of(ctx: Ctx, application: ApplicationRow): Promise<DuplicatesOfFile> {
    const matches = await this.duplicates.matches(ctx, application.id);
    const kinds = new Map(matches.map((match) => [match.otherId, match]));
    const verdicts = await this.duplicates.verdictsOn(ctx, application.applicantId);
    const same = [...verdicts].flatMap(([person, { verdict }]) =>
      verdict === 'same_person' ? [person] : [],
    );
    const ids = new Set([...kinds.keys(), ...(await this.duplicates.applicationsOf(ctx, same))]);
    const readable = await this.readable(ctx, [...ids]);
    const persons = [...new Set(readable.map(({ applicantId }) => applicantId))];
    const maySettle = this.maySettle(ctx, application);
    // Of an account that was joined no file is left: whoever may know of duplicates is told what became of it.
    const joins = await withSystemRights(ctx, () => this.joins.of(ctx, application.applicantId));
    const others = persons.map((personId): PossibleDuplicate => {
      const files = readable.filter(({ applicantId }) => applicantId === personId);
      const alike = files.map((file) => ({ application: file, kinds: kinds.get(file.id)?.kinds ?? [] }));
      return {
        personId,
        applications: alike.toSorted((a, b) => b.kinds.length - a.kinds.length),
        verdict: verdicts.get(personId) ?? null,
        open: files.some(({ id }) => kinds.get(id)?.settled === false),
        maySettle: maySettle && files.some((file) => this.maySettle(ctx, file)),
        join: joins.find(({ firstId, secondId }) => firstId === personId || secondId === personId) ?? null,
      };
    });
    const together = await this.duplicates.atTheSameTime(
      ctx,
      application.id,
      [application.applicantId, ...same],
      AT_WORK,
    );
    const officers = others.flatMap(({ verdict }) =>
      verdict ? [verdict.settledBy, verdict.settledFor] : [],
    );
    return {
      others: others.toSorted((a, b) => Number(b.open) - Number(a.open)),
      joined: joins.filter(({ keptId }) => keptId === application.applicantId),
      atTheSameTime: await this.readable(ctx, together),
      officers: await withSystemRights(ctx, () =>
        this.people.displayNames(
          ctx,
          officers.filter((id) => id !== null),
        ),
      ),
    };
  }

  /**
   * @param known the word that the officer saw when they decided; null where there was none
   * @throws DomainError `not_found` where one of the two is not for the actor; `conflict` (`not_alike`) where nothing makes
   *   them alike; `stale` where somebody else settled it since
   */
  run(
    request: RequestContext,
    applicationId: string,
    otherId: string,
    given: { readonly verdict: DuplicateVerdict; readonly reason: string; readonly known: Id | null },
  ): Promise<VerdictRow> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.find(ctx, applicationId);
      authorise(ctx, applicationsPolicy, 'application.settle_duplicate', application, 'application.read');
      const other = isId(otherId) ? (await this.readable(ctx, [otherId]))[0] : undefined;
      if (!other) throw new DomainError('not_found');
      authorise(ctx, applicationsPolicy, 'application.settle_duplicate', other, 'application.read');
      if (other.applicantId === application.applicantId) {
        throw new DomainError('conflict', { reason: 'not_alike' });
      }
      const settledBy = ctx.actor.personId;
      if (settledBy === null) throw new DomainError('forbidden');
      await this.duplicates.lockPair(ctx, application.applicantId, other.applicantId);
      const kinds = await this.duplicates.kindsBetween(ctx, application.applicantId, other.applicantId);
      const before =
        (await this.duplicates.verdictsOn(ctx, application.applicantId)).get(other.applicantId) ?? null;
      if (kinds.length === 0 && !before) throw new DomainError('conflict', { reason: 'not_alike' });
      if ((before?.id ?? null) !== given.known) throw new DomainError('stale');
      const [first, second] =
        application.applicantId < other.applicantId ? [application, other] : [other, application];
      const now = ctx.clock.now();
      const verdict: VerdictRow = {
        id: newId(now),
        firstId: first.applicantId,
        secondId: second.applicantId,
        verdict: given.verdict,
        kinds,
        reason: requiredText(given.reason, 'reason', DUPLICATE_REASON_MAX),
        firstApplicationId: first.id,
        secondApplicationId: second.id,
        settledBy,
        settledFor: ctx.authority?.actingFor ?? null,
        settledAt: now,
      };
      await this.duplicates.addVerdict(ctx, verdict);
      await this.duplicates.settle(ctx, verdict);
      // A record of its own: on the record of either file it would tell of the other to whoever sees only the one.
      await this.audit.record(ctx, {
        action: `duplicate.${given.verdict}`,
        subject: { kind: 'duplicate', id: verdict.id },
        data: { applications: [application.id, other.id], kinds },
      });
      return verdict;
    });
  }

  private maySettle({ actor }: Ctx, application: ApplicationRow): boolean {
    return applicationsPolicy.decide(actor, 'application.settle_duplicate', application).allowed;
  }

  /** In the order asked for, without those of which the actor may not know that they are like another. */
  private async readable(ctx: Ctx, ids: readonly Id[]): Promise<ApplicationRow[]> {
    const rows = new Map((await this.applications.findMany(ctx, ids)).map((row) => [row.id, row]));
    return ids.flatMap((id) => {
      const row = rows.get(id);
      return row && applicationsPolicy.decide(ctx.actor, 'application.read_duplicates', row).allowed
        ? [row]
        : [];
    });
  }
}
