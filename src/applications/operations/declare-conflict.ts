import { Inject, Injectable } from '@nestjs/common';
import { Conflicts } from '../../access/public.js';
import type { ConflictKind } from '../../access/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { applicationsPolicy } from '../domain/applications.policy.js';

/** An official says that they are bound to the applicant, and is out of every file of theirs from then on. */
@Injectable()
export class DeclareConflict {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Conflicts) private readonly conflicts: Conflicts,
  ) {}

  /** @throws DomainError `not_found`, `forbidden`, `conflict` (`conflict_declared`) where it stands already */
  run(request: RequestContext, applicationId: string, kind: ConflictKind): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.find(ctx, applicationId);
      authorise(ctx, applicationsPolicy, 'application.declare_conflict', application, 'application.read');
      await this.conflicts.declare(ctx, {
        aboutId: application.applicantId,
        kind,
        applicationId: application.id,
      });
    });
  }
}
