import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AccessPorts } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { textOf } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { ERASURE_REASONS } from '../domain/erasure.js';
import { ErasureRequests } from '../operations/erasure-requests.js';
import type { ErasureFile } from '../operations/erasure-requests.js';
import { problemsOf } from './presenters/form-problems.js';
import { presentErased, presentErasure, presentHolds, presentKept } from './presenters/present-erasure.js';
import type { ReaderOf } from './presenters/present-erasure.js';

type Typed = Readonly<Record<'verdict' | 'reasonCode' | 'reason' | 'extensionReason', string>>;
const NOTHING: Typed = { verdict: '', reasonCode: '', reason: '', extensionReason: '' };

/** Where two officers of the owner side answer who asks to be erased, one after the other. */
@ApiExcludeController()
@Controller('erasures')
export class ErasuresController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ErasureRequests) private readonly requests: ErasureRequests,
    @Inject(AccessPorts) private readonly ports: AccessPorts,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('erasure.list')
  list(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const listed = await this.requests.list(ctx);
      const names = await this.requests.namesOf(
        ctx,
        listed.map(({ personId }) => personId),
      );
      const erasures: object[] = [];
      for (const each of listed) {
        const reader = await this.reader(ctx, each.ownerCountry);
        erasures.push({
          ...presentErasure(reader, each, ctx.clock.now()),
          person: names.get(each.personId) ?? '',
        });
      }
      return view('privacy/erasures.njk', { erasures }, { title: { key: 'privacy.erasure.list_title' } });
    });
  }

  @Get(':id')
  @Can('erasure.read')
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, NOTHING, []);
  }

  /** Reloaded after a refusal, or opened in another language: the page that the forms stand on. */
  @Get(':id/:form')
  @Can('erasure.read')
  beforeSending(@Param('id') id: string): Redirect {
    return redirect(`/erasures/${id}`);
  }

  @Post(':id/proposal')
  @Can('erasure.propose')
  propose(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.send(web, id, async (typed) => {
      await this.requests.propose(web.ctx, id, typed);
      return 'proposed';
    });
  }

  @Post(':id/decision')
  @Can('erasure.decide')
  decide(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.send(web, id, async (typed) => {
      const state = await this.requests.decide(web.ctx, id, typed);
      return state === 'asked' ? 'sent_back' : state;
    });
  }

  @Post(':id/extension')
  @Can('erasure.extend')
  extend(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.send(web, id, async ({ extensionReason }) => {
      await this.requests.extend(web.ctx, id, { reason: extensionReason });
      return 'extended';
    });
  }

  private async send(
    web: WebRequest,
    id: string,
    act: (typed: Typed) => Promise<string>,
  ): Promise<View | Redirect> {
    const typed: Typed = {
      verdict: textOf(web.body, 'verdict'),
      reasonCode: textOf(web.body, 'reasonCode'),
      reason: textOf(web.body, 'reason'),
      extensionReason: textOf(web.body, 'extensionReason'),
    };
    try {
      const key = `privacy.erasure.acts.${await act(typed)}`;
      return redirect(`/erasures/${id}`, { flash: { kind: 'success', key } });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.page(web, id, typed, error.fields, STATUS.invalid);
    }
  }

  private page(
    web: WebRequest,
    id: string,
    typed: Typed,
    problems: readonly FieldProblem[],
    status = 200,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const file = await this.requests.file(ctx, id);
      const { request } = file;
      const reader = await this.reader(ctx, request.ownerCountry);
      const shown = problemsOf(this.translator, ctx.language, problems, 'privacy.erasure.form');
      return view(
        'privacy/erasure.njk',
        {
          ...presentErasure(reader, request, ctx.clock.now()),
          person: file.person,
          holds: presentHolds(reader, file.holds),
          keeps: presentKept(reader, file.keeps),
          answer: file.term.answerDays,
          extension: file.term.extensionDays,
          proposal: request.proposal ? { key: `privacy.erasure.proposals.${request.proposal}` } : null,
          proposedBy: file.officers.get(request.proposedBy ?? '') ?? null,
          proposedAt: request.proposedAt && this.when(reader, request.proposedAt),
          decidedBy: file.officers.get(request.decidedBy ?? '') ?? null,
          decidedAt: request.decidedAt && this.when(reader, request.decidedAt),
          returned: request.returnedReason,
          erased: request.report ? presentErased(this.translator, ctx.language, request.report) : [],
          kept: request.report ? presentKept(reader, request.report.kept) : [],
          mayPropose: file.mayPropose,
          mayDecide: file.mayDecide,
          mayExtend: file.mayExtend,
          whyNot: file.whyNot ? { key: `reasons.${file.whyNot}` } : null,
          fields: this.fields(file, typed, shown),
          extensionField: {
            kind: 'textarea',
            name: 'extensionReason',
            rows: 3,
            label: { key: 'privacy.erasure.form.extensionReason' },
            hint: { key: 'privacy.erasure.form.extension_hint' },
            value: typed.extensionReason,
            ...shown.errorOf('extensionReason'),
          },
          problems: shown.lines,
        },
        { title: { key: 'privacy.erasure.one_title' }, status },
      );
    });
  }

  private fields(
    { mayPropose, mayDecide }: ErasureFile,
    typed: Typed,
    shown: ReturnType<typeof problemsOf>,
  ): readonly object[] {
    if (!mayPropose && !mayDecide) return [];
    const asked = (name: keyof Typed) => ({
      name,
      label: { key: `privacy.erasure.form.${name}` },
      value: typed[name],
      ...shown.errorOf(name),
    });
    const verdicts = mayPropose ? ['granted', 'refused'] : ['confirm', 'send_back'];
    const options = (values: readonly string[], words: string) =>
      values.map((value) => ({ value, label: { key: `privacy.erasure.${words}.${value}` } }));
    return [
      { ...asked('verdict'), kind: 'radios', options: options(verdicts, 'verdicts') },
      ...(mayPropose
        ? [
            {
              ...asked('reasonCode'),
              kind: 'select',
              hint: { key: 'privacy.erasure.form.reason_code_hint' },
              options: options(ERASURE_REASONS, 'reasons'),
            },
          ]
        : []),
      {
        ...asked('reason'),
        kind: 'textarea',
        rows: 4,
        hint: { key: `privacy.erasure.form.${mayPropose ? 'reason_hint' : 'send_back_hint'}` },
      },
    ];
  }

  private async reader(ctx: Ctx, country: string): Promise<ReaderOf> {
    return {
      translator: this.translator,
      language: ctx.language,
      zone: await this.ports.places.timeZone(ctx, country),
    };
  }

  private when({ translator, language, zone }: ReaderOf, instant: Date): string {
    return translator.dateTime(language, instant, zone);
  }
}
