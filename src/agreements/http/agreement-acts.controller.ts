import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { textOf } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { administers, coordinates, hasRole, signsFor } from '../../shared/policy.js';
import { Countries, Institutions, institutionName } from '../../universities/public.js';
import type { InstitutionView } from '../../universities/public.js';
import { AgreementPorts } from '../agreement-ports.js';
import { VERDICTS } from '../data/agreement-verdict.entity.js';
import { PEOPLE_PARTS } from '../data/agreement-person.entity.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import type { AgreementContent, AgreementParty } from '../domain/agreement.js';
import { agreementStates } from '../domain/agreement.states.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { factsOf } from '../operations/agreement-record.js';
import { AnswerAgreement } from '../operations/answer-agreement.js';
import { BringIntoForce } from '../operations/bring-into-force.js';
import { KeepPeople } from '../operations/keep-people.js';
import { PrepareAgreement } from '../operations/prepare-agreement.js';
import { ProposeAgreement } from '../operations/propose-agreement.js';
import { ReviseAgreement } from '../operations/revise-agreement.js';
import { TerminateAgreement, lastDayByNotice } from '../operations/terminate-agreement.js';
import { WithdrawAgreement } from '../operations/withdraw-agreement.js';
import { AgreementPage } from './agreement-page.js';
import { dayWords, presentAgreementCard } from './agreement-presenter.js';
import { control, group } from './editor/editor-forms.js';
import { editorHref, problemLink } from './editor/present-editor.js';
import { Entries, typedFromForm } from './editor/typed.js';
import type { Typed } from './editor/typed.js';
import { ReadAgreement } from './read-agreement.js';
import type { FieldGroup } from './views/editor-views.js';

const EMPTY = { sr: '', ru: '', en: '' };
/** The whole register of a country stands in one list. */
const WHOLE_REGISTER = 500;

