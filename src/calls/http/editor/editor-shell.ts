import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../platform/database/context.js';
import { authorise } from '../../../platform/database/authorise.js';
import { Database } from '../../../platform/database/database.js';
import { Translator } from '../../../platform/i18n/translator.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { isId } from '../../../shared/ids.js';
import type { Id } from '../../../shared/ids.js';
import { Countries } from '../../../universities/public.js';
import type { CallView, PlaceView } from '../../domain/call.js';
import { draftOf, draftProblems, hostsOf } from '../../domain/call-draft.js';
import type { CallDraft } from '../../domain/call-draft.js';
import { callsPolicy } from '../../domain/calls.policy.js';
import { EDITOR_STEPS, STEPS_WITH_PAGES, stepOf } from '../../domain/editor-steps.js';
import type { EditorStep } from '../../domain/editor-steps.js';
import type { FormDefinition } from '../../domain/form.js';
import { Amendments } from '../../data/amendments.js';
import { amended } from '../../domain/amendment.js';
import { CallRecords, factsOf } from '../../operations/call-record.js';
import type { Reader } from '../presenters/present-call-card.js';
import { presentPhase } from '../presenters/present-call-card.js';
import type { TagModel } from '../views/call-views.js';
import { writtenTitle } from './editor-words.js';

/** A step in the list at the side. */
export interface EditorStepView {
  readonly key: EditorStep;
  readonly href: string;
  readonly current: boolean;
  /** How much of it is missing or wrong. */
  readonly missing: number;
}

/**
 * What every page of the editor stands on. A page gives it to its template as `m.editor`; `calls/editor/_editor.njk`
 * draws the head and the list of steps from it.
 */
export interface Editor {
  readonly call: CallView;
  readonly form: FormDefinition;
  readonly places: readonly PlaceView[];
  /** To be sent back with every change (`version`): of the call, or of the amendment that this page is about. */
  readonly version: number;
  readonly steps: readonly EditorStepView[];
  /** Everything that is missing or wrong before both countries can be asked. */
  readonly problems: readonly FieldProblem[];
  /** The whole of it as a draft: what `EditCall` takes parts of. */
  readonly draft: CallDraft;
  /** Whether it can be changed here; what is published is shown and not changed. */
  readonly editable: boolean;
  /** Where a published call is being amended; whether this page is about what the amendment changes. */
  readonly amending: { readonly href: string; readonly here: boolean } | null;
  readonly title: { readonly text: string; readonly lang: string };
  readonly state: TagModel;
  /** The overview of this call. */
  readonly href: string;
  /** The page after this one: the next step, or the overview. */
  readonly nextHref: string;
  readonly reader: Reader;
}

/** Pages of what an amendment of a published call changes. */
const AMENDED_STEPS: readonly EditorStep[] = ['texts', 'form', 'preview'];

/** Reads a call for the pages of its editor. */
@Injectable()
export class EditorShell {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly amendments: Amendments,
    private readonly countries: Countries,
    private readonly translator: Translator,
  ) {}

  /**
   * @param step the page that is shown; null for the overview
   * @throws DomainError `not_found` also for whoever may not edit calls
   */
  load(web: WebRequest, id: Id, step: EditorStep | null): Promise<Editor> {
    return this.database.read(web.ctx, (ctx) => this.read(ctx, id, step));
  }

  /** The same inside a transaction that reads more. */
  async read(ctx: Ctx, id: Id, step: EditorStep | null): Promise<Editor> {
    if (!isId(id)) throw new DomainError('not_found');
    const record = await this.records.read(ctx, id);
    const { places } = record;
    const decision = callsPolicy.decide(ctx.actor, 'call.edit', factsOf(record.call));
    if (!decision.allowed && decision.reason !== 'wrong_state') {
      authorise(ctx, callsPolicy, 'call.edit', factsOf(record.call), 'call.read');
    }
    const amendment = record.call.state === 'published' ? await this.amendments.draft(ctx, id) : null;
    // Pages of what an amendment changes show the call as it would be.
    const amends = amendment !== null && step !== null && AMENDED_STEPS.includes(step);
    const { call, form } = amends ? amended(record.call, record.form, amendment) : record;
    const draft = draftOf(call, form, places);
    const problems = draftProblems(draft, ctx.clock.now(), hostsOf(places));
    const href = `/admin/calls/${id}`;
    const paged = EDITOR_STEPS.filter((each) => STEPS_WITH_PAGES.includes(each));
    const next = step === null ? undefined : paged[paged.indexOf(step) + 1];
    const reader: Reader = {
      translator: this.translator,
      language: ctx.language,
      now: ctx.clock.now(),
      countries: await this.countries.all(ctx),
    };
    return {
      call,
      form,
      places,
      version: amends ? amendment.version : call.version,
      amending: amendment ? { href: `${href}/amendment`, here: amends } : null,
      steps: paged.map((key) => ({
        key,
        href: `${href}/${key}`,
        current: key === step,
        missing: problems.filter(({ field }) => stepOf(field) === key).length,
      })),
      problems,
      draft,
      editable:
        decision.allowed ||
        (amends &&
          step !== 'preview' &&
          callsPolicy.decide(ctx.actor, 'call.amend', factsOf(record.call)).allowed),
      title: writtenTitle(reader, call.title),
      state: presentPhase(call.phase),
      href,
      nextHref: amends ? `${href}/amendment` : next ? `${href}/${next}` : href,
      reader,
    };
  }
}
