import { Injectable } from '@nestjs/common';
import { Agreements } from '../../agreements/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import { authorise } from '../../platform/database/authorise.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { Countries, Institutions } from '../../universities/public.js';
import { CallPorts } from '../call-ports.js';
import { Amendments } from '../data/amendments.js';
import { Calls } from '../data/calls.js';
import { Watches } from '../data/watches.js';
import { changesOf } from '../domain/amendment.js';
import type { CallView } from '../domain/call.js';
import { PUBLIC_PHASES } from '../domain/call.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { factsOf } from '../operations/call-record.js';
import type {
  AmendmentView,
  CallListView,
  CallPageView,
  ChangesView,
  OpenCallsModel,
  TagModel,
} from './views/call-views.js';
import type { Reader } from './presenters/present-call-card.js';
import { PUBLISHED_CALL_LIMIT } from './dto/call-resource.js';
import {
  PHASES_OF,
  WHENS,
  callFilterOf,
  presentCallList,
  presentOpenCalls,
  readCallListQuery,
} from './presenters/present-call-list.js';
import type { When } from './presenters/present-call-list.js';
import { presentAmendments, presentChanges } from './presenters/present-amendment.js';
import { institutionsIn } from './presenters/present-conditions.js';
import { presentCallPage } from './presenters/present-call-page.js';

const PAGE_SIZE = 20;
const AMENDMENT_TAGS = { draft: 'brass', in_effect: 'leaf', discarded: 'grey' } as const;

/** Input of `calls/amendment.njk`. */
export interface AmendmentReading {
  readonly slug: string;
  readonly title: string;
  readonly state: TagModel;
  readonly reason: string;
  readonly changes: ChangesView;
}

/** Reads calls for pages: the list, one call, and the open ones for the first page of the site. */
@Injectable()
export class ReadCalls {
  constructor(
    private readonly calls: Calls,
    private readonly countries: Countries,
    private readonly institutions: Institutions,
    private readonly agreements: Agreements,
    private readonly amendments: Amendments,
    private readonly watches: Watches,
    private readonly ports: CallPorts,
    private readonly translator: Translator,
  ) {}

  async list(ctx: Ctx, parameters: Readonly<Record<string, string>>): Promise<CallListView> {
    const reader = await this.reader(ctx);
    const query = readCallListQuery(
      parameters,
      reader.countries.map(({ code }) => code),
    );
    const filter = callFilterOf(query);
    const page = await this.calls.list(ctx, {
      ...filter,
      phase: PHASES_OF[query.when],
      ...(parameters['after'] ? { after: parameters['after'] } : {}),
      order: query.when === 'past' ? 'latest' : 'soonest',
      limit: PAGE_SIZE,
    });
    const counts: Record<When, number> = { open: 0, upcoming: 0, past: 0 };
    for (const when of WHENS)
      counts[when] = await this.calls.count(ctx, { ...filter, phase: PHASES_OF[when] });
    return presentCallList(
      reader,
      query,
      page,
      await this.totals(ctx, page.items),
      counts,
      await this.calls.placeLanguages(ctx),
    );
  }

  /** What is open and what will be, under the filters of the list: for the feeds. */
  async announced(ctx: Ctx, parameters: Readonly<Record<string, string>>): Promise<readonly CallView[]> {
    const countries = await this.countries.all(ctx);
    const query = readCallListQuery(
      parameters,
      countries.map(({ code }) => code),
    );
    const { items } = await this.calls.list(ctx, {
      ...callFilterOf(query),
      phase: ['upcoming', 'open', 'grace'],
      limit: PUBLISHED_CALL_LIMIT,
    });
    return items;
  }

  /** The calls that close first, for the first page of the site. */
  async open(ctx: Ctx, limit: number): Promise<OpenCallsModel> {
    const { items } = await this.calls.list(ctx, { phase: PHASES_OF.open, limit });
    return presentOpenCalls(await this.reader(ctx), items, await this.totals(ctx, items));
  }

