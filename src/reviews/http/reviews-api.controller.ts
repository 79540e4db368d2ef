import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { Idempotent } from '../../platform/http/idempotency.js';
import { answerFile } from '../../platform/http/page.js';
import type { FileResult } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { AssignReviewers } from '../operations/assign-reviewers.js';
import { ReadReviews } from '../operations/read-reviews.js';
import type { OpenReview } from '../operations/read-reviews.js';
import { WriteReview } from '../operations/write-review.js';
import { AssignedResource } from './dto/panel-resources.js';
import { ActRefusals, IdempotencyKey, IfMatch, Refusals } from '../../platform/http/described-refusals.js';
import {
  AmendRequest,
  AssignRequest,
  BecauseRequest,
  ReviewRequest,
  namedAsSent,
  typedReview,
} from './dto/review-requests.js';
import {
  AmendedResource,
  AnonymousFileResource,
  AssignedReviewsResource,
  OwnReviewResource,
  SavedDraftResource,
  anonymousFileResource,
  assignedReviewResource,
  ownReviewResource,
} from './dto/review-resources.js';

const TAG = { ETag: { description: 'For `If-Match`' } };

/** Reviews, for programs: what waits for a reviewer, and all that they do with it. */
@ApiTags('reviews')
@ApiBearerAuth('bearer')
@Controller('api/v1/reviews')
export class ReviewsApiController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadReviews,
    private readonly writing: WriteReview,
    private readonly assigning: AssignReviewers,
  ) {}

  @Get()
  @Can('review.read')
  @ApiOperation({ summary: 'What you assess' })
  @ApiOkResponse({ type: AssignedReviewsResource })
  mine(@Web() web: WebRequest): Promise<AssignedReviewsResource> {
    return this.database.read(web.ctx, async (ctx) => ({
      items: (await this.reading.mine(ctx)).map(assignedReviewResource),
    }));
  }

  @Get(':id')
  @Can('review.read')
  @ApiOperation({ summary: 'Your review: what it asks, what you wrote, and what you may read of others' })
  @ApiOkResponse({ type: OwnReviewResource, headers: TAG })
  @Refusals()
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<OwnReviewResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const review = await this.reading.own(ctx, id);
      web.tagAnswer(versionOf(review));
      return ownReviewResource(review);
    });
  }

  @Get(':id/file')
  @Can('review.read_file')
  @ApiOperation({ summary: 'The file without names, where the call has it read so' })
  @ApiOkResponse({ type: AnonymousFileResource })
  @Refusals()
  file(@Web() web: WebRequest, @Param('id') id: string): Promise<AnonymousFileResource> {
    return this.database.read(web.ctx, async (ctx) => {
      const { review, content } = await this.reading.file(ctx, id);
      return anonymousFileResource(review, content);
    });
  }

  @Get(':id/file/:requirement')
  @Can('review.read_file')
  @ApiOperation({ summary: 'A document of it, as a copy of its pages under a name that is nobody’s' })
  @ApiProduces('application/pdf')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Refusals()
  async document(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('requirement') requirement: string,
  ): Promise<FileResult> {
    const { fileName, content, mediaType } = await this.database.read(web.ctx, (ctx) =>
      this.reading.document(ctx, id, requirement),
    );
    return answerFile({ content, contentType: mediaType, fileName, length: content.length });
  }

  @Post(':id/accept')
  @Can('review.answer')
  @HttpCode(204)
  @ApiOperation({ summary: 'Says that you will assess it' })
  @ApiNoContentResponse()
  @ActRefusals()
  accept(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    return this.writing.accept(web.ctx, id);
  }

  @Post(':id/decline')
  @Can('review.answer')
  @HttpCode(204)
  @ApiOperation({ summary: 'Says why you will not' })
  @ApiNoContentResponse()
  @ActRefusals()
  decline(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { reason }: BecauseRequest,
  ): Promise<void> {
    return this.writing.decline(web.ctx, id, reason);
  }

  @Put(':id/draft')
  @Can('review.write')
  @ApiOperation({
    summary: 'Keeps what is written so far; whoever begins to write has accepted',
    description: 'Problems of scores are named by their criterion: `scores.<criterion>.value`.',
  })
  @IfMatch()
  @ApiOkResponse({ type: SavedDraftResource, headers: TAG })
  async save(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() body: ReviewRequest,
  ): Promise<SavedDraftResource> {
    const review = await this.matched(web, id);
    const typed = typedReview(review.rules.criteria, body);
    const saved = await asSent(this.writing.save(web.ctx, id, typed, review.draft?.revision ?? 0));
    web.tagAnswer(versionOf({ ...review, draft: saved }));
    return saved;
  }

  @Post(':id/submit')
  @Can('review.write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Hands in what was saved last' })
  @IfMatch()
  @ApiNoContentResponse()
  async submit(@Web() web: WebRequest, @Param('id') id: string): Promise<void> {
    const { draft } = await this.matched(web, id);
    await asSent(this.writing.submit(web.ctx, id, draft?.revision ?? 0));
  }

  @Post(':id/amend')
  @Can('review.amend')
  @HttpCode(200)
  @ApiOperation({ summary: 'Says anew what was handed in: another version beside the former ones' })
  @IfMatch()
  @ApiOkResponse({ type: AmendedResource })
  async amend(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() body: AmendRequest,
  ): Promise<AmendedResource> {
    const { rules, versions } = await this.matched(web, id);
    const typed = { ...typedReview(rules.criteria, body), reason: body.reason };
    return asSent(this.writing.amend(web.ctx, id, typed, versions[0]?.version ?? 0));
  }

  @Post(':id/withdraw')
  @Can('review.withdraw')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes an application back from its reviewer' })
  @ApiNoContentResponse()
  @ActRefusals()
  withdraw(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { reason }: BecauseRequest,
  ): Promise<void> {
    return this.assigning.withdraw(web.ctx, id, reason);
  }

  @Post(':id/replace')
  @Can('review.replace')
  @Idempotent()
  @ApiOperation({ summary: 'Asks somebody else in the place of one who declined, or does not answer' })
  @IdempotencyKey()
  @ApiCreatedResponse({ type: AssignedResource })
  @ActRefusals()
  replace(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Body() { reviewer }: AssignRequest,
  ): Promise<AssignedResource> {
    return this.assigning.replace(web.ctx, id, { reviewerId: reviewer });
  }

  /** As it was read, if nobody has written on it since; the act itself asks once more under its lock. */
  private async matched(web: WebRequest, id: string): Promise<OpenReview> {
    const review = await this.database.read(web.ctx, (ctx) => this.reading.own(ctx, id));
    web.requireMatch(versionOf(review));
    return review;
  }
}

function versionOf({
  draft,
  versions,
}: {
  readonly draft: { readonly revision: number } | null;
  readonly versions: OpenReview['versions'];
}): string {
  return `${draft?.revision ?? 0}.${versions[0]?.version ?? 0}`;
}

async function asSent<T>(act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    throw namedAsSent(error);
  }
}
