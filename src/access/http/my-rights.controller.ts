import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AuditTrail } from '../../audit/public.js';
import type { RecordedEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { AccessPorts } from '../access-ports.js';
import type { RecordName } from '../access-ports.js';
import { People } from '../data/people.js';
import { RoleDirectory } from '../data/role-directory.js';
import { PolicyRegistry } from '../domain/policy-registry.js';
import { presentMyRights, presentOwnHistory } from './presenters/my-rights.presenter.js';
import { ReadConflicts } from './read-conflicts.js';
import { ReadRoles } from './read-roles.js';
import type { MyRightsView, OwnHistoryView } from './views/people-views.js';

/** Nobody holds so many roles that they would need pages. */
const EVERY_GRANT = 200;
const PAGE_SIZE = 50;

/** What one's own account may do, and what it has done. */
@ApiExcludeController()
@Controller('account')
export class MyRightsController {
  constructor(
    private readonly database: Database,
    private readonly directory: RoleDirectory,
    private readonly people: People,
    private readonly policies: PolicyRegistry,
    private readonly ports: AccessPorts,
    private readonly audit: AuditTrail,
    private readonly roles: ReadRoles,
    private readonly conflicts: ReadConflicts,
  ) {}

  @Get('rights')
  @Can('account.read')
  rights(@Web() web: WebRequest): Promise<View> {
    const personId = personOf(web);
    return this.database.read(web.ctx, async (ctx) => {
      const { items } = await this.directory.grants(ctx, { personId, limit: EVERY_GRANT });
      const reading = await this.roles.reading(ctx, items);
      const model: MyRightsView = {
        ...presentMyRights(
          reading,
          this.policies.policies(),
          ctx.actor,
          items,
          this.roles.account(ctx, '/account/rights'),
        ),
        conflicts: await this.conflicts.ofPerson(ctx, reading, personId),
      };
      return view('access/my-rights.njk', model, { title: { key: 'access.rights.title' } });
    });
  }

  @Get('history')
  @Can('account.read')
  history(@Web() web: WebRequest): Promise<View> {
    const personId = personOf(web);
    const asked = web.query['before'] ?? '';
    const before = /^\d{1,18}$/.test(asked) ? asked : null;
    return this.database.read(web.ctx, async (ctx) => {
      const found = await this.audit.ofPerson(ctx, personId, before, PAGE_SIZE + 1);
      const entries = found.slice(0, PAGE_SIZE);
      const last = entries.at(-1);
      const people = entries.flatMap(({ actorId, actingFor }) =>
        [actorId, actingFor].flatMap((id) => id ?? []),
      );
      const model: OwnHistoryView = {
        tabs: this.roles.account(ctx, '/account/history'),
        entries: presentOwnHistory(
          await this.roles.reading(ctx, []),
          personId,
          entries,
          await this.recordsOf(ctx, entries),
          await this.people.displayNames(ctx, people),
        ),
        older: found.length > PAGE_SIZE && last ? `/account/history?before=${last.id}` : null,
        newest: before === null ? null : '/account/history',
      };
      return view('access/history.njk', model, { title: { key: 'access.history.title' } });
    });
  }

  /** By kind and id. Each kind is asked once, and names only what the reader may open. */
  private async recordsOf(ctx: Ctx, entries: readonly RecordedEntry[]): Promise<Map<string, RecordName>> {
    const records = new Map<string, RecordName>();
    for (const kind of this.ports.records) {
      const ids = entries.flatMap(({ subject }) =>
        subject.kind === kind.subject && isId(subject.id) ? subject.id : [],
      );
      const named = ids.length > 0 ? await kind.named(ctx, [...new Set<Id>(ids)]) : new Map<Id, RecordName>();
      for (const [id, name] of named) records.set(`${kind.subject} ${id}`, name);
    }
    return records;
  }
}

function personOf(web: WebRequest): Id {
  const { personId } = web.ctx.actor;
  if (personId === null) throw new DomainError('not_signed_in');
  return personId;
}
