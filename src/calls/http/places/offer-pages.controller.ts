import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../../platform/database/database.js';
import { STATUS } from '../../../platform/http/error-status.js';
import { redirect, view } from '../../../platform/http/page.js';
import type { Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import { Web } from '../../../platform/http/web.decorator.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { ErrorCode } from '../../../shared/domain-error.js';
import { unstorable } from '../../domain/place.js';
import { AnswerPlaceOffer, OFFER_ANSWERS } from '../../operations/answer-place-offer.js';
import { OfferPlaces } from '../../operations/offer-places.js';
import type { OfferText } from '../../operations/offer-places.js';
import { typedFromForm } from '../editor/editor-entries.js';
import type { Typed } from '../editor/editor-entries.js';
import { readPlace, withoutBlankLines } from './place-form.js';
import { ReadOffers } from './read-offers.js';
import type { RefusedOffer } from './read-offers.js';

/** Refusals after which the page comes back with what was typed and says why. */
const TOLD: readonly ErrorCode[] = ['invalid', 'stale', 'too_late', 'forbidden', 'wrong_state'];

/** Offers of places: the host writes them, the programme answers. */
@ApiExcludeController()
@Controller('offers')
export class OfferPagesController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadOffers,
    private readonly offers: OfferPlaces,
    private readonly answers: AnswerPlaceOffer,
  ) {}

  @Get()
  @Can('offer.read')
  list(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view('calls/offers/list.njk', await this.reading.list(ctx), { title: { key: 'calls.offers.title' } }),
    );
  }

  @Get('new')
  @Can('offer.prepare')
  blank(@Web() web: WebRequest): Promise<View> {
    const { call = '', institution = '' } = web.query;
    return this.newPage(web, { call, institution }, null);
  }

  @Post()
  @Can('offer.prepare')
  async prepare(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = withoutBlankLines(typedFromForm(web.body));
    const at = { call: typed['call'] ?? '', institution: typed['institution'] ?? '' };
    let id: string;
    try {
      id = await this.offers.prepare(
        web.ctx,
        { callId: at.call, institutionId: at.institution },
        readOffer(typed),
      );
    } catch (error) {
      return this.newPage(web, at, refused(error, typed));
    }
    return typed['act'] === 'submit' ? this.submitted(web, id) : saved(id);
  }

  @Get(':id')
  @Can('offer.read')
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  @Post(':id')
  @Can('offer.edit')
  async change(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = withoutBlankLines(typedFromForm(web.body));
    try {
      await this.offers.edit(web.ctx, id, Number(typed['version']), readOffer(typed));
    } catch (error) {
      return this.page(web, id, refused(error, typed));
    }
    return typed['act'] === 'submit' ? this.submitted(web, id) : saved(id);
  }

  @Post(':id/submit')
  @Can('offer.submit')
  submit(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.submitted(web, id);
  }

  @Post(':id/withdraw')
  @Can('offer.withdraw')
  async withdraw(@Web() web: WebRequest, @Param('id') id: string): Promise<Redirect> {
    await this.offers.withdraw(web.ctx, id);
    return redirect(`/offers/${id}`, { flash: { kind: 'success', key: 'calls.offers.withdrawn' } });
  }

  @Post(':id/answer')
  @Can('offer.answer')
  async answer(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = typedFromForm(web.body);
    const answer = OFFER_ANSWERS.find((each) => each === typed['answer']);
    try {
      if (!answer) {
        throw new DomainError('invalid', { fields: [{ field: 'answer', problem: 'required_choice' }] });
      }
      await this.answers.answer(web.ctx, id, answer, typed['reason'] ?? '');
    } catch (error) {
      return this.page(web, id, refused(error, typed));
    }
    return redirect(`/offers/${id}`, {
      flash: { kind: 'success', key: `calls.offers.answered.${answer}` },
    });
  }

  private async submitted(web: WebRequest, id: string): Promise<View | Redirect> {
    try {
      await this.offers.submit(web.ctx, id);
    } catch (error) {
      return this.page(web, id, refused(error, null));
    }
    return redirect(`/offers/${id}`, { flash: { kind: 'success', key: 'calls.offers.submitted' } });
  }

  private newPage(
    web: WebRequest,
    at: { readonly call: string; readonly institution: string },
    refusal: RefusedOffer | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view('calls/offers/offer.njk', await this.reading.blank(ctx, at, refusal), {
        status: refusal ? STATUS[refusal.error.code] : 200,
        title: { key: 'calls.offers.new' },
      }),
    );
  }

  private page(web: WebRequest, id: string, refusal: RefusedOffer | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) =>
      view('calls/offers/offer.njk', await this.reading.one(ctx, id, refusal), {
        status: refusal ? STATUS[refusal.error.code] : 200,
        title: { key: 'calls.offers.one' },
      }),
    );
  }
}

function saved(id: string): Redirect {
  return redirect(`/offers/${id}`, { flash: { kind: 'success', key: 'calls.offers.saved' } });
}

/** @throws DomainError `invalid` for what cannot be kept */
function readOffer(typed: Typed): OfferText {
  const content = readPlace(typed);
  const problems = unstorable(content);
  if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
  return { content, note: typed['note'] ?? '' };
}

/** @throws whatever is not told on the page itself */
function refused(error: unknown, typed: Typed | null): RefusedOffer {
  if (!(error instanceof DomainError) || !TOLD.includes(error.code)) throw error;
  return { typed, error };
}
