import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import type { ApplicationRow, AppealsRegister } from '../../applications/public.js';
import { Uploads } from '../../documents/public.js';
import type { UploadView } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { AssessedFiles, ReadReviews } from '../../reviews/public.js';
import type { AnonymousContent, AssessedName, ReviewRow } from '../../reviews/public.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { AppealVoteRow } from '../data/appeal-vote.entity.js';
import type { AppealWordsRow } from '../data/appeal-words.entity.js';
import type { AppealRow } from '../data/appeal.entity.js';
import { AppealsRepository } from '../data/appeals.repository.js';
import type { AppealRecordRow } from '../data/appeals.repository.js';
import type { AppealRules } from '../domain/appeal-rules.js';
import { appealsPolicy } from '../domain/appeals.policy.js';
import { AppealableResults, appealRulesOf } from './appealable-result.js';
import type { Appealable, RankedCall } from './appealable-result.js';
import { APPEAL, factsOfNew } from './lodge-appeal.js';
import { SeatPanel } from './seat-panel.js';
import type { PanelOfAppeal } from './seat-panel.js';

type Words = ReadonlyMap<AppealWordsRow['kind'], AppealWordsRow>;

/** An appeal as its applicant has it: what is being written, or what became of it. */
export interface OwnAppeal extends Appealable {
  readonly application: ApplicationRow;
  readonly call: RankedCall;
  readonly rules: AppealRules;
  /** The draft, or the last that was lodged. */
  readonly appeal: AppealRow | null;
  readonly words: Words;
  readonly files: readonly UploadView[];
}

/** An appeal as an office or a member of its panel sees it. */
export interface OpenAppeal extends AppealRecordRow {
  readonly call: RankedCall;
  readonly rules: AppealRules;
  readonly name: AssessedName;
  /** Null where what it says is not for the actor. */
  readonly content: { readonly words: Words; readonly files: readonly UploadView[] } | null;
  /** For whoever seats it, and for those who sit there. */
  readonly panel: PanelOfAppeal | null;
  readonly names: ReadonlyMap<Id, DisplayName>;
  /** Those that the actor may read. */
  readonly votes: readonly AppealVoteRow[];
}

export interface ListedAppeal {
  readonly appeal: AppealRow;
  readonly call: RankedCall;
  readonly name: AssessedName;
}

/** What a mail about an appeal may need to know. */
export interface AppealForMail {
  readonly appeal: AppealRow;
  readonly call: RankedCall;
  readonly number: string | null;
  readonly name: AssessedName;
  readonly members: readonly Id[];
  readonly headId: Id | null;
  readonly countries: readonly string[];
  readonly words: Words;
}

/** Appeals as somebody may read them. */
@Injectable()
export class ReadAppeals implements AppealsRegister {
  constructor(
    private readonly appeals: AppealsRepository,
    private readonly applications: ApplicationsRepository,
    private readonly results: AppealableResults,
    private readonly seating: SeatPanel,
    private readonly reviews: ReadReviews,
    private readonly assessed: AssessedFiles,
    private readonly uploads: Uploads,
    private readonly people: People,
  ) {}

  /** One's own. @throws DomainError `not_found` where the application is somebody else's, or its call hears no appeals */
  async own(ctx: Ctx, applicationId: string): Promise<OwnAppeal> {
    const application = await this.applications.find(ctx, applicationId);
    authorise(ctx, appealsPolicy, 'appeal.read', factsOfNew(application), 'appeal.read');
    const appealable = await this.results.of(ctx, application);
    const { call, draft, last } = appealable;
    if (!call) throw new DomainError('not_found');
    // A draft whose result is gone is still there to be read.
    const appeal = appealable.whyNot === null ? draft : (last ?? draft);
    return {
      ...appealable,
      application,
      call,
      rules: appealRulesOf(call),
      appeal,
      words: appeal ? await this.appeals.words(ctx, appeal.id) : new Map(),
      files: appeal ? await this.uploads.current(ctx, { kind: APPEAL, id: appeal.id }) : [],
    };
  }

  /** Whether its applicant can appeal now, or has. */
  async concern(ctx: Ctx, applicationId: Id): Promise<boolean> {
    const application = await this.applications.find(ctx, applicationId);
    const { whyNot, call, last } = await this.results.of(ctx, application);
    return call !== null && (whyNot === null || last !== null);
  }