  async page(ctx: Ctx, slug: string): Promise<CallPageView> {
    const call = await this.readable(ctx, slug);
    const form = await this.calls.form(ctx, call.id, call.formVersion);
    if (!form) throw new DomainError('not_found');
    const places = await this.calls.places(ctx, call.id);
    const rules = [
      form.eligibility,
      ...places.flatMap(({ reserved }) => reserved.map(({ condition }) => condition)),
    ];
    const reader = await this.reader(ctx);
    const next = call.route === 'ranked' ? await this.calls.roundAfter(ctx, call.id) : null;
    return presentCallPage(reader, {
      call,
      form,
      places,
      agreement: await this.agreements.byId(ctx, call.agreementId),
      former: call.round && (await this.calls.byId(ctx, call.round.of)),
      next: next && PUBLIC_PHASES.includes(next.phase) ? next : null,
      signedIn: ctx.actor.kind === 'person',
      follows:
        ctx.actor.personId !== null &&
        (await this.watches.ofPerson(ctx, call.id, ctx.actor.personId)) !== null,
      moves: await this.amendments.moves(ctx, call.id),
      amendments: await this.amendmentsOf(ctx, reader, call),
      institutions: await this.institutions.names(ctx, rules.flatMap(institutionsIn)),
    });
  }

  /**
   * An amendment as those read it who decide on it, whatever became of it.
   *
   * @throws DomainError `not_found` for whoever may not read calls that are not public
   */
  async amendment(ctx: Ctx, slug: string, id: string): Promise<AmendmentReading> {
    const call = await this.calls.bySlug(ctx, slug);
    if (!call || !isId(id)) throw new DomainError('not_found');
    authorise(ctx, callsPolicy, 'call.read', factsOf(call), 'call.read');
    const [written] = await this.amendments.written(ctx, [id]);
    if (written?.callId !== call.id) throw new DomainError('not_found');
    const reader = await this.reader(ctx);
    const inEffect = await this.amendments.text(ctx, id);
    const version = inEffect?.form?.from ?? call.formVersion;
    const before = await this.calls.form(ctx, call.id, version);
    if (!before) throw new DomainError('not_found');
    return {
      slug,
      title: reader.translator.localized(reader.language, call.title),
      state: {
        kind: AMENDMENT_TAGS[written.state],
        text: { key: `calls.amendment.states.${written.state}` },
      },
      reason: reader.translator.localized(reader.language, written.reason),
      changes: presentChanges(reader, {
        // What took effect is told from what the call said before it.
        words: inEffect?.words ?? changesOf(call, before, written).words,
        form: changesOf(call, before, written).form,
      }),
    };
  }

  private async amendmentsOf(ctx: Ctx, reader: Reader, call: CallView): Promise<readonly AmendmentView[]> {
    const amendments = await this.amendments.texts(ctx, call.id);
    if (amendments.length === 0) return [];
    const forms = await this.calls.forms(ctx, call.id);
    const byVersion = new Map(forms.map(({ version, definition }) => [version, definition]));
    return presentAmendments(reader, amendments, byVersion, call.timeZone);
  }

  /** @throws DomainError `not_found` also for a call that exists but that the reader may not see. */
  async readable(ctx: Ctx, slug: string): Promise<CallView> {
    const call = await this.calls.bySlug(ctx, slug);
    const readable =
      call &&
      (PUBLIC_PHASES.includes(call.phase) ||
        callsPolicy.decide(ctx.actor, 'call.read', factsOf(call)).allowed ||
        // Whoever was invited reads what they apply to.
        (call.phase === 'standby' && (await this.ports.applications.appliesByCode(ctx, call.id))));
    if (!readable) throw new DomainError('not_found');
    return call;
  }

  private async reader(ctx: Ctx): Promise<Reader> {
    return {
      translator: this.translator,
      language: ctx.language,
      now: ctx.clock.now(),
      countries: await this.countries.all(ctx),
    };
  }

  private totals(ctx: Ctx, calls: readonly CallView[]) {
    return this.calls.placeTotals(
      ctx,
      calls.map(({ id }) => id),
    );
  }
}
