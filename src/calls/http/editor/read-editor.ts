import { Injectable } from '@nestjs/common';
import { Gates } from '../../../gates/public.js';
import type { GateRule } from '../../../gates/public.js';
import { Agreements } from '../../../agreements/public.js';
import type { AgreementView } from '../../../agreements/public.js';
import { Decisions } from '../../../approvals/public.js';
import type { DecisionView } from '../../../approvals/public.js';
import type { Ctx } from '../../../platform/database/context.js';
import { Translator } from '../../../platform/i18n/translator.js';
import type { Blocker } from '../../../shared/domain-error.js';
import { Countries } from '../../../universities/public.js';
import { Amendments } from '../../data/amendments.js';
import { Calls } from '../../data/calls.js';
import type { MovedDeadline } from '../../domain/deadline-move.js';
import { CallRecords } from '../../operations/call-record.js';
import { PublishCall } from '../../operations/publish-call.js';
import type { Reader } from '../presenters/present-call-card.js';
import { presentEditorList } from '../presenters/present-editor-list.js';
import type { EditorListView } from '../views/editor-views.js';
import type { Editor } from './editor-shell.js';
import { EDITOR_TABS, PHASES_OF_TAB } from './editor-tabs.js';

const PAGE_SIZE = 50;

/** Where a call stands with both countries, and what still keeps it from being published. */
export interface Standing {
  /** The newest decision on it; null where it was never put before them, or was taken back. */
  readonly decision: DecisionView | null;
  /** Whether it was taken back because the text changed. */
  readonly withdrawn: boolean;
  /** Whether it is on the text as it is now. */
  readonly onThisText: boolean;
  readonly agreement: AgreementView | null;
  readonly publication: readonly Blocker[];
  /** What the countries ask of whoever comes or goes: the dates of a draft are told by them. */
  readonly gateRules: readonly GateRule[];
  /** How the deadline was moved since the publication, the latest first. */
  readonly moves: readonly MovedDeadline[];
}

/** Reads calls for those who prepare and lead them. */
@Injectable()
export class ReadEditor {
  constructor(
    private readonly calls: Calls,
    private readonly records: CallRecords,
    private readonly countries: Countries,
    private readonly agreements: Agreements,
    private readonly decisions: Decisions,
    private readonly publishing: PublishCall,
    private readonly amendments: Amendments,
    private readonly translator: Translator,
    private readonly gates: Gates,
  ) {}

  async list(ctx: Ctx, parameters: Readonly<Record<string, string>>): Promise<EditorListView> {
    const tab = EDITOR_TABS.find((each) => each === parameters['state']) ?? 'draft';
    const text = (parameters['q'] ?? '').trim().slice(0, 200);
    const page = await this.calls.list(ctx, {
      phase: PHASES_OF_TAB[tab],
      ...(text ? { text } : {}),
      ...(parameters['after'] ? { after: parameters['after'] } : {}),
      order: tab === 'done' ? 'latest' : 'soonest',
      limit: PAGE_SIZE,
    });
    const totals = await this.calls.placeTotals(
      ctx,
      page.items.map(({ id }) => id),
    );
    return presentEditorList(await this.reader(ctx), { tab, text }, page, totals);
  }

  async standing(ctx: Ctx, { call }: Editor): Promise<Standing> {
    const record = await this.records.read(ctx, call.id);
    const newest = await this.decisions.ofSubject(ctx, { kind: 'call', id: call.id });
    const withdrawn = newest !== null && newest.withdrawnAt !== null;
    const decision = withdrawn ? null : newest;
    return {
      decision,
      withdrawn,
      onThisText: decision?.subjectHash === record.hash,
      agreement: await this.agreements.byId(ctx, call.agreementId),
      moves: await this.amendments.moves(ctx, call.id),
      publication: call.state === 'draft' ? await this.publishing.blockers(ctx, record) : [],
      gateRules: call.state === 'draft' ? await this.gates.rules(ctx) : [],
    };
  }

  async reader(ctx: Ctx): Promise<Reader> {
    return {
      translator: this.translator,
      language: ctx.language,
      now: ctx.clock.now(),
      countries: await this.countries.all(ctx),
    };
  }
}
