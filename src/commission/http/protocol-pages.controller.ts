import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce, textOf } from '../../platform/http/form-fields.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { KeepProtocol } from '../operations/keep-protocol.js';
import { ReadCommission } from '../operations/read-commission.js';
import { CommissionReaders, told } from './commission-controller.js';
import { presentProtocol } from './presenters/present-protocol.js';
import type { RefusedForm } from './presenters/parts.js';

/** A protocol for those who may read all of it: agreed to, signed, published, amended. */
@ApiExcludeController()
@Controller('commission/protocols/:id')
export class ProtocolPagesController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadCommission,
    private readonly protocols: KeepProtocol,
    private readonly readers: CommissionReaders,
  ) {}

  @Get()
  @Can('commission_protocol.read')
  protocol(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  @Get('file')
  @Can('commission_protocol.read')
  file(@Web() web: WebRequest, @Param('id') id: string): Promise<FileResult> {
    return this.database.read(web.ctx, async (ctx) => {
      const { fileName, content } = await this.reading.file(ctx, id);
      return answerFile({ content: await content(), contentType: 'application/pdf', fileName });
    });
  }

  @Post('sections/:position')
  @Can('commission_protocol.draft')
  revise(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('position') position: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, `revise-${position}`, 'revised', async () => {
      await this.protocols.revise(web.ctx, id, Number(position), eachOnce(web.body));
      return id;
    });
  }

  @Post('agree')
  @Can('commission_protocol.agree')
  agree(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'agree', 'agreed', async () => {
      await this.protocols.agree(web.ctx, id, textOf(web.body, 'hash'));
      return id;
    });
  }

  @Post('sign')
  @Can('commission_protocol.sign')
  sign(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'sign', 'signed', async () => {
      await this.protocols.sign(web.ctx, id, textOf(web.body, 'hash'));
      return id;
    });
  }

  @Post('publish')
  @Can('commission_protocol.publish')
  publish(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'publish', 'published', async () => {
      await this.protocols.publish(web.ctx, id);
      return id;
    });
  }

  @Post('amend')
  @Can('commission_protocol.amend')
  amend(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'amend', 'amended', () =>
      this.protocols.amend(web.ctx, id, Number(textOf(web.body, 'section')), eachOnce(web.body)),
    );
  }

  private async act(
    web: WebRequest,
    id: string,
    form: string,
    done: string,
    run: () => Promise<string>,
  ): Promise<View | Redirect> {
    try {
      return redirect(`/commission/protocols/${await run()}`, {
        flash: { kind: 'success', key: `commission.done.${done}` },
      });
    } catch (error) {
      return this.page(web, id, { form, error: told(error), typed: eachOnce(web.body) });
    }
  }

  private page(web: WebRequest, id: string, refused: RefusedForm | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.reading.protocol(ctx, id);
      return view('commission/protocol.njk', presentProtocol(await this.readers.of(ctx), open, refused), {
        title: { key: 'commission.protocol.named', values: { number: open.protocol.number } },
        ...(refused ? { status: STATUS[refused.error.code] } : {}),
      });
    });
  }
}
