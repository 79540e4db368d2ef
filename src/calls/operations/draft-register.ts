import { Injectable } from '@nestjs/common';
import { Agreements, themeName, themes } from '../../agreements/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { sqlState } from '../../platform/database/sql-state.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { searchKey } from '../../shared/transliteration.js';
import { Countries, Institutions } from '../../universities/public.js';
import type { InstitutionView } from '../../universities/public.js';
import { CallEntity } from '../data/call.entity.js';
import { storageProblems } from '../domain/call-draft.js';
import type { CallDraft } from '../domain/call-draft.js';

/** What a draft says of what is registered elsewhere: its agreement, countries, hosts, and its own address. */
@Injectable()
export class DraftRegister {
  constructor(
    private readonly institutions: Institutions,
    private readonly countries: Countries,
    private readonly agreements: Agreements,
  ) {}

  /** @throws DomainError `invalid` with everything that cannot be kept */
  async requireStorable(ctx: Ctx, draft: CallDraft, callId: Id | null): Promise<void> {
    const problems = [...storageProblems(draft), ...(await this.registered(ctx, draft, callId))];
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
  }

  /** By what a call is found: its words, themes and hosts, in one spelling of every script. */
  async searchKeyOf(ctx: Ctx, draft: CallDraft): Promise<string> {
    const hosts = await this.hosts(ctx, draft);
    const texts = [draft.title, draft.summary, ...draft.themes.map(themeName)].flatMap(({ sr, ru, en }) => [
      sr,
      ru,
      en,
    ]);
    const names = [...hosts.values()].flatMap(({ names: { native, srCyrl, ru, en }, abbreviation, city }) => [
      native,
      srCyrl,
      ru,
      en,
      abbreviation,
      city.srCyrl,
      city.ru,
      city.en,
    ]);
    const keys = [...texts, ...names].map((text) => searchKey(text ?? ''));
    return [...new Set(keys)].filter(Boolean).join(' ');
  }

  /** Addresses that begin so, of any call. */
  async slugsLike(ctx: Ctx, slug: string): Promise<ReadonlySet<string>> {
    const rows = await ctx.tx.query<{ slug: string }[]>(
      'select slug from calls where starts_with(slug, $1)',
      [slug],
    );
    return new Set(rows.map((row) => row.slug));
  }

  private async registered(ctx: Ctx, draft: CallDraft, callId: Id | null): Promise<FieldProblem[]> {
    const problems: FieldProblem[] = [];
    const agreement = isId(draft.agreementId) ? await this.agreements.byId(ctx, draft.agreementId) : null;
    if (!agreement) problems.push({ field: 'agreementId', problem: 'required_choice' });
    const known = new Set((await this.countries.all(ctx)).map(({ code }) => code));
    const named = draft.directions.flatMap(({ homeCountry, hostCountry }) => [homeCountry, hostCountry]);
    if (!named.every((code) => known.has(code)))
      problems.push({ field: 'directions', problem: 'not_in_list' });
    const names = new Set(themes().map(({ code }) => code));
    if (!draft.themes.every((theme) => names.has(theme)))
      problems.push({ field: 'themes', problem: 'not_in_list' });
    const namesake = await ctx.tx.findOneBy(CallEntity, { slug: draft.slug });
    if (namesake && namesake.id !== callId) problems.push({ field: 'slug', problem: 'call_slug_taken' });
    return [...problems, ...hostProblems(draft, await this.hosts(ctx, draft))];
  }

  private hosts(ctx: Ctx, draft: CallDraft): Promise<ReadonlyMap<Id, InstitutionView>> {
    return this.institutions.byIds(
      ctx,
      draft.places.map(({ institutionId }) => institutionId).filter((id) => isId(id)),
    );
  }
}

/** A place must be where the call leads. */
function hostProblems(draft: CallDraft, hosts: ReadonlyMap<Id, InstitutionView>): FieldProblem[] {
  const hostCountries = new Set(draft.directions.map(({ hostCountry }) => hostCountry));
  return draft.places.flatMap(({ institutionId }, place) => {
    const host = hosts.get(institutionId);
    return host && hostCountries.has(host.country)
      ? []
      : [{ field: `places.${place}.institutionId`, problem: 'call_host_elsewhere' }];
  });
}

/** Of two who take the same address at the same moment the second is told so: the table lets only one have it. */
export async function slugTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) !== '23505') throw error;
    throw new DomainError('invalid', { fields: [{ field: 'slug', problem: 'call_slug_taken' }] });
  }
}
