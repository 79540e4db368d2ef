import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { authorise } from '../../../platform/database/authorise.js';
import { Database } from '../../../platform/database/database.js';
import { STATUS } from '../../../platform/http/error-status.js';
import { redirect, view } from '../../../platform/http/page.js';
import type { Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import { Web } from '../../../platform/http/web.decorator.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { DomainError } from '../../../shared/domain-error.js';
import { AccessCodeEntity } from '../../data/access-code.entity.js';
import { grantProblems } from '../../domain/access-code.js';
import { callsPolicy } from '../../domain/calls.policy.js';
import { factsOf } from '../../operations/call-record.js';
import { GiveAccess } from '../../operations/give-access.js';
import { presentAccessCodes } from '../presenters/present-access-codes.js';
import type { CodesShown } from '../presenters/present-access-codes.js';
import { Entries, typedFromForm } from './editor-entries.js';
import { EditorShell } from './editor-shell.js';

/** Codes with which somebody who was invited, or is late, applies: made, told once, revoked. */
@ApiExcludeController()
@Controller('admin/calls/:id/codes')
export class AccessCodesController {
  constructor(
    private readonly database: Database,
    private readonly shell: EditorShell,
    private readonly access: GiveAccess,
  ) {}

  @Get()
  @Can('call.give_access')
  show(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, { typed: null, problems: [], code: null });
  }

  /** The page that comes back is the only place where the code is ever read. */
  @Post()
  @Can('call.give_access')
  async make(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const typed = typedFromForm(web.body);
    const entries = new Entries(typed);
    const { call } = await this.shell.load(web, id, null);
    const validUntil = entries.instant('validUntil', call.timeZone);
    const now = web.ctx.clock.now();
    const grant = {
      email: entries.text('email'),
      uses: entries.text('uses') === '' ? 1 : entries.number('uses'),
      validUntil: validUntil ?? new Date(now.getTime() + 1),
      reason: entries.text('reason'),
    };
    try {
      // What cannot be read is told together with what is wrong with the rest.
      if (!validUntil) {
        throw new DomainError('invalid', { fields: [...entries.problems, ...grantProblems(grant, now)] });
      }
      const code = await this.access.make(web.ctx, id, grant);
      return await this.page(web, id, { typed: null, problems: [], code });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.page(web, id, { typed, problems: error.fields, code: null });
    }
  }

  @Post(':code/revoke')
  @Can('call.give_access')
  async revoke(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('code') code: string,
  ): Promise<Redirect> {
    await this.access.revoke(web.ctx, id, code);
    return redirect(`/admin/calls/${id}/codes`, {
      flash: { kind: 'success', key: 'calls.codes.revoked_done' },
    });
  }

  private page(web: WebRequest, id: string, shown: CodesShown): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const editor = await this.shell.read(ctx, id, null);
      authorise(ctx, callsPolicy, 'call.give_access', factsOf(editor.call), 'call.read');
      const codes = await ctx.tx.find(AccessCodeEntity, { where: { callId: id }, order: { madeAt: 'DESC' } });
      return view('calls/editor/codes.njk', presentAccessCodes(editor, codes, shown), {
        status: shown.problems.length > 0 ? STATUS.invalid : 200,
        title: { key: 'calls.codes.title' },
      });
    });
  }
}
