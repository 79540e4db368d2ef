import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { AccessPorts } from '../access-ports.js';
import type { RecordName } from '../access-ports.js';
import type { ConflictDeclarationEntity } from '../data/conflict-declaration.entity.js';
import { People } from '../data/people.js';
import { RoleGrants } from '../data/role-grants.js';
import { peoplePolicy } from '../domain/roles.policy.js';
import { Conflicts } from '../operations/conflicts.js';
import { offered } from './presenters/present-grant.js';
import type { Reading } from './presenters/present-grant.js';
import type { ConflictLine } from './views/people-views.js';

/** Declared conflicts of interest, as a page shows them to whoever may read them. */
@Injectable()
export class ReadConflicts {
  constructor(
    private readonly conflicts: Conflicts,
    private readonly grants: RoleGrants,
    private readonly people: People,
    private readonly ports: AccessPorts,
  ) {}

  /** Nothing for whoever may not read them: that somebody declared one is no business of the others. */
  async ofPerson(ctx: Ctx, reading: Reading, personId: Id): Promise<readonly ConflictLine[]> {
    const facts = await this.grants.personFacts(ctx, personId);
    if (!peoplePolicy.decide(ctx.actor, 'person.read_conflicts', facts).allowed) return [];
    const declared = await this.conflicts.ofPerson(ctx, personId);
    if (declared.length === 0) return [];
    const lift = peoplePolicy.decide(ctx.actor, 'person.lift_conflict', facts);
    const files = await this.files(ctx, declared);
    const names = await this.people.displayNames(
      ctx,
      declared.flatMap(({ liftedBy }) => liftedBy ?? []),
    );
    return declared.map((conflict) => {
      const at = (instant: Date) =>
        reading.translator.dateInSentence(reading.language, instant, reading.zone);
      const { id, kind, applicationId, declaredAt, liftedAt, liftedBy, liftReason } = conflict;
      const lifter = liftedBy === null ? null : names.get(liftedBy);
      return {
        kind: { key: `access.conflicts.kinds.${kind}` },
        file: files.get(applicationId) ?? null,
        declared: { key: 'access.conflicts.declared', values: { at: at(declaredAt) } },
        lifted: liftedAt && {
          when: {
            key: lifter ? 'access.conflicts.lifted_by' : 'access.conflicts.lifted',
            values: { at: at(liftedAt), name: lifter?.name ?? '' },
          },
          reason: liftReason ?? '',
        },
        lift: liftedAt
          ? null
          : offered(`/admin/people/${personId}/conflicts/${id}/lift`, lift.allowed ? null : lift.reason),
      };
    });
  }

  /** Those that the reader may open. */
  private async files(
    ctx: Ctx,
    declared: readonly ConflictDeclarationEntity[],
  ): Promise<ReadonlyMap<Id, RecordName>> {
    const kind = this.ports.records.find(({ subject }) => subject === 'application');
    const ids = new Set(declared.map(({ applicationId }) => applicationId));
    return kind ? kind.named(ctx, [...ids]) : new Map<Id, RecordName>();
  }
}
