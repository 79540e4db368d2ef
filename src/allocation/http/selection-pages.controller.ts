import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { Translator } from '../../platform/i18n/translator.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Message, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import { csvFile } from '../../platform/tables/table-file.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import { ProposeFinal } from '../operations/propose-final.js';
import { PublishFinal } from '../operations/publish-final.js';
import { PublishProvisional } from '../operations/publish-provisional.js';
import { ReopenSelection } from '../operations/reopen-selection.js';
import { RunAllocation } from '../operations/run-allocation.js';
import type { RefusedAct } from './presenters/present-selection.js';
import { ReadSelection } from './read-selection.js';

const TITLE = { key: 'allocation.title' } as const;
/** Refusals after which the page comes back and says why. */
const TOLD: readonly ErrorCode[] = ['invalid', 'blocked', 'wrong_state', 'conflict'];

/** How a ranked call is reckoned and its lists are published: for those who make them, and for both countries to look into. */
@ApiExcludeController()
@Controller('admin/calls/:id/allocation')
export class SelectionPagesController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadSelection,
    private readonly translator: Translator,
    private readonly running: RunAllocation,
    private readonly provisional: PublishProvisional,
    private readonly proposal: ProposeFinal,
    private readonly final: PublishFinal,
    private readonly reopening: ReopenSelection,
  ) {}

  @Get()
  @Can('selection.read')
  selection(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  @Post('run')
  @Can('selection.run')
  run(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'run', async () => {
      const run = await this.running.ask(web.ctx, id);
      return run ? 'allocation.acts.run.done' : 'allocation.job.begun';
    });
  }

  @Post('publish_provisional')
  @Can('selection.publish_provisional')
  publishProvisional(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'publish_provisional', () => this.provisional.publish(web.ctx, id));
  }

  @Post('propose_final')
  @Can('selection.propose_final')
  proposeFinal(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'propose_final', () => this.proposal.propose(web.ctx, id));
  }

  @Post('publish_final')
  @Can('selection.publish_final')
  publishFinal(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'publish_final', () => this.final.publish(web.ctx, id));
  }

  @Post('reopen')
  @Can('selection.reopen')
  reopen(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { reason } = web.body;
    const typed = typeof reason === 'string' ? reason : '';
    return this.act(web, id, 'reopen', () => this.reopening.reopen(web.ctx, id, typed), typed);
  }

  @Get('fairness')
  @Can('selection.read')
  fairness(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view('allocation/fairness.njk', await this.reading.fairness(ctx, id), {
        title: { key: 'allocation.fairness.title' },
      }),
    );
  }

  @Get('fairness.csv')
  @Can('selection.read')
  fairnessTable(@Web() web: WebRequest, @Param('id') id: string): Promise<FileResult> {
    return this.database.read(web.ctx, async (ctx) => {
      const { tables } = await this.reading.fairness(ctx, id);
      const say = (words: string | Message) =>
        typeof words === 'string' ? words : this.translator.t(ctx.language, words.key, words.values);
      const lines = tables.flatMap(({ title, columns, rows, notes = [] }) => [
        [say(title), ...columns.map(say)],
        ...rows.map(({ label, cells }) => [say(label), ...cells]),
        ...notes.map((note) => [say(note)]),
      ]);
      return csvFile('fairness.csv', lines);
    });
  }

  @Get('runs/:run')
  @Can('selection.read')
  one(@Web() web: WebRequest, @Param('id') id: string, @Param('run') runId: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const call = await this.reading.call(ctx, id);
      const model = await this.reading.run(ctx, call, runId);
      return view('allocation/run.njk', model, {
        title: { key: 'allocation.run_title', values: { number: model.run.number } },
      });
    });
  }

  /** The documented JSON: whoever is entitled reckons it again alone. */
  @Get('runs/:run/instance.json')
  @Can('selection.read')
  instance(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('run') runId: string,
  ): Promise<FileResult> {
    return this.file(web, id, runId, 'instance');
  }

  @Get('runs/:run/result.json')
  @Can('selection.read')
  result(@Web() web: WebRequest, @Param('id') id: string, @Param('run') runId: string): Promise<FileResult> {
    return this.file(web, id, runId, 'result');
  }

  private file(web: WebRequest, id: string, runId: string, what: 'instance' | 'result'): Promise<FileResult> {
    return this.database.read(web.ctx, async (ctx) => {
      const call = await this.reading.call(ctx, id);
      const run = await this.reading.kept(ctx, call, runId);
      const content =
        what === 'instance'
          ? run.input
          : {
              assignment: Object.fromEntries(
                run.output.map(({ number, result, placeId }) => [
                  number,
                  result === 'selected' ? placeId : null,
                ]),
              ),
              inputHash: run.inputHash,
              rule: run.rule,
              seed: run.seed,
            };
      return answerFile({
        content: Buffer.from(`${JSON.stringify(content, null, 2)}\n`),
        contentType: 'application/json; charset=utf-8',
        fileName: `${call.slug}-${run.number}-${what}.json`,
      });
    });
  }

  private async act(
    web: WebRequest,
    id: string,
    act: string,
    work: () => Promise<unknown>,
    typed = '',
  ): Promise<View | Redirect> {
    let done: unknown;
    try {
      done = await work();
    } catch (error) {
      if (!(error instanceof DomainError) || !TOLD.includes(error.code)) throw error;
      return this.page(web, id, { act, error, typed });
    }
    return redirect(`/admin/calls/${id}/allocation`, {
      flash: {
        kind: 'success',
        key: act === 'run' && typeof done === 'string' ? done : `allocation.acts.${act}.done`,
      },
    });
  }

  private page(web: WebRequest, id: string, refused: RefusedAct | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view('allocation/selection.njk', await this.reading.selection(ctx, id, refused), {
        title: TITLE,
        ...(refused ? { status: STATUS[refused.error.code] } : {}),
      }),
    );
  }
}
