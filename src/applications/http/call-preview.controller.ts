import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import {
  EditorShell,
  ReadCalls,
  institutionsIn,
  presentCoApplicantRules,
  presentReferenceRules,
  institutionsInPlaces,
} from '../../calls/public.js';
import type { Editor, FormSection } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Message, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { LANGUAGES, isLanguage } from '../../shared/language.js';
import type { Language } from '../../shared/language.js';
import { Countries, Institutions } from '../../universities/public.js';
import type { OpenApplication } from './own-application.js';
import { decidingIn, placesOf, previewApplication } from './presenters/preview-application.js';
import type { DecidingAnswers } from './presenters/preview-application.js';
import {
  pageSection,
  presentChoices,
  presentConsents,
  presentDocuments,
  presentQuestions,
  presentReferencesPage,
} from './presenters/present-section.js';
import type { SectionState, Typed } from './presenters/present-section.js';
import type { DocumentsView, SectionPage } from './views/applicant-views.js';

/** More institutions than the register of any country holds. */
const ALL_INSTITUTIONS = 2000;
/** The public page of the call, among the pages of the preview. */
const CALL_PAGE = 'call';

/** Where a preview stands: all of it is in its address. */
interface Standing {
  readonly section: string;
  readonly language: Language;
  readonly home: string;
  readonly answers: DecidingAnswers;
}

/**
 * A call as its applicants will see it, page by page, in each language. Its buttons lead on as theirs do, and keep nothing:
 * what decides about later questions goes along in the address.
 */
@Controller('admin/calls/:id/preview')
export class CallPreviewController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(EditorShell) private readonly shell: EditorShell,
    @Inject(ReadCalls) private readonly calls: ReadCalls,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Get()
  @Can('call.edit')
  async show(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  /** A button of the applicant's own page was pressed: on to the next page, or more rows on this one. */
  @Post()
  @Can('call.edit')
  async lead(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = eachOnce(web.body);
    if (/^rows?-/.test(typed.then ?? '')) return this.page(web, id, typed);
    inLanguageOfPreview(web);
    const { editor, standing, open } = await this.database.read(web.ctx, (ctx) =>
      this.open(ctx, web, id, typed),
    );
    const overview = addressOf(editor, { ...standing, section: CALL_PAGE });
    return redirect(typed.then === 'overview' ? overview : this.nextAddress(editor, standing, open));
  }

  /** The page after this one; after the last, that of the call. */
  private nextAddress(editor: Editor, standing: Standing, { file }: OpenApplication): string {
    const { sections } = file.form;
    const here = sections.findIndex((section) => section.id === standing.section);
    return addressOf(editor, { ...standing, section: sections[here + 1]?.id ?? CALL_PAGE });
  }

  private page(web: WebRequest, id: string, typed: Typed | null): Promise<View> {
    const reading = web.ctx.language;
    // From here on the whole page is in the language of the preview, but for the bar that says what it is.
    inLanguageOfPreview(web);
    return this.database.read(web.ctx, async (ctx) => {
      const { editor, standing, open } = await this.open(ctx, web, id, typed ?? {});
      const bar = this.bar(reading, editor, standing, open);
      if (standing.section === CALL_PAGE) {
        const call = await this.calls.page(ctx, editor.call.slug);
        const model = { ...call, template: 'calls/call.njk', problems: [], bar };
        return view('applications/preview.njk', model, { title: titleOf(editor.title.text) });
      }
      const section = sectionOf(open, standing.section);
      const title = open.reader.translator.localized(ctx.language, section.title);
      const page = await this.sectionPage(ctx, editor, open, section, typed);
      const model = {
        ...leadingTo(page.model, {
          action: addressOf(editor, standing),
          next: this.nextAddress(editor, standing, open),
          overview: addressOf(editor, { ...standing, section: CALL_PAGE }),
        }),
        template: page.template,
        bar,
      };
      return view('applications/preview.njk', model, { title: titleOf(title) });
    });
  }

  private async open(ctx: Ctx, web: WebRequest, id: string, typed: Typed) {
    const editor = await this.shell.read(ctx, id, 'preview');
    const { call, form, places } = editor;
    const homes = call.directions.map(({ homeCountry }) => homeCountry);
    const home = homes.find((code) => code === web.query.home) ?? homes[0];
    const country = home === undefined ? null : await this.countries.find(ctx, home);
    // A draft may still say nothing of whence it leads.
    const [first] = await this.countries.all(ctx);
    const from = country ?? first;
    if (!from) throw new DomainError('not_found');
    const answers = decidingIn(form, { ...carried(web.query), ...typed });
    const open = previewApplication(this.translator, ctx, {
      call,
      form,
      places,
      home: from,
      answers,
      conditionNames: await this.institutions.names(ctx, institutionsIn(form.eligibility)),
    });
    const standing: Standing = {
      section: web.query.section ?? CALL_PAGE,
      language: ctx.language,
      home: from.code,
      answers,
    };
    return { editor, standing, open };
  }

  private async sectionPage(
    ctx: Ctx,
    editor: Editor,
    open: OpenApplication,
    section: FormSection,
    typed: Typed | null,
  ): Promise<{ readonly template: string; readonly model: PreviewedPage }> {
    const state: SectionState = {
      typed,
      problems: [],
      closed: null,
      refusal: null,
      stale: false,
      fromCheck: false,
      isUnlocked: () => true,
    };
    switch (section.kind) {
      case 'questions': {
        const shown = pageSection(open, section);
        const asksInstitution = shown.questions.some(({ type }) => type === 'institution');
        const { items } = asksInstitution
          ? await this.institutions.search(ctx, { limit: ALL_INSTITUTIONS })
          : { items: [] };
        return {
          template: 'applications/questions.njk',
          model: presentQuestions(open, shown, state, items, {}),
        };
      }
      case 'choices': {
        const places = placesOf(editor.call, editor.places, open.file.application.homeCountry);
        const names = await this.institutions.names(ctx, institutionsInPlaces(places));
        return {
          template: 'applications/choices.njk',
          model: presentChoices(open, section, state, places, names),
        };
      }
      case 'documents':
        return { template: 'applications/documents.njk', model: presentDocuments(open, section, state) };
      case 'consents':
        return { template: 'applications/consents.njk', model: presentConsents(open, section, state) };
      case 'references':
        return {
          template: 'applications/preview-references.njk',
          model: {
            ...presentReferencesPage(open, section, state),
            rules: section.references ? presentReferenceRules(section.references) : [],
          },
        };
      case 'co_applicants':
        return {
          template: 'applications/preview-references.njk',
          model: {
            ...presentReferencesPage(open, section, state),
            rules: section.coApplicants ? presentCoApplicantRules(section.coApplicants) : [],
          },
        };
    }
  }

  /** The bar above a preview: what it is, in the language of whoever looks at it, and where else one can look. */
  private bar(reading: Language, editor: Editor, standing: Standing, { file }: OpenApplication) {
    const { translator } = this;
    const t = (key: string) => translator.t(reading, key);
    const page = (section: string, text: string) => ({
      text,
      href: addressOf(editor, { ...standing, section }),
      current: section === standing.section,
    });
    const homes = [...new Set(editor.call.directions.map(({ homeCountry }) => homeCountry))];
    return {
      lang: reading,
      word: t('applications.preview.word'),
      note: t('applications.preview.note'),
      back: { href: `${editor.href}/form`, text: t('applications.preview.back') },
      languagesLabel: t('applications.preview.languages'),
      languages: LANGUAGES.map((language) => ({
        code: language,
        text: t(`common.languages.${language}`),
        href: addressOf(editor, { ...standing, language }),
        current: language === standing.language,
      })),
      homesLabel: t('applications.preview.homes'),
      homes:
        homes.length > 1
          ? homes.map((home) => ({
              text: translator.countryName(reading, home),
              href: addressOf(editor, { ...standing, home }),
              current: home === standing.home,
            }))
          : [],
      pagesLabel: t('applications.preview.pages'),
      pages: [
        page(CALL_PAGE, t('applications.preview.call_page')),
        ...file.form.sections.map((section) =>
          page(section.id, translator.localized(reading, section.title)),
        ),
      ],
    };
  }
}

