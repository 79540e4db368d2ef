import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AuditTrail } from '../../audit/public.js';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';

const PAGE_SIZE = 50;

/** The record of acts as it is written: codes and ids, for auditors and administrators. */
@ApiExcludeController()
@Controller('admin/audit')
export class AuditController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('audit.read')
  list(@Web() web: WebRequest): Promise<View> {
    const before = /^\d{1,18}$/.test(web.query['before'] ?? '') ? (web.query['before'] ?? null) : null;
    return this.database.read(web.ctx, async (ctx) => {
      const entries = await this.audit.newest(ctx, before, PAGE_SIZE + 1);
      const shown = entries.slice(0, PAGE_SIZE);
      const last = shown.at(-1);
      return view(
        'web/audit.njk',
        {
          entries: shown.map((entry) => ({
            id: entry.id,
            at: this.translator.dateTime(ctx.language, entry.at, 'UTC'),
            actor: entry.actorId ?? entry.actorKind,
            role: entry.role,
            actingFor: entry.actingFor,
            action: entry.action,
            words: this.translator.has(ctx.language, `audit.${entry.action}`)
              ? `audit.${entry.action}`
              : null,
            subject: entry.subject,
            data: JSON.stringify(entry.data),
          })),
          older: entries.length > PAGE_SIZE && last ? `/admin/audit?before=${last.id}` : null,
        },
        { title: { key: 'web.audit.title' } },
      );
    });
  }
}
