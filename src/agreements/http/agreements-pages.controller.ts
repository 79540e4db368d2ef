import { Controller, Get, Param } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Public } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { hasRole } from '../../shared/policy.js';
import { Countries } from '../../universities/public.js';
import { AgreementPorts } from '../agreement-ports.js';
import { AGREEMENT_WAITS, Agreements } from '../data/agreements.js';
import { AGREEMENT_KINDS } from '../domain/agreement.js';
import type { AgreementView, VersionView } from '../domain/agreement.js';
import { AGREEMENT_STATES } from '../domain/agreement.states.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { compareContents, compareWords } from '../domain/comparison.js';
import { dayAfter } from '../domain/draft.js';
import { termsOf } from '../operations/agreement-record.js';
import { AgreementPage, paperFacts } from './agreement-page.js';
import { presentAgreement, presentAgreementCard, presentAnnexes, versionTag } from './agreement-presenter.js';
import { differenceWords } from './difference-words.js';
import { control } from './editor/editor-forms.js';
import { titleOf } from './editor/present-editor.js';
import { ReadAgreement } from './read-agreement.js';
import type { AgreementListView, ComparePageView, VersionPageView } from './views/agreement-views.js';

const PAGE_SIZE = 20;
/** Within how many days an agreement that ends is looked for. */
const ENDS_WITHIN = ['30', '90', '365'] as const;

/** What both countries agreed, for everybody to read, and what is being prepared for those who may. */
@Controller('agreements')
export class AgreementsPagesController {
  constructor(
    private readonly database: Database,
    private readonly agreements: Agreements,
    private readonly countries: Countries,
    private readonly reading: ReadAgreement,
    private readonly page: AgreementPage,
    private readonly ports: AgreementPorts,
  ) {}

