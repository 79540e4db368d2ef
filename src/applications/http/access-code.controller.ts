import { Controller, Get, Inject, Post } from '@nestjs/common';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Message, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { StartApplication } from '../operations/start-application.js';
import type { AccessCodeView } from './views/applicant-views.js';

const TITLE: Message = { key: 'applications.access_code.title' };
/** Longer than any code with whatever somebody typed around it. */
const LONGEST = 60;

/** Whoever was given a code begins here, whether they see the call or not. Guesses are counted. */
@Controller('access-code')
export class AccessCodeController {
  constructor(@Inject(StartApplication) private readonly start: StartApplication) {}

  @Get()
  @Can('application.create')
  ask(): View {
    return page('', null);
  }

  @Post()
  @Can('application.create')
  @Limited('code')
  async enter(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = typeof web.body.code === 'string' ? web.body.code.slice(0, LONGEST) : '';
    try {
      const id = await this.start.runWithCode(web.ctx, typed);
      return redirect(`/applications/${id}`, {
        flash: { kind: 'success', key: 'applications.access_code.done' },
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (!['invalid', 'too_late', 'conflict', 'forbidden'].includes(error.code)) throw error;
      return page(typed, error);
    }
  }
}

function page(typed: string, error: DomainError | null): View {
  const [field] = error?.fields ?? [];
  const message: Message | null = error && {
    key: field ? `problems.${field.problem}` : `reasons.${error.reason}`,
  };
  const model: AccessCodeView = {
    problems: message ? [{ message, href: '#field-code' }] : [],
    field: {
      kind: 'text',
      name: 'code',
      label: { key: 'applications.access_code.code' },
      hint: { key: 'applications.access_code.hint' },
      value: typed,
      width: 20,
      ...(message ? { error: message } : {}),
    },
  };
  return view('applications/access-code.njk', model, {
    title: TITLE,
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}
