import { Injectable } from '@nestjs/common';
import { Agreements } from '../../agreements/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { calendarDay } from '../../platform/i18n/formats.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Countries } from '../../universities/public.js';
import { CallDirectionEntity } from '../data/call-direction.entity.js';
import { CallFormEntity } from '../data/call-form.entity.js';
import { CallPlaceEntity } from '../data/call-place.entity.js';
import { CallEntity } from '../data/call.entity.js';
import type { CallCategory } from '../domain/call.js';
import type { CallDraft } from '../domain/call-draft.js';
import { CALL_PREPARED } from '../domain/calls.events.js';
import { callStates } from '../domain/call.states.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { formFor } from '../domain/freemover.js';
import { freeSlug, newCallDraft, slugOf } from '../domain/new-call.js';
import type { NewCall } from '../domain/new-call.js';
import { STANDARD_FORM } from '../domain/standard-form.js';
import { DraftRegister, slugTaken } from './draft-register.js';

/** Writes a new call as a draft, with its places, directions and the first version of its form. It need not be whole yet. */
@Injectable()
export class PrepareCall {
  constructor(
    private readonly database: Database,
    private readonly register: DraftRegister,
    private readonly agreements: Agreements,
    private readonly countries: Countries,
    private readonly audit: AuditTrail,
  ) {}

  /** Begins a call by its title, category and agreement; everything else is proposed, to be changed. */
  async beginCall(
    request: RequestContext,
    { category, ...begun }: Omit<NewCall, 'category'> & { readonly category: CallCategory | null },
  ): Promise<Id> {
    return slugTaken(() =>
      this.database.transaction(request, async (ctx) => {
        this.authorise(ctx, []);
        const { title } = begun;
        const named = [title.sr, title.ru, title.en].some((wording) => wording.trim());
        const agreement = isId(begun.agreementId) ? await this.agreements.byId(ctx, begun.agreementId) : null;
        if (!named || !category || !agreement) {
          throw new DomainError('invalid', {
            fields: [
              ...(named ? [] : [{ field: 'title.sr', problem: 'call_title' }]),
              ...(category ? [] : [{ field: 'category', problem: 'required_choice' }]),
              ...(agreement ? [] : [{ field: 'agreementId', problem: 'required_choice' }]),
            ],
          });
        }
        const countries = await this.countries.all(ctx);
        const zones = new Map(countries.map(({ code, timeZone }) => [code, timeZone]));
        const draft = newCallDraft(
          { ...begun, category },
          agreement,
          zones,
          calendarDay(ctx.clock.now(), 'UTC'),
        );
        const wanted = `${slugOf(title)}-${draft.academicYear.slice(0, 4)}`;
        const slug = freeSlug(wanted, await this.register.slugsLike(ctx, wanted));
        return this.write(ctx, { ...draft, slug });
      }),
    );
  }

  async prepareCall(request: RequestContext, draft: CallDraft): Promise<Id> {
    return slugTaken(() =>
      this.database.transaction(request, async (ctx) => {
        this.authorise(ctx, draft.directions);
        return this.write(ctx, draft);
      }),
    );
  }

  private authorise(ctx: Ctx, directions: CallDraft['directions']): void {
    const countries = directions.flatMap(({ homeCountry, hostCountry }) => [homeCountry, hostCountry]);
    authorise(ctx, callsPolicy, 'call.prepare', { state: callStates.initial, countries }, 'call.prepare');
  }

  /** Inside an act that has asked whether it may. */
  async write(ctx: Ctx, draft: CallDraft, data: Readonly<Record<string, string>> = {}): Promise<Id> {
    await this.register.requireStorable(ctx, draft, null);
    const now = ctx.clock.now();
    const id = newId(now);
    const { directions, places, form, ...said } = draft;
    await ctx.tx.insert(CallEntity, {
      ...said,
      id,
      state: callStates.initial,
      themes: [...said.themes],
      formVersion: 1,
      publishedHash: null,
      publishedAt: null,
      cancelledReason: null,
      version: 1,
      searchKey: await this.register.searchKeyOf(ctx, draft),
    });
    await ctx.tx.insert(CallFormEntity, {
      callId: id,
      version: 1,
      definition: formFor(draft.freemovers ?? null, form ?? STANDARD_FORM(draft.category)),
      createdAt: now,
    });
    await ctx.tx.insert(
      CallDirectionEntity,
      directions.map(({ homeCountry, hostCountry }) => ({ callId: id, homeCountry, hostCountry })),
    );
    await ctx.tx.insert(
      CallPlaceEntity,
      places.map((place) => ({ ...place, id: place.id ?? newId(now), callId: id, taken: 0 })),
    );
    await this.audit.record(ctx, {
      action: CALL_PREPARED,
      subject: { kind: 'call', id },
      data: { slug: draft.slug, category: draft.category, places: places.length, ...data },
    });
    return id;
  }
}
