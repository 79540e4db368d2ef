import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { ROLES } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import { PolicyRegistry } from '../domain/policy-registry.js';
import { presentRole, presentRoles } from './presenters/roles.presenter.js';
import { ReadRoles } from './read-roles.js';

/** What each role may do, in plain words. Everybody who is signed in reads it: rules that are hidden are trusted by nobody. */
@ApiExcludeController()
@Controller('admin/roles')
export class RolesPagesController {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly neighbours: ReadRoles,
  ) {}

  @Get()
  @Can('account.read')
  all(@Web() web: WebRequest): View {
    const tabs = this.neighbours.administration(web.ctx, '/admin/roles');
    return view('access/roles.njk', presentRoles(this.policies.policies(), web.ctx.actor, tabs), {
      title: { key: 'access.roles.title' },
    });
  }

  @Get(':role')
  @Can('account.read')
  one(@Param('role') name: string): View {
    const role = ROLES.find((candidate) => candidate === name);
    if (!role) throw new DomainError('not_found');
    return view('access/role.njk', presentRole(this.policies.policies(), role), {
      title: { key: `roles.${role}` },
    });
  }
}
