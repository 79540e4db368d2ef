import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { searchKey } from '../../shared/transliteration.js';
import { Institutions } from '../../universities/public.js';
import type { InstitutionView } from '../../universities/public.js';
import { CallDirectionEntity } from '../data/call-direction.entity.js';
import { CallFormEntity } from '../data/call-form.entity.js';
import { CallPlaceEntity } from '../data/call-place.entity.js';
import { CallEntity } from '../data/call.entity.js';
import { draftProblems } from '../domain/call-draft.js';
import type { CallDraft } from '../domain/call-draft.js';
import { callStates } from '../domain/call.states.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { STANDARD_FORM } from '../domain/standard-form.js';

/** Writes a new call as a draft, with its places, directions and the first version of its form. */
@Injectable()
export class PrepareCall {
  constructor(
    private readonly database: Database,
    private readonly institutions: Institutions,
    private readonly audit: AuditTrail,
  ) {}

  async prepareCall(request: RequestContext, draft: CallDraft): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const countries = draft.directions.flatMap(({ homeCountry, hostCountry }) => [
        homeCountry,
        hostCountry,
      ]);
      authorise(ctx, callsPolicy, 'call.prepare', { state: callStates.initial, countries }, 'call.prepare');
      const hosts = await this.institutions.byIds(
        ctx,
        draft.places.map(({ institutionId }) => institutionId),
      );
      const problems = [...draftProblems(draft), ...hostProblems(draft, hosts)];
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });

      const now = ctx.clock.now();
      const id = newId(now);
      const { directions, places, form, ...texts } = draft;
      await ctx.tx.insert(CallEntity, {
        ...texts,
        id,
        state: callStates.initial,
        themes: [...draft.themes],
        formVersion: 1,
        publishedHash: null,
        publishedAt: null,
        cancelledReason: null,
        searchKey: searchKeyOf(draft, [...hosts.values()]),
      });
      await ctx.tx.insert(CallFormEntity, {
        callId: id,
        version: 1,
        definition: form ?? STANDARD_FORM(draft.category),
        createdAt: now,
      });
      await ctx.tx.insert(
        CallDirectionEntity,
        directions.map(({ homeCountry, hostCountry }) => ({ callId: id, homeCountry, hostCountry })),
      );
      await ctx.tx.insert(
        CallPlaceEntity,
        places.map((place) => ({ ...place, id: newId(now), callId: id, taken: 0 })),
      );
      await this.audit.record(ctx, {
        action: 'call.prepared',
        subject: { kind: 'call', id },
        data: { slug: draft.slug, category: draft.category, places: places.length },
      });
      return id;
    });
  }
}

/** A place must be where the call leads. */
function hostProblems(draft: CallDraft, hosts: ReadonlyMap<Id, InstitutionView>) {
  const hostCountries = new Set(draft.directions.map(({ hostCountry }) => hostCountry));
  return draft.places.flatMap(({ institutionId }, place) => {
    const host = hosts.get(institutionId);
    return host && hostCountries.has(host.country)
      ? []
      : [{ field: `places.${place}.institutionId`, problem: 'not_in_list' }];
  });
}

function searchKeyOf(draft: CallDraft, hosts: readonly InstitutionView[]): string {
  const texts = [draft.title, draft.summary].flatMap(({ sr, ru, en }) => [sr, ru, en]);
  const names = hosts.flatMap(({ names: { native, srCyrl, ru, en }, abbreviation, city }) => [
    native,
    srCyrl,
    ru,
    en,
    abbreviation,
    city.srCyrl,
    city.ru,
    city.en,
  ]);
  const keys = [...texts, ...draft.themes, ...names].map((text) => searchKey(text ?? ''));
  return [...new Set(keys)].filter(Boolean).join(' ');
}