  @Get()
  @Public()
  list(@Web() web: WebRequest): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const reader = this.reading.reader(ctx);
      const { translator, language } = reader;
      const asked = (name: string) => (web.query[name] ?? '').trim().slice(0, 200);
      const chosen = <T extends string>(name: string, values: readonly T[]) =>
        values.find((value) => value === asked(name));
      const today = ctx.clock.now().toISOString().slice(0, 10);
      const ends = chosen('ends', ENDS_WITHIN);
      const kind = chosen('kind', AGREEMENT_KINDS);
      const state = chosen('state', AGREEMENT_STATES);
      const waits = chosen('waits', AGREEMENT_WAITS);
      const countries = await this.countries.all(ctx);
      const country = chosen(
        'country',
        countries.map(({ code }) => code),
      );
      const institutionId = isId(asked('institution')) ? asked('institution') : undefined;
      const offset = Math.max(0, Math.min(10_000, Number.parseInt(asked('from'), 10) || 0));
      const found = await this.agreements.search(ctx, {
        ...(asked('q') ? { text: asked('q') } : {}),
        ...(kind ? { kind } : {}),
        ...(country ? { country } : {}),
        ...(institutionId ? { institutionId } : {}),
        ...(state ? { state } : {}),
        ...(waits ? { waits } : {}),
        ...(ends ? { endsBy: dayAfter(today, Number(ends)), day: today } : {}),
        withQuotaLeft: asked('left') === 'yes',
        limit: PAGE_SIZE,
        offset,
      });
      const page = { typed: web.query, problems: [] };
      const of = (from: number) =>
        `/agreements?${new URLSearchParams({ ...web.query, from: String(from) }).toString()}`;
      const facts = { state: 'draft', countries: [], institutions: [], preparers: [] } as const;
      const prepares =
        agreementsPolicy.decide(ctx.actor, 'agreement.prepare', facts).allowed ||
        agreementsPolicy.rolesFor('agreement.prepare').some((role) => hasRole(ctx.actor, role));
      const option = (value: string, key: string) => ({ value, label: { key } });
      const model: AgreementListView = {
        agreements: found.slice(0, PAGE_SIZE).map((agreement) => presentAgreementCard(reader, agreement)),
        filters: [
          control(page, 'q', 'text'),
          control(page, 'kind', 'select', {
            options: AGREEMENT_KINDS.map((each) => option(each, `agreements.kinds.${each}`)),
          }),
          control(page, 'country', 'select', {
            options: countries.map(({ code }) => ({
              value: code,
              label: translator.countryName(language, code),
            })),
          }),
          control(page, 'state', 'select', {
            options: AGREEMENT_STATES.map((each) => option(each, `agreements.states.${each}`)),
          }),
          control(page, 'ends', 'select', {
            options: ENDS_WITHIN.map((each) => option(each, `agreements.ends.within_${each}`)),
          }),
          control(page, 'left', 'checkboxes', { options: [option('yes', 'agreements.filters.left')] }),
        ],
        narrowed: ['q', 'kind', 'country', 'state', 'ends', 'left', 'institution', 'waits'].some(
          (name) => asked(name) !== '',
        ),
        clearHref: '/agreements',
        newHref: prepares ? '/agreements/new' : null,
        importHref: agreementsPolicy.rolesFor('agreement.import').some((role) => hasRole(ctx.actor, role))
          ? '/agreements/import'
          : null,
        previous: offset > 0 ? of(Math.max(0, offset - PAGE_SIZE)) : null,
        next: found.length > PAGE_SIZE ? of(offset + PAGE_SIZE) : null,
      };
      return view('agreements/list.njk', model, { title: { key: 'agreements.title' } });
    });
  }

  @Get(':reference')
  @Public()
  agreement(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View> {
    return this.database.read(web.ctx, (ctx) => this.page.show(ctx, reference, web.query));
  }

  @Get(':reference/versions/:number')
  @Public()
  version(
    @Web() web: WebRequest,
    @Param('reference') reference: string,
    @Param('number') number: string,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const record = await this.reading.byReference(ctx, reference);
      const seen = await this.reading.versionsOf(ctx, record);
      const version = seen.find((each) => String(each.number) === number);
      if (!version) throw new DomainError('not_found');
      const reader = this.reading.reader(ctx);
      const href = `/agreements/${encodeURIComponent(record.agreement.reference)}`;
      const before = seen.find((each) => each.number < version.number);
      const takes = this.reading.may(ctx, 'agreement.take_files', record, 'agreement');
      const said = presentAgreement(reader, asSaid(record.agreement, version), this.ports.fieldsOfStudy());
      const { paper } = version.content;
      const model: VersionPageView = {
        ...said,
        facts: [...said.facts, ...(paper ? paperFacts(reader, paper) : [])],
        document: takes ? await this.page.document(ctx, reader, record.agreement.reference, version) : null,
        annexes: presentAnnexes(reader, record.agreement.reference, version, takes),
        title: titleOf(reader, version.content),
        back: href,
        heading: { key: 'agreements.version', values: { number: version.number } },
        state: versionTag(version.state),
        reason: version.closing
          ? {
              key: `agreements.closed.${version.state}`,
              values: { reason: version.closing.reason },
            }
          : null,
        approved: { key: 'agreements.hash_of_version', values: { hash: version.contentHash } },
        compareHref: before ? `${href}/compare?from=${before.number}&to=${version.number}` : null,
      };
      return view('agreements/version.njk', model, {
        title: { key: 'agreements.named', values: { title: model.title } },
      });
    });
  }

  @Get(':reference/compare')
  @Public()
  compare(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const record = await this.reading.byReference(ctx, reference);
      const seen = await this.reading.versionsOf(ctx, record);
      const named = (name: string, otherwise: VersionView | undefined) =>
        seen.find(({ number }) => String(number) === web.query[name]) ?? otherwise;
      const after = named('to', seen[0]);
      const before = named('from', seen[1] ?? seen[0]);
      if (!after || !before) throw new DomainError('not_found');
      const reader = this.reading.reader(ctx);
      const typed = { from: String(before.number), to: String(after.number) };
      const options = seen.map(({ number }) => ({
        value: String(number),
        label: { key: 'agreements.version', values: { number } },
      }));
      const model: ComparePageView = {
        back: `/agreements/${encodeURIComponent(record.agreement.reference)}`,
        title: titleOf(reader, after.content),
        choice: [
          control({ typed, problems: [] }, 'from', 'select', { options }),
          control({ typed, problems: [] }, 'to', 'select', { options }),
        ],
        before: { key: 'agreements.version', values: { number: before.number } },
        after: { key: 'agreements.version', values: { number: after.number } },
        rows: compareContents(before.content, after.content).map((difference) => {
          const {
            field,
            before: was,
            after: is,
          } = differenceWords(reader, difference, this.ports.fieldsOfStudy());
          const runs = compareWords(was, is);
          return {
            field,
            before: runs.filter(({ kind }) => kind !== 'new'),
            after: runs.filter(({ kind }) => kind !== 'gone'),
          };
        }),
      };
      return view('agreements/compare.njk', model, { title: { key: 'agreements.compare.title' } });
    });
  }
}

/** The agreement as one version says it. What is promised belongs to the agreement and not to a version. */
function asSaid(agreement: AgreementView, version: VersionView): AgreementView {
  const { content } = version;
  return {
    ...agreement,
    title: content.title,
    parties: content.parties,
    themes: content.themes,
    text: content.text,
    terms: termsOf(content),
    version: version.number,
    textHash: version.contentHash,
    signedOn: version.signedOn,
    inForceFrom: version.inForceFrom ?? content.validFrom ?? null,
    inForceUntil: version.inForceUntil ?? content.validUntil ?? null,
    terminatesOn: version.state === 'in_force' ? agreement.terminatesOn : null,
    quotas: content.quotas.map((quota, place) => ({
      ...quota,
      id: String(place),
      committed: 0,
      committedDays: 0,
    })),
  };
}
