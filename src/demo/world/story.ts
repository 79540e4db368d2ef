import type { ApplicationAct } from '../../applications/public.js';
import type { ConditionAct, VerdictInput } from '../../approvals/public.js';
import type { SettlementInput } from '../../gates/public.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationActs, Candidate, StagedCall } from './application-acts.js';

/** What a moment of a story finds on the stage when its time has come. */
export interface Scene {
  readonly acts: ApplicationActs;
  readonly candidate: Candidate;
  readonly call: StagedCall;
  /** The application, once it was begun. */
  readonly id: () => Promise<Id>;
  readonly place: (name: string) => Id;
  /** On whose behalf: each office is found by what it is to this application. */
  readonly as: (office: Office) => RequestContext;
  readonly ministryOf: (country: string) => RequestContext;
}

export type Office = 'applicant' | 'home coordinator' | 'host coordinator' | 'home ministry';

export interface Moment {
  /** Before the day of the first start, negative. */
  readonly days: number;
  readonly happens: (scene: Scene) => Promise<void>;
}

type HostAnswer = Parameters<ApplicationActs['answerNomination']>[2];
export interface AskedCondition {
  readonly text: string;
  /** Its day, counted from the day of the first start. */
  readonly due: number;
}

const DAY_MS = 86_400_000;

type Refusal = Pick<VerdictInput, 'reasonCode' | 'reasonText'>;

/** One person's way through one call, told in the order in which it happened. */
export class Story {
  readonly moments: Moment[] = [];
  /** Where they say that they belong, whom no institution of the programme nominates. */
  freemoverOf: string | null = null;

  constructor(
    readonly person: string,
    readonly call: string,
    /** Chosen places in order; the first is the one that the home institution nominates for. */
    readonly places: readonly string[],
  ) {}

  asFreemover(belongsTo: string): this {
    this.freemoverOf = belongsTo;
    return this;
  }

  begins(days: number): this {
    return this.at(days, async ({ acts, as, call, candidate, place }) => {
      await acts.draft(as('applicant'), call, candidate, this.places.map(place), false);
    });
  }

  submits(days: number): this {
    return this.at(days, async ({ acts, as, call, candidate, place }) => {
      const request = as('applicant');
      const id = await acts.draft(request, call, candidate, this.places.map(place), true);
      await acts.submit(request, id);
    });
  }

  isReturned(days: number, fields: readonly string[], reason: string): this {
    return this.at(days, async ({ acts, as, id }) =>
      acts.returnForCorrection(as('home coordinator'), await id(), fields, reason),
    );
  }

  /** Sends the returned document anew. */
  resubmits(days: number, requirement: string): this {
    return this.at(days, async ({ acts, as, id, candidate }) => {
      const request = as('applicant');
      const application = await id();
      const aside = { ...request, requestId: `${request.requestId}-form` };
      await acts.upload(aside, application, requirement, requirement, candidate.passportName);
      await acts.submit(request, application);
    });
  }

  isIneligible(days: number, reason: string): this {
    return this.at(days, async ({ acts, as, id }) =>
      acts.findIneligible(as('home coordinator'), await id(), reason),
    );
  }

  isNominated(days: number, endorsement: string): this {
    return this.at(days, async ({ acts, as, id, place }) =>
      acts.nominate(as('home coordinator'), await id(), place(this.places[0] ?? ''), endorsement),
    );
  }

  isConfirmed(days: number): this {
    return this.at(days, async ({ acts, as, id }) => acts.confirmNomination(as('home ministry'), await id()));
  }

  hostAnswers(days: number, answer: HostAnswer): this {
    return this.at(days, async ({ acts, as, id }) =>
      acts.answerNomination(as('host coordinator'), await id(), answer),
    );
  }

  /** Under these conditions, each until a day after (positive) or before the day of the first start. */
  isApprovedBy(days: number, country: string, conditions: readonly AskedCondition[] = []): this {
    return this.at(days, async ({ acts, id, ministryOf }) => {
      const request = ministryOf(country);
      const today = request.clock.now().getTime() - days * DAY_MS;
      await acts.decide(request, 'application', await id(), {
        country,
        verdict: conditions.length > 0 ? 'approve_with_conditions' : 'approve',
        conditions: conditions.map(({ text, due }) => ({
          text,
          dueOn: new Date(today + due * DAY_MS).toISOString().slice(0, 10),
        })),
      });
    });
  }

  /** The applicant says how they meet the only condition of theirs that is open. */
  answersCondition(days: number, words: string): this {
    return this.at(days, async ({ acts, as, id }) =>
      acts.answerCondition(as('applicant'), await id(), words),
    );
  }

  /** The side that set the oldest condition that is open settles it. */
  settles(days: number, country: string, act: ConditionAct, note = ''): this {
    return this.at(days, async ({ acts, id, ministryOf }) =>
      acts.settleCondition(ministryOf(country), await id(), act, note),
    );
  }

  isRejectedBy(days: number, country: string, refusal: Refusal): this {
    return this.decides(days, { country, verdict: 'reject', ...refusal });
  }

  isReturnedBy(days: number, country: string, refusal: Refusal): this {
    return this.decides(days, { country, verdict: 'return', ...refusal });
  }

  /** Says the word of a country on the gate that waits. */
  isSettledBy(days: number, country: string, input: SettlementInput): this {
    return this.at(days, async ({ acts, id, ministryOf }) =>
      acts.settleGate(ministryOf(country), await id(), input),
    );
  }

  accepts(days: number): this {
    return this.at(days, async ({ acts, as, id }) => acts.acceptOffer(as('applicant'), await id()));
  }

  declines(days: number): this {
    return this.at(days, async ({ acts, as, id }) => acts.declineOffer(as('applicant'), await id()));
  }

  withdraws(days: number): this {
    return this.at(days, async ({ acts, as, id }) => acts.withdraw(as('applicant'), await id()));
  }

  /** Led where no page leads yet. */
  isLed(days: number, through: readonly ApplicationAct[]): this {
    return this.at(days, async ({ acts, as, id }) => acts.lead(as('applicant'), await id(), through));
  }

  private decides(days: number, verdict: VerdictInput): this {
    return this.at(days, async ({ acts, id, ministryOf }) =>
      acts.decide(ministryOf(verdict.country), 'application', await id(), verdict),
    );
  }

  private at(days: number, happens: Moment['happens']): this {
    this.moments.push({ days, happens });
    return this;
  }
}
