import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { JudgePage } from '../operations/judge-page.js';
import { OpenApplications } from './own-application.js';
import { presentUnmet, wordsOf } from './presenters/present-blocker.js';
import { passportProposals } from './presenters/present-section.js';

/** What the script of a page is told of what somebody is typing on it. */
interface Judged {
  /** Conditions of the call that it does not meet, with the control to look at. */
  readonly unmet: readonly { readonly message: string; readonly href: string }[];
  /** How a name is likely to stand in the passport, by the question for it; empty where nothing is to be proposed. */
  readonly proposals: Readonly<Record<string, string>>;
}

/** Says while one types what a saved page would say. Who has no scripts reads it on the page, after saving. */
@ApiExcludeController()
@Controller('applications')
export class JudgePageController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OpenApplications) private readonly applications: OpenApplications,
    @Inject(JudgePage) private readonly judgePage: JudgePage,
  ) {}

  @Post(':id/:section/judge')
  @HttpCode(200)
  @Can('application.edit')
  @Limited('judge')
  judge(@Web() web: WebRequest, @Param('id') id: string, @Param('section') section: string): Promise<Judged> {
    const typed = eachOnce(web.body);
    return this.database.read(web.ctx, async (ctx) => {
      const file = await this.judgePage.run(ctx, id, section, typed);
      const open = { ...(await this.applications.own(ctx, id)), file };
      return {
        unmet: presentUnmet(open, section).map(({ message, href = '' }) => ({
          message: wordsOf(open.reader, message),
          // The control is on the page that asks.
          href: href.slice(href.indexOf('#')),
        })),
        proposals: passportProposals(open, section, typed),
      };
    });
  }
}