function inLanguageOfPreview(web: WebRequest): void {
  if (isLanguage(web.query.in)) web.readIn(web.query.in);
}

/** The address of a preview, in which all of it stands. */
function addressOf({ href }: Editor, { section, language, home, answers }: Standing): string {
  const query = new URLSearchParams({ section, in: language, home });
  for (const [name, value] of Object.entries(answers)) query.set(`a-${name}`, value);
  return `${href}/preview?${query.toString()}`;
}

function carried(query: Readonly<Record<string, string>>): DecidingAnswers {
  return Object.fromEntries(
    Object.entries(query)
      .filter(([name]) => name.startsWith('a-'))
      .map(([name, value]) => [name.slice(2), value]),
  );
}

/** A page of the form; that of the letters with what the call says of them. */
type PreviewedPage = SectionPage & { readonly rules?: readonly Message[] };

/** Every way out of an applicant's page leads to the preview, and none to an application that nobody has. */
function leadingTo(
  page: SectionPage,
  { action, next, overview }: { readonly action: string; readonly next: string; readonly overview: string },
): object {
  const documents = 'documents' in page ? (page as DocumentsView).documents : [];
  return {
    ...page,
    action,
    nextHref: next,
    head: { ...page.head, href: overview, call: { ...page.head.call, href: overview } },
    ...(documents.length > 0
      ? { documents: documents.map((each) => ({ ...each, action, removeAction: action })) }
      : {}),
  };
}

function titleOf(page: string) {
  return { key: 'applications.preview.title', values: { page } };
}

function sectionOf({ file }: OpenApplication, sectionId: string): FormSection {
  const section = [...file.form.sections, ...file.wholeForm.sections].find(({ id }) => id === sectionId);
  if (!section) throw new DomainError('not_found');
  return section;
}
