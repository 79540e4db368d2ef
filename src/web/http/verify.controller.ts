import { readFile } from 'node:fs/promises';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { IssuedDocuments } from '../../documents/public.js';
import type {
  AgreementVerification,
  AwardVerification,
  CertificateFacts,
  CopyVerdict,
  VerifiedDocument,
} from '../../documents/public.js';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { Language } from '../../shared/language.js';
import { Translator } from '../../platform/i18n/translator.js';
import { Countries, Institutions, institutionName } from '../../universities/public.js';
import type { CountryView } from '../../universities/public.js';

/**
 * Anyone who holds a document learns here whether it is genuine, from its number and check code: of which kind it is, who
 * issued and signed it, whether it still stands; and nothing that it does not say itself.
 */
@ApiExcludeController()
@Controller('verify')
export class VerifyController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(IssuedDocuments) private readonly documents: IssuedDocuments,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Translator) private readonly translator: Translator,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  /** The form alone, for a document on paper; its fields lead to the address of the document. */
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

  /** Compares a copy that somebody holds. It changes nothing and is not kept. */
  @Post(':number')
  @HttpCode(200)
  @Public()
  @AcceptsFile()
  @Limited('verify')
  async compare(@Web() web: WebRequest, @Param('number') number: string): Promise<View> {
    try {
      const file = await web.file();
      return await this.answer(
        web,
        number,
        file && (await readFile(file.path)),
        file ? [] : [{ field: 'copy', problem: 'required' }],
      );
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'too_large') throw error;
      return this.answer(web, number, null, error.fields);
    }
  }

  private answer(
    web: WebRequest,
    number: string,
    copy: Buffer | null = null,
    problemsOfCopy: readonly FieldProblem[] = [],
  ): Promise<View> {
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
        view('web/verify.njk', { number, code, problems, document: null, unknown: false }, { title, status }),
      );
    }
    return this.database.read(web.ctx, async (ctx) => {
      const document = await this.documents.verify(ctx, number, code);
      if (!document) {
        const model = { number, code, problems: [], document: null, unknown: true };
        return view('web/verify.njk', model, { title, status: 404 });
      }
      return view(
        'web/verify.njk',
        {
          number,
          code,
          csrf: web.csrfToken(),
          problems: problemsOfCopy,
          unknown: false,
          document: await this.present(ctx, document),
          compared: copy && this.presentCopy(this.documents.compare(document, copy)),
        },
        { title, ...(problemsOfCopy.length > 0 ? { status: STATUS.invalid } : {}) },
      );
    });
  }

  private async present(ctx: Ctx, document: VerifiedDocument) {
    const { language } = ctx;
    const home = await this.countries.byCode(ctx, document.verification.homeCountry);
    const host = await this.countries.byCode(ctx, document.verification.hostCountry);
    const day = (at: Date) => this.translator.date(language, at, home.timeZone);
    const zoneOf = (country: string) => (country === host.code ? host : home).timeZone;
    return {
      kind: document.kind,
      number: document.number,
      issued: day(document.issuedAt),
      state: document.revokedAt ? 'revoked' : document.supersededBy ? 'superseded' : 'genuine',
      revoked: document.revokedAt && day(document.revokedAt),
      supersededBy: document.supersededBy,
      issuers: [home, host].map(({ ministry }) => this.translator.localized(language, ministry)),
      about: document.kind === 'award_letter' ? await this.award(ctx, home, document.verification) : null,
      agreement: document.kind === 'agreement' ? presentAgreement(document.verification) : null,
      certificate: this.certificateWords(language, document.certificate),
      signatures: document.signatures.map(
        ({ name, office, language: lang, country, actedAt, sealedAt, certificate }) => ({
          name,
          office,
          lang,
          certificate: this.certificateWords(language, certificate),
          acted: this.translator.dateTime(language, actedAt, zoneOf(country)),
          sealed: sealedAt && this.translator.dateTime(language, sealedAt, zoneOf(country)),
        }),
      ),
      missing: Math.max(0, document.signaturesWanted - document.signatures.length),
      fingerprint: document.sha256,
      demonstration: this.settings.demonstration,
    };
  }

  /** By which certificate it was signed; null where that was not kept yet. */
  private certificateWords(language: Language, certificate: CertificateFacts | null) {
    if (!certificate) return null;
    const { subject, fingerprint, country, demonstration } = certificate;
    return {
      whose: demonstration
        ? { key: 'web.verify.certificate.demonstration' }
        : country === null
          ? { key: 'web.verify.certificate.programme' }
          : {
              key: 'web.verify.certificate.country',
              values: { country: this.translator.countryName(language, country) },
            },
      subject,
      fingerprint,
    };
  }

  private presentCopy({ is, intact }: CopyVerdict) {
    return {
      good: is === 'current' || is === 'earlier',
      text: { key: `web.verify.copy.${is}` },
      signatures: intact.map((holds, index) => ({
        key: holds ? 'web.verify.copy.intact' : 'web.verify.copy.broken',
        values: { number: index + 1 },
      })),
    };
  }

  private async award(ctx: Ctx, home: CountryView, award: AwardVerification) {
    const { language } = ctx;
    const institutions = await this.institutions.byIds(
      ctx,
      [award.homeInstitutionId, award.hostInstitutionId].filter((id) => id !== null),
    );
    const nameOf = (id: string | null) => {
      // Of a freemover the ministry took the part of the institution.
      if (id === null) return { text: this.translator.localized(language, home.ministry), lang: language };
      const institution = institutions.get(id);
      return institution ? institutionName(language, institution) : { text: '—', lang: language };
    };
    const day = (date: string) => this.translator.date(language, new Date(`${date}T12:00:00Z`), 'UTC');
    return {
      holder: award.holderInitials,
      home: nameOf(award.homeInstitutionId),
      host: nameOf(award.hostInstitutionId),
      from: day(award.stayFrom),
      until: day(award.stayUntil),
    };
  }
}

/** Which text of which agreement it is; what became of it since stands on its own page. */
function presentAgreement({ reference, version, contentHash, standing }: AgreementVerification) {
  return {
    reference,
    version: { key: 'web.verify.agreement.version_value', values: { number: version } },
    hash: contentHash,
    standing: { key: `web.verify.agreement.standings.${standing}` },
    href:
      standing === 'to_sign' || standing === 'to_confirm'
        ? null
        : `/agreements/${encodeURIComponent(reference)}`,
  };
}
