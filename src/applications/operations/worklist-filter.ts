import { Inject, Injectable } from '@nestjs/common';
import { Calls, conditionsOf, sensitivityOf } from '../../calls/public.js';
import type { CallCategory, ConditionKind, FormDefinition } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { searchKey } from '../../shared/transliteration.js';
import { Institutions } from '../../universities/public.js';
import type { ApplicationFilter, OfficeWork } from '../data/application-lists.js';
import type { ConditionsOfCall, Meets } from '../data/eligibility-sql.js';
import type { ApplicationState } from '../domain/application.states.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { questionOf } from './eligibility-facts.js';

/** What somebody asks of the worklist, as they said it. Page, export, bulk act and API ask in the same words. */
export interface WorklistWish {
  /** Any of these kinds of work; null for everything, whether it waits or not. */
  readonly waits: readonly OfficeWork[] | null;
  readonly state: ApplicationState | null;
  readonly callId: Id | null;
  /** Name or number as it was typed, in any script. */
  readonly text: string;
  /** An institution's name, abbreviation or city in any script, or its id. */
  readonly home: string;
  readonly host: string;
  readonly category: CallCategory | null;
  /** ISCED-F code of a field, broad or fine. */
  readonly field: string | null;
  readonly level: number | null;
  readonly overdue: boolean;
  /** Only where it is open whether another application is the same person's. */
  readonly duplicates: boolean;
  /** YYYY-MM-DD, the last day included. */
  readonly from: string | null;
  readonly until: string | null;
  /** Whether what was submitted meets the conditions of the call; asked of one call only. */
  readonly meets: Meets | null;
}

/** Nothing is asked: everything that the policy shows. */
export const NO_WISH: WorklistWish = {
  waits: null,
  state: null,
  callId: null,
  text: '',
  home: '',
  host: '',
  category: null,
  field: null,
  level: null,
  overdue: false,
  duplicates: false,
  from: null,
  until: null,
  meets: null,
};

/** The register holds a few thousand institutions; a word that so many bear narrows nothing. */
const INSTITUTIONS = 1000;

/** Makes of a wish the condition of the list: names become ids first, so that the list itself searches by indexes. */
@Injectable()
export class WorklistFilters {
  constructor(
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Calls) private readonly calls: Calls,
  ) {}

  /** Null where no application can match. */
  async resolve(ctx: Ctx, wish: WorklistWish): Promise<Omit<ApplicationFilter, 'limit' | 'after'> | null> {
    const { waits, state, callId, text, overdue, from, until } = wish;
    if (wish.meets && !callId) {
      throw new DomainError('invalid', { fields: [{ field: 'meets', problem: 'needs_call' }] });
    }
    const key = searchKey(text);
    // Signs alone: nobody is called so.
    if (text.trim() && !key) return null;
    const homeInstitutions = await this.institutionsCalled(ctx, wish.home);
    const hostInstitutions = await this.institutionsCalled(ctx, wish.host);
    const places =
      wish.field !== null || wish.level !== null
        ? await this.calls.placesOf(ctx, { field: wish.field, level: wish.level })
        : null;
    const ofCategory = wish.category ? new Set(await this.calls.idsOfCategory(ctx, wish.category)) : null;
    // A place is chosen in its own call: that narrows to a few calls before any choice is looked at.
    const withPlace = places && new Set(places.map((place) => place.callId));
    const calls =
      ofCategory && withPlace ? [...ofCategory].filter((id) => withPlace.has(id)) : (ofCategory ?? withPlace);
    return {
      ...(waits ? { waits } : {}),
      ...(state ? { states: [state] } : {}),
      ...(callId ? { callId } : {}),
      ...(key ? { searchKey: key } : {}),
      ...(homeInstitutions ? { homeInstitutions } : {}),
      ...(hostInstitutions ? { hostInstitutions } : {}),
      ...(calls ? { calls: [...calls] } : {}),
      ...(places ? { places: places.map(({ id }) => id) } : {}),
      ...(overdue ? { overdueAt: ctx.clock.now() } : {}),
      ...(wish.duplicates
        ? { duplicatesFor: applicationsPolicy.filter(ctx.actor, 'application.read_duplicates', 'a') }
        : {}),
      ...(from ? { submittedFrom: from } : {}),
      ...(until ? { submittedUntil: until } : {}),
      ...(wish.meets && callId
        ? { conditions: { meets: wish.meets, of: await this.conditionsOf(ctx, callId) } }
        : {}),
    };
  }

  /** The conditions in every version of the form of a call: an application is judged by the one that it began with. */
  private async conditionsOf(ctx: Ctx, callId: Id): Promise<ConditionsOfCall> {
    const call = await this.calls.byId(ctx, callId);
    const forms = call ? await this.calls.forms(ctx, callId) : [];
    return {
      callId,
      stayFrom: call?.stayFrom ?? '',
      stayUntil: call?.stayUntil ?? '',
      forms: forms.map(({ version, definition }) => {
        const rule = definition.eligibility ?? null;
        const kinds = rule ? [...new Set(conditionsOf(rule).map(({ kind }) => kind))] : [];
        const asked = kinds.flatMap((kind) => {
          const at = questionOf(definition, kind);
          return at ? [[kind, at] as const] : [];
        });
        return {
          version,
          rule,
          asked: Object.fromEntries(asked),
          readable: readable(ctx, definition, asked),
        };
      }),
    };
  }

  /** Null where no institution is asked for. */
  private async institutionsCalled(ctx: Ctx, asked: string): Promise<readonly Id[] | null> {
    const text = asked.trim();
    if (text === '') return null;
    if (isId(text)) return [text];
    const { items, next } = await this.institutions.search(ctx, { text, limit: INSTITUTIONS });
    return next ? null : items.map(({ id }) => id);
  }
}

/** That a condition is met tells something of the answer: it is told to whoever may read that. */
function readable(
  { actor }: Ctx,
  { sections }: FormDefinition,
  asked: readonly (readonly [ConditionKind, { readonly section: string; readonly field: string }])[],
): string[] {
  const kinds = asked.map(([, { section, field }]) => {
    const questions = sections.find(({ id }) => id === section)?.questions ?? [];
    return sensitivityOf(questions.find(({ id }) => id === field) ?? { id: field });
  });
  return [...new Set(kinds)]
    .filter((kind) => kind !== 'open')
    .map((kind) => applicationsPolicy.filter(actor, `application.read_${kind}`, 'a'));
}
