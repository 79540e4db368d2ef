import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { AdministrationPages } from '../administration.js';

/** One page that leads to all that somebody administers. */
@ApiExcludeController()
@Controller('admin')
export class AdministrationController {
  constructor(@Inject(AdministrationPages) private readonly pages: AdministrationPages) {}

  @Get()
  @Can('account.read')
  show(@Web() web: WebRequest): View {
    const pages = this.pages.for(web.ctx.actor);
    // Somebody who administers nothing learns no more than that there is no such page for them.
    if (pages.length === 0) throw new DomainError('not_found');
    return view('web/administration.njk', { pages }, { title: { key: 'web.administration.title' } });
  }
}
