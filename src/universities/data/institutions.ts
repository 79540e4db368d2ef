import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { readPrepared, rowsOf } from '../../platform/database/prepared.js';
import type { FoundBy } from '../../platform/database/prepared.js';
import type { CountryCode } from '../../shared/country.js';
import { decodeCursor, pageOf } from '../../shared/cursor.js';
import type { Page } from '../../shared/cursor.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { searchKey } from '../../shared/transliteration.js';
import { institutionName } from '../domain/institution.js';
import type { InstitutionHead, InstitutionKind, InstitutionView } from '../domain/institution.js';
import { InstitutionEntity } from './institution.entity.js';

export interface InstitutionSearch {
  /** In any script and spelling: names, abbreviation, city, domain. */
  readonly text?: string;
  readonly country?: CountryCode;
  readonly kind?: InstitutionKind;
  /** The likeliest first, in place of the alphabet: who is called exactly so, then universities. For a list of one page. */
  readonly likeliest?: boolean;
  /** How many at most. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
}

/** Abbreviation or domain as typed, then those with most people, then the rest; among them where the name begins with it soonest. */
const LIKELIEST = `case when lower(i.abbreviation) = :exact or i.domain = :exact then 0
  when i.kind = 'university' then 1 else 2 end`;

/** How a list is ordered for a reader: by the name in their language, in their alphabet. */
const ORDER: Readonly<Record<Language, string>> = {
  'sr-Cyrl': 'coalesce(i.name_sr_cyrl, i.name_sr_latn, i.name_en) collate most_sr_cyrl',
  'sr-Latn': 'coalesce(i.name_sr_latn, i.name_sr_cyrl, i.name_en) collate most_sr_latn',
  ru: 'coalesce(i.name_ru, i.name_en) collate most_ru',
  en: 'i.name_en collate most_en',
};

/** The register of institutions, as everybody may read it. */
@Injectable()
export class Institutions {
  async byId(ctx: Ctx, id: Id): Promise<InstitutionView | null> {
    return this.one(ctx, { id });
  }

  /** In one query; what does not exist is absent from the map. */
  async byIds(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, InstitutionView>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    const rows = await rowsOf(ctx, InstitutionEntity, { id: wanted });
    return new Map(rows.map((row) => [row.id, viewOf(row)]));
  }