  async one(ctx: Ctx, appealId: string): Promise<OpenAppeal> {
    const record = await this.appeals.find(ctx, appealId);
    const { appeal, facts } = record;
    authorise(ctx, appealsPolicy, 'appeal.read', facts, 'appeal.read');
    const call = await this.results.requireCall(ctx, appeal.callId);
    const may = (action: string) => appealsPolicy.decide(ctx.actor, action, facts).allowed;
    const sits = ctx.actor.personId !== null && facts.members.includes(ctx.actor.personId);
    const seats = (may('appeal.seat') || sits) && appeal.admittedAt !== null;
    const panel = seats ? await this.seating.panel(ctx, record) : null;
    const votes = await this.appeals.votes(ctx, appeal.id);
    const people = panel ? [...panel.seated, ...panel.candidates].map(({ personId }) => personId) : [];
    return {
      ...record,
      call,
      rules: appealRulesOf(call),
      name: await this.nameFor(ctx, appeal, sits),
      content: may('appeal.read_content') ? await this.content(ctx, appeal, call, sits) : null,
      panel,
      // Members and whoever seats them know one another by what they decide.
      names: await withSystemRights(ctx, () =>
        this.people.displayNames(ctx, [...people, ...votes.map(({ personId }) => personId)]),
      ),
      votes,
    };
  }

  /** All that the actor may read, what is open and due first before. */
  async list(ctx: Ctx, limit: number): Promise<readonly ListedAppeal[]> {
    const found: ListedAppeal[] = [];
    for (const appeal of await this.appeals.list(ctx, limit)) {
      const { members } = await this.appeals.factsOf(ctx, appeal.id);
      const call = await this.results.requireCall(ctx, appeal.callId);
      const sits = ctx.actor.personId !== null && members.includes(ctx.actor.personId);
      found.push({ appeal, call, name: await this.nameFor(ctx, appeal, sits) });
    }
    return found;
  }

  countWaiting(ctx: Ctx, limit: number): Promise<number> {
    return this.appeals.countWaiting(ctx, limit);
  }

  /** The file and what was found of it, for a member who declared that nothing binds them. */
  async file(
    ctx: Ctx,
    appealId: string,
  ): Promise<{
    readonly open: OpenAppeal;
    readonly content: AnonymousContent;
    readonly reviews: readonly ReviewRow[];
  }> {
    const open = await this.one(ctx, appealId);
    authorise(ctx, appealsPolicy, 'appeal.read_file', open.facts, 'appeal.read');
    const { applicationId } = open.appeal;
    const pseudonym = open.name.pseudonym;
    return {
      open,
      content: await this.assessed.content(ctx, applicationId, open.call.selection, pseudonym),
      reviews: await this.reviews.counted(ctx, applicationId),
    };
  }

  /** A document of the file. */
  async document(ctx: Ctx, appealId: string, requirement: string) {
    const { open, content } = await this.file(ctx, appealId);
    return this.assessed.document(ctx, open.appeal.applicationId, content, requirement);
  }

  /** What came with the appeal, without what the file says of who made it. */
  async attachment(ctx: Ctx, appealId: string, uploadId: string) {
    const { appeal, facts } = await this.appeals.find(ctx, appealId);
    authorise(ctx, appealsPolicy, 'appeal.read_content', facts, 'appeal.read');
    const call = await this.results.requireCall(ctx, appeal.callId);
    if (keepsBack(call, ctx.actor.personId !== null && facts.members.includes(ctx.actor.personId))) {
      throw new DomainError('not_found');
    }
    const file = await this.uploads.open(ctx, { kind: APPEAL, id: appeal.id }, uploadId);
    return this.assessed.plainly(`${file.requirement}.pdf`, file);
  }

  /** For whoever writes mails, with the rights of the system. */
  async forMail(ctx: Ctx, appealId: Id): Promise<AppealForMail> {
    const { appeal, facts } = await this.appeals.find(ctx, appealId);
    const call = await this.results.requireCall(ctx, appeal.callId);
    const { number } = await this.applications.find(ctx, appeal.applicationId);
    return {
      appeal,
      call,
      number,
      name: await this.nameFor(ctx, appeal, true),
      members: facts.members,
      headId: facts.headId,
      countries: facts.countries,
      words: await this.appeals.words(ctx, appeal.id),
    };
  }

  /** Whoever sits in a panel knows an application as those who assess it do. */
  private async nameFor(ctx: Ctx, { applicationId }: AppealRow, sits: boolean): Promise<AssessedName> {
    const name = (await this.reviews.namesOf(ctx, [applicationId])).get(applicationId);
    if (sits) return name ?? { number: null, pseudonym: null };
    const { number } = await withSystemRights(ctx, () => this.applications.find(ctx, applicationId));
    return { number, pseudonym: name?.pseudonym ?? null };
  }

  private async content(ctx: Ctx, appeal: AppealRow, call: RankedCall, sits: boolean) {
    const words = await this.appeals.words(ctx, appeal.id);
    const files = keepsBack(call, sits)
      ? []
      : await this.uploads.current(ctx, { kind: APPEAL, id: appeal.id });
    const statement = words.get('statement');
    if (!sits || !statement) return { words, files };
    const text = await this.assessed.words(ctx, appeal.applicationId, call.selection, statement.text);
    return { words: new Map([...words, ['statement', { ...statement, text }] as const]), files };
  }
}

/** Where documents are kept from those who assess they are kept from those who decide as well. */
function keepsBack({ selection }: RankedCall, sits: boolean): boolean {
  return sits && selection.review.anonymous.includes('documents');
}
