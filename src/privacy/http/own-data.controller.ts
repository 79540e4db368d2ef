import { Readable } from 'node:stream';
import { Controller, Get, Inject, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { answerFile, view } from '../../platform/http/page.js';
import type { FileResult, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { PERSON_DATA_KEYS } from '../domain/person-record.js';
import { ExportPerson } from '../operations/export-person.js';

/** A copy of everything about oneself. */
@ApiExcludeController()
@Controller('account/data')
export class OwnDataController {
  constructor(@Inject(ExportPerson) private readonly exports: ExportPerson) {}

  @Get()
  @Can('account.read')
  show(): View {
    return view(
      'privacy/own-data.njk',
      { parts: PERSON_DATA_KEYS.map((part) => ({ key: `privacy.paper.parts.${part}` })) },
      { title: { key: 'privacy.data.title' } },
    );
  }

  @Post()
  @Can('account.read')
  @Limited('export')
  async prepare(@Web() web: WebRequest): Promise<FileResult> {
    const { personId } = web.ctx.actor;
    if (personId === null) throw new DomainError('not_signed_in');
    const { fileName, content } = await this.exports.run(web.ctx, personId);
    return answerFile({ content: Readable.from(content), contentType: 'application/zip', fileName });
  }
}
