import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { IssuedLetters } from '../../documents/public.js';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { Countries, Institutions, institutionName } from '../../universities/public.js';

/** Anyone who holds a letter learns here whether it is genuine, from its number and check code, and nothing that it does not say. */
@ApiExcludeController()
@Controller('verify')
export class VerifyController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(IssuedLetters) private readonly letters: IssuedLetters,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  /** The form alone, for a letter on paper; its fields lead to the address of the letter. */
  @Get()
  @Public()
  @Limited('verify')
  ask(@Web() web: WebRequest): Promise<View> {
    return this.answer(web, web.query['number'] ?? '');
  }

  @Get(':number')
  @Public()
  @Limited('verify')
  show(@Web() web: WebRequest, @Param('number') number: string): Promise<View> {
    return this.answer(web, number);
  }

  private answer(web: WebRequest, number: string): Promise<View> {
    const code = web.query['code'] ?? '';
    const title = { key: 'web.verify.title' };
    if (!number.trim() || !code.trim()) {
      const problems = [
        ...(!number.trim() && code.trim() ? [{ field: 'number', problem: 'required' }] : []),
        ...(number.trim() && !code.trim() && 'code' in web.query
          ? [{ field: 'code', problem: 'required' }]
          : []),
      ];
      const status = problems.length > 0 ? 422 : 200;
      return Promise.resolve(
        view('web/verify.njk', { number, code, problems, letter: null, unknown: false }, { title, status }),
      );
    }
    return this.database.read(web.ctx, async (ctx) => {
      const letter = await this.letters.verify(ctx, number, code);
      if (!letter) {
        const model = { number, code, problems: [], letter: null, unknown: true };
        return view('web/verify.njk', model, { title, status: 404 });
      }
      const { language } = ctx;
      const institutions = await this.institutions.byIds(
        ctx,
        [letter.homeInstitutionId, letter.hostInstitutionId].filter((id) => id !== null),
      );
      const home = await this.countries.byCode(ctx, letter.homeCountry);
      const nameOf = (id: string | null) => {
        // Of a freemover the ministry took the part of the institution.
        if (id === null) return { text: this.translator.localized(language, home.ministry), lang: language };
        const institution = institutions.get(id);
        return institution ? institutionName(language, institution) : { text: '—', lang: language };
      };
      const { timeZone } = home;
      const day = (date: string) => this.translator.date(language, new Date(`${date}T12:00:00Z`), 'UTC');
      return view(
        'web/verify.njk',
        {
          number,
          code,
          problems: [],
          unknown: false,
          letter: {
            number: letter.number,
            issued: this.translator.date(language, letter.issuedAt, timeZone),
            revoked: letter.revokedAt && this.translator.date(language, letter.revokedAt, timeZone),
            holder: letter.holderInitials,
            home: nameOf(letter.homeInstitutionId),
            host: nameOf(letter.hostInstitutionId),
            from: day(letter.stayFrom),
            until: day(letter.stayUntil),
            fingerprint: letter.sha256,
          },
        },
        { title },
      );
    });
  }
}