  /** What a line of a list tells of each; what does not exist is absent from the map. */
  async headsByIds(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, InstitutionHead>> {
    if (ids.length === 0) return new Map();
    const rows = await readPrepared<Pick<InstitutionHead, 'id' | 'country'> & InstitutionHead['names']>(
      ctx,
      `select id, country, name_native as native, native_language as "nativeLanguage", name_sr_cyrl as "srCyrl",
         name_sr_latn as "srLatn", name_ru as ru, name_en as en
       from institutions where id = any ($1::uuid[])`,
      [ids],
    );
    return new Map(
      rows.map(({ id, country, native, nativeLanguage, srCyrl, srLatn, ru, en }) => [
        id,
        { id, country, names: { native, nativeLanguage, srCyrl, srLatn, ru, en } },
      ]),
    );
  }

  /** The institutions of records of others, by what these are found by. */
  async foundBy(ctx: Ctx, found: FoundBy): Promise<ReadonlyMap<Id, InstitutionView>> {
    const rows = await rowsOf(ctx, InstitutionEntity, { id: found });
    return new Map(rows.map((row) => [row.id, viewOf(row)]));
  }

  /** Names in the reader's language, by id. */
  async names(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, string>> {
    const found = await this.byIds(ctx, ids);
    return new Map([...found].map(([id, view]) => [id, institutionName(ctx.language, view).text]));
  }

  async bySlug(ctx: Ctx, slug: string): Promise<InstitutionView | null> {
    return this.one(ctx, { slug });
  }

  /** By the domain of an e-mail address or of a sign-in: the institution itself or the one that a sub-domain belongs to. */
  async byDomain(ctx: Ctx, domain: string): Promise<InstitutionView | null> {
    const labels = domain.trim().toLowerCase().split('.');
    // A country's own domain alone is nobody's.
    const candidates = labels.slice(0, -1).map((_, place) => labels.slice(place).join('.'));
    if (candidates.length === 0) return null;
    const row = await this.query(ctx)
      .where('i.domain in (:...candidates)', { candidates })
      .orderBy('length(i.domain)', 'DESC')
      .limit(1)
      .getOne();
    return row && viewOf(row);
  }

  /** In the alphabetical order of the reader's language. */
  async search(ctx: Ctx, search: InstitutionSearch): Promise<Page<InstitutionView>> {
    const order = ORDER[ctx.language];
    const query = this.query(ctx).addSelect(order, 'sort_name');
    const key = searchKey(search.text ?? '');
    if (search.text?.trim() && !key) {
      // Signs alone: nobody is called so.
      query.andWhere('false');
    } else if (key) {
      // Each word somewhere, or the whole as a misspelling of a part; the first finds abbreviations, the second typing slips.
      query.andWhere('(i.search_key like all (:patterns) or :key <% i.search_key)', {
        patterns: key.split(' ').map((word) => `%${word}%`),
        key,
      });
    }
    if (search.country) query.andWhere('i.country = :country', { country: search.country });
    if (search.kind) query.andWhere('i.kind = :kind', { kind: search.kind });
    if (search.after) {
      const [name, id] = decodeCursor(search.after, 2);
      query.andWhere(`(${order}, i.id) > (:afterName, :afterId)`, { afterName: name, afterId: id });
    }
    if (key && search.likeliest) {
      query
        .setParameter('exact', search.text?.trim().toLowerCase())
        .orderBy(LIKELIEST)
        .addOrderBy('nullif(strpos(i.search_key, :key), 0)');
    }
    query
      .addOrderBy('sort_name')
      .addOrderBy('i.id')
      .limit(search.limit + 1);
    const { entities, raw } = await query.getRawAndEntities<{ sort_name: string }>();
    const rows = entities.map((entity, place) => ({ entity, name: raw[place]?.sort_name ?? '' }));
    return pageOf(
      rows,
      search.limit,
      (row) => [row.name, row.entity.id],
      (row) => viewOf(row.entity),
    );
  }

  /** How many there are of each country and kind: the filters' numbers. */
  async counts(ctx: Ctx): Promise<readonly { country: CountryCode; kind: InstitutionKind; count: number }[]> {
    return ctx.tx.query(
      `select country, kind, count(*)::integer as count from institutions group by country, kind order by country, kind`,
    );
  }

  private async one(ctx: Ctx, by: { id: Id } | { slug: string }): Promise<InstitutionView | null> {
    const [row] = await rowsOf(ctx, InstitutionEntity, by);
    return row ? viewOf(row) : null;
  }

  private query(ctx: Ctx): SelectQueryBuilder<InstitutionEntity> {
    return ctx.tx.getRepository(InstitutionEntity).createQueryBuilder('i');
  }
}

export function viewOf(row: InstitutionEntity): InstitutionView {
  return {
    id: row.id,
    country: row.country,
    kind: row.kind,
    slug: row.slug,
    domain: row.domain,
    abbreviation: row.abbreviation,
    names: {
      native: row.nameNative,
      nativeLanguage: row.nativeLanguage,
      srCyrl: row.nameSrCyrl,
      srLatn: row.nameSrLatn,
      ru: row.nameRu,
      en: row.nameEn,
    },
    city: { native: row.cityNative, srCyrl: row.citySrCyrl, ru: row.cityRu, en: row.cityEn },
    federalDistrict: row.federalDistrict,
    website: row.website,
    ror: row.ror,
    source: row.source,
    checkedOn: row.checkedOn,
  };
}
