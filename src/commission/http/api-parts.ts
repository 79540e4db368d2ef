import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Language } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { Typed } from '../operations/table-item.js';
import type { SentWords } from './dto/commission-bodies.js';

export const TAG = { ETag: { description: 'For `If-Match`' } };

/** The call, which says from which version it acts. */
export function atVersion(web: WebRequest): RequestContext {
  return {
    ...web.ctx,
    requireVersion: (version) => {
      web.requireMatch(version);
    },
  };
}

/** Of what several do at the same time, each for themselves: a version counts where one is named. */
export function atVersionNamed(web: WebRequest): RequestContext {
  return web.header('if-match') === undefined ? web.ctx : atVersion(web);
}

/** As the operations take words: by their place in the order of the two countries. */
export function typedIn(field: string, words: SentWords | undefined, languages: readonly Language[]): Typed {
  return Object.fromEntries(
    languages.map((language, index) => {
      const said = words?.[language];
      return [`${field}-${index}`, typeof said === 'string' ? said : ''];
    }),
  );
}

/** Names a field by its language and not by its place. */
export async function byLanguage<T>(languages: readonly Language[], act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    if (!(error instanceof DomainError) || error.fields.length === 0) throw error;
    throw new DomainError(error.code, {
      reason: error.reason,
      fields: error.fields.map((each) => {
        const [, field, place] = /^(.+)-(\d)$/.exec(each.field) ?? [];
        const language = languages[Number(place)];
        return field && language ? { ...each, field: `${field}.${language}` } : each;
      }),
    });
  }
}