/** What is done with agreements, each act by one form. */
@ApiExcludeController()
@Controller('agreements')
export class AgreementActsController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadAgreement,
    private readonly versions: AgreementVersions,
    private readonly institutions: Institutions,
    private readonly countries: Countries,
    private readonly ports: AgreementPorts,
    private readonly page: AgreementPage,
    private readonly prepare: PrepareAgreement,
    private readonly propose: ProposeAgreement,
    private readonly answer: AnswerAgreement,
    private readonly withdraw: WithdrawAgreement,
    private readonly bring: BringIntoForce,
    private readonly revise: ReviseAgreement,
    private readonly terminate: TerminateAgreement,
    private readonly people: KeepPeople,
  ) {}

  @Get('new')
  @Can('agreement.prepare')
  newAgreement(@Web() web: WebRequest): Promise<View> {
    return this.newPage(web, {}, null);
  }

  @Post('new')
  @Can('agreement.prepare')
  async begin(@Web() web: WebRequest): Promise<View | Redirect> {
    const typed = typedFromForm(web.body);
    try {
      const content = await this.database.read(web.ctx, (ctx) => this.begun(ctx, typed));
      await this.prepare.prepareAgreement(web.ctx, content);
      return redirect(editorHref(content.reference), {
        flash: { kind: 'success', key: 'agreements.done.begun' },
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.newPage(web, typed, error);
    }
  }

  @Post(':reference/propose')
  @Can('agreement.propose')
  proposeIt(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View | Redirect> {
    const hash = textOf(web.body, 'hash');
    return this.onPage(web, reference, 'proposed', (id) =>
      this.propose.proposeAgreement(web.ctx, id, hash || undefined),
    );
  }

  @Post(':reference/answer')
  @Can('agreement.answer')
  answerIt(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View | Redirect> {
    const verdict = VERDICTS.find((each) => each === textOf(web.body, 'act'));
    return this.onPage(web, reference, verdict ?? 'approved', (id) => {
      if (!verdict)
        throw new DomainError('invalid', { fields: [{ field: 'verdict', problem: 'required_choice' }] });
      return this.answer.answerAgreement(web.ctx, id, {
        hash: textOf(web.body, 'hash'),
        verdict,
        office: textOf(web.body, 'office'),
        reason: textOf(web.body, 'reason'),
      });
    });
  }

  @Post(':reference/withdraw')
  @Can('agreement.withdraw')
  withdrawIt(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View | Redirect> {
    return this.onPage(web, reference, 'withdrawn', (id) =>
      this.withdraw.withdrawAgreement(web.ctx, id, textOf(web.body, 'reason')),
    );
  }

  @Post(':reference/bring-into-force')
  @Can('agreement.bring_into_force')
  bringIt(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View | Redirect> {
    const entries = new Entries(typedFromForm(web.body));
    const today = web.ctx.clock.now().toISOString().slice(0, 10);
    const signedOn = entries.day('signedOn') ?? today;
    const inForceFrom = entries.day('inForceFrom') ?? signedOn;
    const inForceUntil = entries.day('inForceUntil') ?? null;
    if (inForceUntil !== null && inForceUntil <= inForceFrom)
      entries.problems.push({ field: 'inForceUntil', problem: 'end_before_start' });
    return this.onPage(web, reference, 'in_force', (id) => {
      if (entries.problems.length > 0) throw new DomainError('invalid', { fields: entries.problems });
      return this.bring.bringIntoForce(web.ctx, id, { signedOn, inForceFrom, inForceUntil });
    });
  }

  @Post(':reference/revise')
  @Can('agreement.revise')
  async reviseIt(@Web() web: WebRequest, @Param('reference') reference: string): Promise<Redirect> {
    const { agreement } = await this.load(web, reference);
    const how = textOf(web.body, 'act') === 'renew' ? 'renew' : 'change';
    await this.revise.reviseAgreement(web.ctx, agreement.id, how);
    return redirect(editorHref(reference), { flash: { kind: 'success', key: 'agreements.done.revised' } });
  }

  @Get(':reference/terminate')
  @Can('agreement.terminate')
  terminating(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View> {
    return this.terminatePage(web, reference, '', null);
  }

  @Post(':reference/terminate')
  @Can('agreement.terminate')
  async terminateIt(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View | Redirect> {
    const { agreement } = await this.load(web, reference);
    const reason = textOf(web.body, 'reason');
    try {
      await this.terminate.terminateAgreement(web.ctx, agreement.id, reason);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.terminatePage(web, reference, reason, error);
    }
    return this.back(reference, 'notice');
  }

  @Get(':reference/people')
  @Can('agreement.read_people')
  peoplePage(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View> {
    return this.showPeople(web, reference, {}, null);
  }

  @Post(':reference/people')
  @Can('agreement.keep_people')
  async addPerson(@Web() web: WebRequest, @Param('reference') reference: string): Promise<View | Redirect> {
    const { agreement } = await this.load(web, reference);
    const typed = typedFromForm(web.body);
    const said = (name: string) => (typed[name] ?? '').normalize('NFC');
    try {
      await this.people.add(web.ctx, agreement.id, {
        party: said('party') === '' ? -1 : Number(said('party')),
        part: said('part'),
        name: said('name'),
        office: said('office'),
        email: said('email'),
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.showPeople(web, reference, typed, error);
    }
    return redirect(`${hrefOf(reference)}/people`, {
      flash: { kind: 'success', key: 'agreements.done.person_added' },
    });
  }

  @Post(':reference/people/remove')
  @Can('agreement.keep_people')
  async removePerson(@Web() web: WebRequest, @Param('reference') reference: string): Promise<Redirect> {
    const { agreement } = await this.load(web, reference);
    await this.people.remove(web.ctx, agreement.id, textOf(web.body, 'person'));
    return redirect(`${hrefOf(reference)}/people`, {
      flash: { kind: 'success', key: 'agreements.done.person_removed' },
    });
  }

  /** What is refused for what was typed comes back on the page of the agreement, with the words kept. */
  private async onPage(
    web: WebRequest,
    reference: string,
    done: string,
    act: (id: Id) => Promise<unknown>,
  ): Promise<View | Redirect> {
    const { agreement } = await this.load(web, reference);
    try {
      await act(agreement.id);
    } catch (error) {
      if (!(error instanceof DomainError) || !['invalid', 'blocked', 'stale'].includes(error.code))
        throw error;
      const refused = { typed: typedFromForm(web.body), error };
      return this.database.read(web.ctx, (ctx) => this.page.show(ctx, reference, {}, refused));
    }
    return this.back(reference, done);
  }

  private load(web: WebRequest, reference: string) {
    return this.database.read(web.ctx, (ctx) => this.reading.byReference(ctx, reference));
  }

  private back(reference: string, done: string): Redirect {
    return redirect(hrefOf(reference), { flash: { kind: 'success', key: `agreements.done.${done}` } });
  }

  private newPage(web: WebRequest, typed: Typed, error: DomainError | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const facts = { state: agreementStates.initial, countries: [], institutions: [], preparers: [] };
      const ofProgramme = agreementsPolicy.decide(ctx.actor, 'agreement.prepare', facts).allowed;
      const reader = this.reading.reader(ctx);
      const { translator, language } = reader;
      const problems = error?.fields ?? [];
      const page = { typed, problems };
      const register = await this.register(ctx);
      const options = (institutions: readonly InstitutionView[]) =>
        institutions
          .map((each) => ({
            value: each.id,
            label: `${institutionName(language, each).text} · ${translator.countryName(language, each.country)}`,
          }))
          .toSorted((a, b) => translator.compare(language)(a.label, b.label));
      const own = ofProgramme ? register : register.filter(({ id }) => speaksFor(ctx, id));
      const groups: FieldGroup[] = [
        group(null, [
          ...(ofProgramme
            ? [
                control(page, 'kind', 'radios', {
                  options: (['inter_institutional', 'memorandum'] as const).map((kind) => ({
                    value: kind,
                    label: { key: `agreements.kinds.${kind}` },
                  })),
                }),
              ]
            : []),
          control(page, 'reference', 'text', {
            width: 20,
            hint: { key: 'agreements.editor.hints.reference' },
          }),
          control(page, 'first', 'select', { options: options(own), optional: ofProgramme }),
          control(page, 'second', 'select', { options: options(register), optional: ofProgramme }),
        ]),
      ];
      return view(
        'agreements/editor/new.njk',
        {
          groups,
          problems: problems.map((problem) => problemLink(reader, problem, `#field-${problem.field}`)),
        },
        { status: error ? STATUS.invalid : 200, title: { key: 'agreements.editor.new.title' } },
      );
    });
  }

  /** What a new agreement says before anything is written: between whom it is. */
  private async begun(ctx: Ctx, typed: Typed): Promise<AgreementContent> {
    const entries = new Entries(typed);
    const kind = entries.text('kind') === 'memorandum' ? 'memorandum' : 'inter_institutional';
    const parties =
      kind === 'memorandum'
        ? (await this.countries.all(ctx)).map(({ code, ministry }): AgreementParty => ({
            country: code,
            name: ministry,
            institutionId: null,
          }))
        : await this.pair(ctx, entries);
    return {
      kind,
      reference: entries.text('reference'),
      title: EMPTY,
      parties,
      themes: [],
      text: { articles: [] },
      quotas: [],
    };
  }

  private async pair(ctx: Ctx, entries: Entries): Promise<readonly AgreementParty[]> {
    const found = await this.register(ctx);
    const [first, second] = ['first', 'second'].map((field) => {
      const institution = found.find(({ id }) => id === entries.text(field));
      if (!institution) entries.problems.push({ field, problem: 'required_choice' });
      return institution;
    });
    if (first && second && first.country === second.country)
      entries.problems.push({ field: 'second', problem: 'same_country' });
    if (entries.problems.length > 0 || !first || !second)
      throw new DomainError('invalid', { fields: entries.problems });
    return [first, second].map((institution) => ({
      country: institution.country,
      institutionId: institution.id,
      name: {
        sr: institutionName('sr-Cyrl', institution).text,
        ru: institutionName('ru', institution).text,
        en: institutionName('en', institution).text,
      },
    }));
  }

  private async register(ctx: Ctx): Promise<readonly InstitutionView[]> {
    const { items } = await this.institutions.search(ctx, { limit: WHOLE_REGISTER });
    return items;
  }

  private terminatePage(
    web: WebRequest,
    reference: string,
    typed: string,
    error: DomainError | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const record = await this.reading.inside(ctx, reference);
      const { agreement } = record;
      agreementsPolicy.require(
        ctx.actor,
        'agreement.terminate',
        factsOf(record, 'agreement'),
        'agreement.read',
      );
      const reader = this.reading.reader(ctx);
      const lastDay = lastDayByNotice(agreement, ctx.clock.now().toISOString().slice(0, 10));
      const calls = await this.ports.calls(ctx, agreement.id);
      const page = { typed: { reason: typed }, problems: error?.fields ?? [] };
      const model = {
        agreement: presentAgreementCard(reader, agreement),
        problems: page.problems.map((problem) => problemLink(reader, problem, `#field-${problem.field}`)),
        reason: control(page, 'reason', 'textarea', { rows: 4 }),
        lastDay: dayWords(reader, lastDay),
        beyond: calls.filter(({ stayUntil }) => stayUntil > lastDay).length,
        held: calls.reduce((sum, { taken }) => sum + taken, 0),
        already: agreement.terminatesOn !== null,
      };
      return view('agreements/terminate.njk', model, {
        status: error ? STATUS.invalid : 200,
        title: { key: 'agreements.terminate.title' },
      });
    });
  }

  private showPeople(
    web: WebRequest,
    reference: string,
    typed: Typed,
    error: DomainError | null,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const record = await this.reading.inside(ctx, reference);
      const { agreement } = record;
      agreementsPolicy.require(
        ctx.actor,
        'agreement.read_people',
        factsOf(record, 'agreement'),
        'agreement.read',
      );
      const reader = this.reading.reader(ctx);
      const { translator, language } = reader;
      const found = await this.versions.people(ctx, agreement.id);
      const page = { typed, problems: error?.fields ?? [] };
      const partyOf = (person: { readonly institutionId: Id | null; readonly country: string }) =>
        agreement.parties.find(
          ({ institutionId, country }) =>
            institutionId === person.institutionId && country === person.country,
        );
      const model = {
        agreement: presentAgreementCard(reader, agreement),
        problems: page.problems.map((problem) => problemLink(reader, problem, `#field-${problem.field}`)),
        people: found.map((person) => {
          const party = partyOf(person);
          return {
            id: person.id,
            name: person.name,
            office: person.office,
            email: person.email ?? '',
            part: { key: `agreements.people.parts.${person.part}` },
            party: party ? translator.localized(language, party.name) : '',
            removable: person.part !== 'signed',
          };
        }),
        keeps: this.reading.may(ctx, 'agreement.keep_people', record, 'agreement'),
        fields: [
          control(page, 'party', 'select', {
            options: agreement.parties.map(({ name }, place) => ({
              value: String(place),
              label: translator.localized(language, name),
            })),
          }),
          control(page, 'part', 'radios', {
            options: PEOPLE_PARTS.map((part) => ({
              value: part,
              label: { key: `agreements.people.parts.${part}` },
            })),
          }),
          control(page, 'name', 'text'),
          control(page, 'office', 'text'),
          control(page, 'email', 'email', { optional: true }),
        ],
        action: `${hrefOf(reference)}/people`,
      };
      return view('agreements/people.njk', model, {
        status: error ? STATUS.invalid : 200,
        title: { key: 'agreements.people.title' },
      });
    });
  }
}

function hrefOf(reference: string): string {
  return `/agreements/${encodeURIComponent(reference)}`;
}

function speaksFor({ actor }: Ctx, id: Id): boolean {
  return (
    (hasRole(actor, 'coordinator') && coordinates(actor, id)) || administers(actor, id) || signsFor(actor, id)
  );
}
