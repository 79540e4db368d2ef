import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { eachOnce } from '../../platform/http/form-fields.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { SaveSection } from '../operations/save-section.js';

/** What the script of a page is told: the revision to go on with, and whether all of it was understood. */
interface Kept {
  readonly revision: number;
  /** ISO 8601, for the reader's own clock. */
  readonly savedAt: string;
  readonly notTaken: number;
}

/** A page of questions that keeps itself while somebody writes. Who has no scripts saves by the button, as ever. */
@ApiExcludeController()
@Controller('applications')
export class KeepPageController {
  constructor(@Inject(SaveSection) private readonly saveSection: SaveSection) {}

  @Post(':id/:section/keep')
  @HttpCode(200)
  @Can('application.edit')
  @Limited('keep')
  async keep(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('section') section: string,
  ): Promise<Kept> {
    const typed = eachOnce(web.body);
    const revision = Number(typed.revision);
    const { savedAt, notTaken, ...saved } = await this.saveSection.keep(
      web.ctx,
      id,
      section,
      typed,
      Number.isInteger(revision) ? revision : 0,
    );
    return { revision: saved.revision, savedAt: savedAt.toISOString(), notTaken };
  }
}
