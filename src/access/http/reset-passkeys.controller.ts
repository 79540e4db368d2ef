import { Controller, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { redirect } from '../../platform/http/page.js';
import type { Redirect } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { ResetPasskeys } from '../operations/reset-passkeys.js';

/** Lets somebody in again who has lost their passkeys; the form stands on the page of the person. */
@ApiExcludeController()
@Controller('admin/people')
export class ResetPasskeysController {
  constructor(private readonly resetPasskeys: ResetPasskeys) {}

  @Post(':id/reset-passkeys')
  @Can('person.reset_passkeys')
  async reset(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    const { reason } = web.body;
    const person = `/admin/people/${encodeURIComponent(id)}`;
    try {
      await this.resetPasskeys.run(web.ctx, id, typeof reason === 'string' ? reason : '');
    } catch (error) {
      if (!(error instanceof DomainError) || (error.code !== 'invalid' && error.code !== 'conflict'))
        throw error;
      const [field] = error.fields;
      const key = field ? 'access.passkeys.reset.reasonNeeded' : `reasons.${error.reason}`;
      return redirect(person, { flash: { kind: 'error', key } });
    }
    return redirect(person, { flash: { kind: 'success', key: 'access.passkeys.reset.done' } });
  }
}
