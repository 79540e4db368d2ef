import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiExcludeController,
  ApiForbiddenResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { People } from '../data/people.js';
import { RoleGrants } from '../data/role-grants.js';
import { peoplePolicy } from '../domain/roles.policy.js';
import { Conflicts } from '../operations/conflicts.js';
import { LiftConflict } from '../operations/lift-conflict.js';
import { ConflictListResource, conflictResource } from './dto/conflict-resources.js';
import { RoleReason } from './dto/role-requests.js';
import { ReadConflicts } from './read-conflicts.js';
import { ReadRoles } from './read-roles.js';
import { NO_PROBLEMS, RoleForm, problemsFrom } from './role-form.js';
import type { FormProblems, TypedRole } from './role-form.js';
import type { LiftConflictView } from './views/people-views.js';

/** Lifting a declared conflict of interest, with a reason. They stand on the page of the person. */
@ApiExcludeController()
@Controller('admin/people')
export class ConflictPagesController {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly grants: RoleGrants,
    private readonly roles: ReadRoles,
    private readonly conflicts: ReadConflicts,
    private readonly form: RoleForm,
    private readonly liftConflict: LiftConflict,
  ) {}

  @Get(':id/conflicts/:conflict/lift')
  @Can('person.lift_conflict')
  liftForm(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('conflict') conflict: string,
  ): Promise<View> {
    return this.show(web, id, conflict, this.form.typed(web.takeStash() ?? {}), NO_PROBLEMS, 200);
  }

  @Post(':id/conflicts/:conflict/lift')
  @Can('person.lift_conflict')
  async lift(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('conflict') conflict: string,
  ): Promise<View | Redirect> {
    const typed = this.form.typed(web.body);
    try {
      await this.liftConflict.run(web.ctx, id, conflict, typed['reason'] ?? '');
    } catch (error) {
      const status = error instanceof DomainError ? STATUS[error.code] : STATUS.invalid;
      return this.show(web, id, conflict, typed, problemsFrom(error), status);
    }
    return redirect(`/admin/people/${id}`, { flash: { kind: 'success', key: 'access.conflicts.lift_done' } });
  }

  private show(
    web: WebRequest,
    id: string,
    conflictId: string,
    typed: TypedRole,
    problems: FormProblems,
    status: number,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const person = isId(id) ? await this.people.personById(ctx, id) : null;
      if (!person) throw new DomainError('not_found');
      authorise(
        ctx,
        peoplePolicy,
        'person.lift_conflict',
        await this.grants.personFacts(ctx, id),
        'person.read_roles',
      );
      const action = `/admin/people/${id}/conflicts/${conflictId}/lift`;
      const lines = await this.conflicts.ofPerson(ctx, await this.roles.reading(ctx, []), id);
      const conflict = lines.find(({ lift }) => lift?.href === action);
      if (!conflict) throw new DomainError('not_found');
      const model: LiftConflictView = {
        name: person.name,
        nameLanguage: person.nativeLanguage,
        conflict: { ...conflict, lift: null },
        action,
        field: this.form.reason(typed, problems, 'access.conflicts.lift_hint'),
        problems: this.form.problemLines(ctx, problems),
        cancelHref: `/admin/people/${id}`,
      };
      return view('access/lift-conflict.njk', model, {
        status,
        title: { key: 'access.conflicts.lift_title' },
      });
    });
  }
}

/** Declared conflicts of interest, for programs. They are declared on the application that they are about. */
@ApiTags('roles')
@ApiBearerAuth('bearer')
@Controller('api/v1/people')
export class ConflictsApiController {
  constructor(
    private readonly database: Database,
    private readonly grants: RoleGrants,
    private readonly conflicts: Conflicts,
    private readonly liftConflict: LiftConflict,
  ) {}

  @Get(':id/conflicts')
  @Can('person.read_conflicts')
  @ApiOperation({
    summary: 'What somebody declared, the youngest first; lifted ones too: that is the history',
  })
  @ApiOkResponse({ type: ConflictListResource })
  @ApiForbiddenResponse({ description: 'Neither one’s own nor of somebody for whose roles one answers' })
  @ApiNotFoundResponse({ description: 'Nobody in one’s sight' })
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<ConflictListResource> {
    return this.database.read(web.ctx, async (ctx: Ctx) => {
      if (!isId(id) || !(await this.grants.isSeen(ctx, id))) throw new DomainError('not_found');
      const facts = await this.grants.personFacts(ctx, id);
      authorise(ctx, peoplePolicy, 'person.read_conflicts', facts, 'person.read_roles');
      return { items: (await this.conflicts.ofPerson(ctx, id)).map(conflictResource) };
    });
  }

  @Post(':id/conflicts/:conflict/lift')
  @Can('person.lift_conflict')
  @HttpCode(204)
  @ApiOperation({ summary: 'Lifts one, with a reason; never one’s own' })
  @ApiNoContentResponse()
  @ApiForbiddenResponse({ description: 'One’s own, or of somebody for whose roles one does not answer' })
  @ApiNotFoundResponse({ description: 'There is none in one’s sight' })
  @ApiConflictResponse({ description: 'Lifted already' })
  @ApiUnprocessableEntityResponse({ description: 'Without a reason' })
  lift(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('conflict') conflict: string,
    @Body() { reason }: RoleReason,
  ): Promise<void> {
    return this.liftConflict.run(web.ctx, id, conflict, reason);
  }
}
