import { hash } from 'node:crypto';
import {
  APPLICATION_SUBMITTED,
  HOLDS_PLACE,
  NOMINATION_SENT,
  OFFER_ACCEPTED,
  PLACE_OFFERED,
  applicationStates,
} from '../../applications/public.js';
import type {
  ApplicationAct,
  ApplicationRow,
  AwardedFile,
  ComposeAwardLetter,
  SubmittedContent,
} from '../../applications/public.js';
import { fieldOfStudy } from '../../calls/public.js';
import type { FormQuestion, PlaceView } from '../../calls/public.js';
import { newCheckCode, showDocumentNumber } from '../../documents/public.js';
import { calendarDay } from '../../platform/i18n/formats.js';
import type { Translator } from '../../platform/i18n/translator.js';
import { contentHash } from '../../shared/content-hash.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { machineReadableName, proposePassportName, searchKey } from '../../shared/transliteration.js';
import { institutionName } from '../../universities/public.js';
import type { InstitutionView } from '../../universities/public.js';
import { WrittenJson } from './bulk-load.js';
import type { BulkLoad } from './bulk-load.js';
import type { Dice } from './dice.js';
import { ownName } from './names.js';
import type { Scenario, Step } from './scenarios.js';
import type { SeedCall, SeedWorld } from './seed-world.js';

const DAY_MS = 86_400_000;
const CONDITION = 'Полис медицинского страхования представляется до приезда.';
const CONDITION_DAYS = 120;
const TRANSFERRED_FIELDS = ['person', 'study', 'choices', 'motivation', 'documents'];
const FACULTIES: Readonly<Record<string, readonly string[]>> = {
  ru: ['Факультет информационных технологий', 'Физический факультет', 'Экономический факультет'],
  sr: ['Електротехнички факултет', 'Математички факултет', 'Филозофски факултет', 'Факултет техничких наука'],
};
const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  ru: [
    'Хочу изучать предмет глубже.',
    'Лаборатория принимающего вуза известна нам.',
    'Язык я учу третий год.',
  ],
  sr: ['Желим да продубим знање.', 'Лабораторија домаћина нам је позната.', 'Језик учим трећу годину.'],
};

/** A document that is in the store; all seeded applications share one file for each requirement. */
export interface StoredDocument {
  readonly storageKey: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What is common to all applications of a seed. */
export interface SeedTools {
  readonly letters: ComposeAwardLetter;
  readonly translator: Translator;
  readonly world: SeedWorld;
  readonly dice: Dice;
  readonly load: BulkLoad;
  readonly documents: ReadonlyMap<string, StoredDocument>;
  readonly numbers: { next(kind: string, country: string, year: number): Promise<number> };
  /** Places taken so far, and the last number of each reserve list. */
  readonly taken: Map<Id, number>;
  readonly reserves: Map<Id, number>;
  readonly requestId: string;
  readonly now: Date;
}

/** What is read again of a gate that was opened; the rest of its columns goes along. */
interface SeededGate extends Readonly<Record<string, unknown>> {
  readonly id: Id;
  readonly rule_id: Id;
  readonly country: string;
  readonly state: string;
  readonly state_since: Date;
  readonly due_at: Date;
}

/** The files of applications with what has happened to them, written as rows: what the operations would have left behind. */
export class SeededApplication {
  private readonly row: ApplicationRow;
  private readonly home: InstitutionView;
  private readonly coordinator: Id;
  private readonly choices: readonly PlaceView[];
  private readonly language: Language;
  private readonly answers: Record<string, Record<string, string>> = {};
  private submission: { hash: string } | undefined;
  private nomination: AwardedFile['nominations'][number] | undefined;
  private decision: NonNullable<AwardedFile['decision']> | undefined;
  private letter: Record<string, unknown> | undefined;
  private readonly name: ReturnType<typeof ownName>;

  constructor(
    private readonly tools: SeedTools,
    private readonly seedCall: SeedCall,
    /** When it is begun; then, when the step that it is at is taken. */
    private at: Date,
    /** What the record names as the transaction that wrote it. */
    private readonly transaction: string,
  ) {
    const { dice, world } = tools;
    const { call, home, sought } = seedCall;
    this.home = required(world.institutions.get(home.code)).pick(dice);
    this.coordinator = required(world.coordinators.get(this.home.id));
    this.name = ownName(dice, home.code);
    this.language = this.name.language;
    this.choices = sought.some(dice, dice.whole(1, call.maxChoices));
    this.row = {
      id: newId(this.at),
      callId: call.id,
      formVersion: call.formVersion,
      applicantId: newId(this.at),
      homeCountry: home.code,
      homeInstitutionId: this.home.id,
      freemover: false,
      preparedBy: [],
      movedFrom: null,
      independentAssessment: call.independentAssessment,
      coApplicants: [],
      coAuthors: [],
      anonymousReading: (call.selection?.review.anonymous.length ?? 0) > 0,
      hostCountry: null,
      hostInstitutionId: null,
      homeUnitId: null,
      hostUnitId: null,
      panelId: null,
      state: applicationStates.initial,
      result: null,
      reserveNumber: null,
      stateSince: this.at,
      dueAt: call.acceptsUntil,
      number: null,
      submissions: 0,
      submittedAt: null,
      language: this.language,
      accessCodeId: null,
      accessUntil: null,
      returnedFields: null,
      returnReason: null,
      closingReason: null,
      placeId: null,
      placeReserve: null,
      carriedFrom: null,
      transferredAt: null,
      version: 1,
      searchKey: '',
      createdAt: this.at,
    };
  }

  /**
   * Lives through a scenario and adds all its rows to the batch. Answers the place that it holds in the end, and how many
   * entries of the record it made.
   */
  async live(scenario: Scenario): Promise<{ holds: Id | null; entries: number }> {
    const { dice, now, load } = this.tools;
    const complete = scenario.complete ?? scenario.steps[0] === 'submit';
    this.begin(complete ? 'complete' : dice.pick(['begun', 'complete']));
    const start = this.at.getTime();
    // What is under way has moved lately, or its own deadline would have ended it.
    const end =
      scenario.age === 'past'
        ? start + dice.between(45, 100) * DAY_MS
        : now.getTime() - dice.between(0.2, Math.min(4, (now.getTime() - start) / DAY_MS)) * DAY_MS;
    const last = Math.max(1, scenario.steps.length - 1);
    for (const [index, step] of scenario.steps.entries()) {
      this.at = new Date(start + ((end - start) * index) / last);
      if (step === 'close_unsubmitted')
        this.at = new Date(this.seedCall.call.acceptsUntil.getTime() + 60_000);
      if (!(await this.take(step))) break;
    }
    this.writeState();
    if (this.letter) load.add('issued_documents', this.letter);
    const holds = this.row.placeId && HOLDS_PLACE.includes(this.row.state) ? this.row.placeId : null;
    return { holds, entries: this.entries };
  }

  /** One step. False where the story ends here, because the place was given to others. */
  private async take(step: Step): Promise<boolean> {
    const { row } = this;
    switch (step) {
      case 'submit':
      case 'resubmit':
        await this.submit(step);
        return true;
      case 'screen':
        this.move('begin_screening', this.coordinator, { dueAt: row.dueAt });
        return true;
      case 'return':
        this.move('return', this.coordinator, {
          returnedFields: ['motivation.motivation'],
          returnReason: this.language === 'ru' ? 'Дополните мотивацию.' : 'Допуните мотивацију.',
          dueAt: this.after(this.seedCall.call.promises.returnDays),
        });
        return true;
      case 'lapse':
        this.move('lapse', null, { returnedFields: null, returnReason: null });
        return true;
      case 'close_unsubmitted':
        this.move('close_unsubmitted', null);
        return true;
      case 'find_eligible':
        this.move('find_eligible', this.coordinator);
        return true;
      case 'find_ineligible':
        this.move('find_ineligible', this.coordinator, {
          closingReason: this.language === 'ru' ? 'Не выполнены условия.' : 'Услови нису испуњени.',
        });
        return true;
      case 'nominate':
        this.nominate();
        return true;
      case 'host_accepts':
        this.answer('host_accepted');
        this.putBeforeBoth();
        return true;
      case 'host_waitlists':
        this.answer('waitlisted');
        return true;
      case 'host_rejects':
        this.answer('rejected');
        return true;
      case 'home_approves':
        this.speak('home', 'approved');
        return true;
      case 'host_sets_condition':
        this.speak('host', 'approved_with_conditions');
        this.setCondition();
        return true;
      case 'host_approves':
        this.speak('host', 'approved');
        return true;
      case 'home_rejects':
        this.speak('home', 'rejected');
        return true;
      case 'host_rejects_decision':
        this.speak('host', 'rejected');
        return true;
      case 'conclude':
      case 'hold':
        return this.conclude(step);
      case 'refuse_gate':
        this.refuseGate();
        return true;
      case 'reserve':
        this.reserve();
        return false;
      case 'accept':
        this.move('accept', row.applicantId);
        this.tell(OFFER_ACCEPTED, row.applicantId, { conditions: 0, certain: 'yes' });
        await this.award();
        return true;
      case 'decline':
        this.free();
        this.move('decline', row.applicantId);
        return true;
      case 'expire_offer':
        this.free();
        this.move('expire_offer', null);
        return true;
      case 'withdraw_offer':
        this.free();
        this.move('withdraw_offer', null);
        return true;
      case 'set_conditions':
        this.move('set_conditions', row.applicantId, { dueAt: this.after(CONDITION_DAYS) });
        return true;
      case 'confirm':
        this.settle('met');
        this.move('confirm', required(this.decision).host.decidedBy);
        return true;
      case 'fail_conditions':
        this.settle('not_met');
        this.free();
        this.revoke();
        this.move('fail_conditions', required(this.decision).host.decidedBy);
        return true;
      case 'defer':
        this.move('defer', this.coordinator);
        return true;
      case 'begin_review':
      case 'score':
        this.move(step, null);
        return true;
      case 'announce':
        this.move('announce', null, { result: this.tools.dice.pick(['selected', 'not_selected']) });
        return true;
      case 'finalise':
        this.move('finalise', null);
        return true;
      case 'withdraw':
        this.withdraw();
        return true;
    }
  }

  /** The person, the pages of the form as far as they were filled in, and with them the documents and consents. */
  private begin(filled: 'begun' | 'complete'): void {
    const { row } = this;
    const { load } = this.tools;
    load.add('persons', {
      id: row.applicantId,
      country: row.homeCountry,
      native_family: this.name.family,
      native_given: this.name.given,
      native_language: this.name.language,
      email: this.address(),
      language: this.language,
      home_institution_id: this.home.id,
      created_at: this.at,
    });
    this.note('application.start', row.applicantId, { callId: row.callId });
    for (const section of this.seedCall.form.sections) {
      if (section.kind === 'questions' && (filled === 'complete' || section.id === 'person')) {
        const given = Object.fromEntries(
          section.questions
            .map((question) => [question.id, this.answerTo(question)] as const)
            .filter(([, answer]) => answer !== ''),
        );
        this.answers[section.id] = given;
        load.add('application_sections', {
          application_id: row.id,
          section: section.id,
          answers: given,
          revision: 1,
          saved_at: this.at,
        });
      }
      if (filled === 'begun') continue;
      if (section.kind === 'choices') {
        for (const [index, place] of this.choices.entries()) {
          load.add('application_choices', { application_id: row.id, rank: index + 1, place_id: place.id });
        }
      }
      for (const document of section.documents.filter((each) => each.required)) this.upload(document.id);
      for (const consent of section.consents) {
        load.add('consents', {
          id: newId(this.at),
          person_id: row.applicantId,
          purpose: consent.purpose,
          subject_kind: 'application',
          subject_id: row.id,
          text_version: consent.version,
          text_hash: hashOfWording(this.tools.translator.localized(this.language, consent.text)),
          language: this.language,
          given_at: this.at,
        });
        this.note('consent.given', row.applicantId, {
          purpose: consent.purpose,
          textVersion: consent.version,
          language: this.language,
        });
      }
    }
  }

  private readonly uploads: { requirement: string; id: Id; document: StoredDocument }[] = [];

  private upload(requirement: string): void {
    const document = required(this.tools.documents.get(requirement));
    const id = newId(this.at);
    this.uploads.push({ requirement, id, document });
    this.tools.load.add('uploads', {
      id,
      subject_kind: 'application',
      subject_id: this.row.id,
      requirement,
      version: 1,
      owner_id: this.row.applicantId,
      file_name: `${requirement}.pdf`,
      media_type: 'application/pdf',
      size_bytes: document.sizeBytes,
      pages: 1,
      sha256: document.sha256,
      storage_key: document.storageKey,
      scan: 'not_scanned',
      uploaded_at: this.at,
    });
  }

  private async submit(act: 'submit' | 'resubmit'): Promise<void> {
    const { row } = this;
    const { call, home } = this.seedCall;
    const content = this.frozen();
    // Its keys are written in their order and its texts composed, so this is its canonical form already.
    const text = JSON.stringify(content);
    const fingerprint = sha256(text);
    const year = Number(calendarDay(this.at, call.timeZone).slice(0, 4));
    row.number ??= `${home.code}-${year}-${String(
      await this.tools.numbers.next('application', home.code, year),
    ).padStart(6, '0')}`;
    row.submissions += 1;
    this.submission = { hash: fingerprint };
    this.tools.load.add('application_submissions', {
      id: newId(this.at),
      application_id: row.id,
      ordinal: row.submissions,
      at: this.at,
      language: this.language,
      form_version: row.formVersion,
      content: new WrittenJson(text),
      content_hash: fingerprint,
    });
    const { person = {} } = this.answers;
    const names = ['native_family', 'native_given', 'passport_family', 'passport_given'];
    this.move(
      act,
      row.applicantId,
      {
        submittedAt: row.submittedAt ?? this.at,
        returnedFields: null,
        returnReason: null,
        dueAt: this.after(call.promises.screeningDays),
        searchKey: searchKey([row.number, ...names.map((name) => person[name] ?? '')].join(' ')),
      },
      { number: row.number, ordinal: row.submissions, contentHash: fingerprint },
    );
    this.tell(APPLICATION_SUBMITTED, row.applicantId, { number: row.number });
  }

  /** What `FreezeContent` writes down, from the same words; the keys of each object in the order of the alphabet. */
  private frozen(): SubmittedContent {
    const { translator } = this.tools;
    const { call, form } = this.seedCall;
    const { language } = this;
    return {
      call: translator.localized(language, call.title),
      choices: this.choices.map((place, index) => {
        const field = fieldOfStudy(place.fieldCode);
        return {
          detail: [
            field ? translator.localized(language, field) : place.fieldCode,
            translator.languageName(language, place.language),
            translator.t(language, 'applications.place.months', { count: place.months }),
          ].join(' · '),
          institution: institutionName(language, place.institution).text,
          institutionId: place.institution.id,
          placeId: place.id,
          rank: index + 1,
        };
      }),
      consents: form.sections.flatMap((section) =>
        section.consents.map((consent) => ({
          givenAt: this.row.createdAt.toISOString(),
          purpose: consent.purpose,
          textVersion: consent.version,
          wording: translator.localized(language, consent.text),
        })),
      ),
      documents: this.uploads.map(({ requirement, id, document }) => ({
        fileName: `${requirement}.pdf`,
        label: requirement,
        pages: 1,
        requirement,
        sha256: document.sha256,
        sizeBytes: document.sizeBytes,
        uploadId: id,
        version: 1,
      })),
      formVersion: this.row.formVersion,
      language,
      sections: form.sections
        .filter((section) => section.kind === 'questions')
        .map((section) => ({
          answers: section.questions.map((question) => {
            const value = this.answers[section.id]?.[question.id] ?? '';
            return {
              label: translator.localized(language, question.label),
              question: question.id,
              shown: value && this.shown(question, value),
              value,
            };
          }),
          section: section.id,
          title: translator.localized(language, section.title),
        })),
    };
  }

  private shown(question: FormQuestion, value: string): string {
    const { translator } = this.tools;
    switch (question.type) {
      case 'choice': {
        const option = question.options?.find((each) => each.value === value);
        return option ? translator.localized(this.language, option.label) : value;
      }
      case 'country':
        return translator.countryName(this.language, value);
      case 'date':
        return translator.date(this.language, new Date(`${value}T12:00:00Z`), 'UTC');
      case 'institution':
        return institutionName(this.language, this.home).text;
      case 'number':
        return translator.number(this.language, Number(value));
      default:
        return value;
    }
  }

  private answerTo(question: FormQuestion): string {
    const { dice } = this.tools;
    const words = this.language === 'ru' ? 'ru' : 'sr';
    const passport = (name: string) => machineReadableName(proposePassportName(name, this.language));
    switch (question.id) {
      case 'native_family':
        return this.name.family;
      case 'native_given':
        return this.name.given;
      case 'passport_family':
        return passport(this.name.family);
      case 'passport_given':
        return passport(this.name.given);
      case 'email':
        return this.address();
      case 'phone':
        return `${this.row.homeCountry === 'RS' ? '+38164' : '+7912'}${dice.whole(1_000_000, 9_999_999)}`;
      case 'home_institution':
        return this.home.id;
      case 'citizenship':
        return this.row.homeCountry;
    }
    switch (question.type) {
      case 'date':
        return `${dice.whole(1975, 2004)}-0${dice.whole(1, 9)}-${dice.whole(10, 28)}`;
      case 'choice':
        return dice.pick(question.options ?? []).value;
      case 'number':
        return String(dice.whole(question.min ?? 1, question.max ?? 10));
      case 'country':
        return this.row.homeCountry;
      case 'long_text':
        return dice.some(SENTENCES[words] ?? [], dice.whole(1, 3)).join(' ');
      default:
        return dice.pick(FACULTIES[words] ?? []);
    }
  }

  private nominate(): void {
    const { row } = this;
    const { world, load } = this.tools;
    const place = required(this.choices[0]);
    const id = newId(this.at);
    this.nomination = {
      id,
      applicationId: row.id,
      placeId: place.id,
      personId: row.applicantId,
      homeInstitutionId: this.home.id,
      hostInstitutionId: place.institution.id,
      state: 'sent',
      stateSince: this.at,
      dueAt: this.after(this.seedCall.call.promises.hostDecisionDays),
      proposedBy: this.coordinator,
      proposedFor: null,
      endorsement: null,
      answeredBy: null,
      answeredFor: null,
      reasonCode: null,
      reasonText: null,
      replacesId: null,
      substitutesId: null,
      acknowledgedAt: null,
      acknowledgedBy: null,
      remindedAt: null,
      createdAt: this.at,
    };
    required(world.coordinators.get(place.institution.id));
    Object.assign(row, {
      hostCountry: place.institution.country,
      hostInstitutionId: place.institution.id,
      transferredAt: this.at,
      dueAt: null,
      version: row.version + 1,
    });
    this.note('nomination.endorsed', this.coordinator, { nomination: id, placeId: place.id, replaces: null });
    load.add('transfers', {
      id: newId(this.at),
      person_id: row.applicantId,
      subject_kind: 'application',
      subject_id: row.id,
      from_country: row.homeCountry,
      to_country: place.institution.country,
      recipient_institution_id: place.institution.id,
      purpose: 'nomination',
      legal_basis: 'consent',
      fields: TRANSFERRED_FIELDS,
      act: 'nomination.sent',
      at: this.at,
    });
    this.note('transfer.registered', this.coordinator, {
      from: row.homeCountry,
      to: place.institution.country,
      recipient: place.institution.id,
      purpose: 'nomination',
      legalBasis: 'consent',
      fields: TRANSFERRED_FIELDS,
    });
    this.note('nomination.sent', this.coordinator, { nomination: id, host: place.institution.id });
    this.tell(NOMINATION_SENT, this.coordinator, { nomination: id });
  }

  private answer(state: 'host_accepted' | 'waitlisted' | 'rejected'): void {
    const nomination = required(this.nomination);
    const refused = state === 'rejected';
    nomination.state = state;
    nomination.stateSince = this.at;
    if (state !== 'waitlisted') nomination.dueAt = null;
    nomination.answeredBy = required(this.tools.world.coordinators.get(nomination.hostInstitutionId));
    nomination.reasonCode = refused ? 'no_capacity' : null;
    nomination.reasonText = refused ? 'Нема места. / Нет мест.' : null;
    this.note(`nomination.${state}`, nomination.answeredBy, {
      nomination: nomination.id,
      reasonCode: nomination.reasonCode,
    });
    if (refused) {
      Object.assign(this.row, {
        hostCountry: null,
        hostInstitutionId: null,
        transferredAt: null,
        version: this.row.version + 1,
      });
    }
  }

  private putBeforeBoth(): void {
    const { row } = this;
    const nomination = required(this.nomination);
    const side = (country: string) => ({
      country,
      state: 'pending' as const,
      since: this.at,
      dueAt: this.after(this.seedCall.call.promises.approvalDays),
      decidedBy: null,
      reasonCode: null,
      reasonText: null,
      conditions: [],
      answer: null,
      heldBy: null,
      delegateId: null,
      recused: [],
      overdueAt: null,
      tablesAt: null,
      tabledAt: null,
    });
    this.decision = {
      id: newId(this.at),
      subject: { kind: 'application', id: row.id },
      subjectHash: contentHash({
        content: required(this.submission).hash,
        place: nomination.placeId,
        nomination: nomination.id,
      }),
      openedAt: this.at,
      withdrawnAt: null,
      outcome: 'open',
      settledAs: null,
      settledAt: null,
      counts: 'open',
      home: side(row.homeCountry),
      host: side(required(row.hostCountry)),
    };
    this.noteOn('decision', this.decision.id, 'decision.opened', nomination.answeredBy, {
      subjectKind: 'application',
      subjectId: row.id,
      subjectHash: this.decision.subjectHash,
    });
  }

  /** The only condition of the host side, as it stands. */
  private condition: Record<string, unknown> | null = null;

  private setCondition(): void {
    const decision = required(this.decision);
    this.condition = {
      id: newId(this.at),
      decision_id: decision.id,
      country: decision.host.country,
      ordinal: 1,
      text: CONDITION,
      due_at: this.after(CONDITION_DAYS),
      set_at: this.at,
      state: 'open',
      state_since: this.at,
      settled_by: null,
      settled_at: null,
      settled_note: null,
    };
  }

  private settle(state: 'met' | 'not_met'): void {
    const { id: decisionId, host } = required(this.decision);
    const condition = required(this.condition);
    Object.assign(condition, {
      state,
      state_since: this.at,
      settled_by: host.decidedBy,
      settled_at: this.at,
      settled_note: state === 'met' ? null : 'Не представлено. / Није достављено.',
    });
    this.noteOn('decision', decisionId, `decision.condition_${state}`, host.decidedBy, {
      country: host.country,
      condition: String(condition.id),
    });
  }

  private speak(which: 'home' | 'host', state: 'approved' | 'approved_with_conditions' | 'rejected'): void {
    const decision = required(this.decision);
    const side = decision[which];
    const decidedBy = required(this.tools.world.officers.get(side.country));
    const refused = state === 'rejected';
    const spoken = {
      ...side,
      state,
      since: this.at,
      decidedBy,
      reasonCode: refused ? 'eligibility' : null,
      reasonText: refused ? 'Услови нису испуњени. / Условия не выполнены.' : null,
      conditions: state === 'approved_with_conditions' ? [CONDITION] : [],
    };
    const both = which === 'home' ? [spoken, decision.host] : [decision.home, spoken];
    const yes = both.filter((each) => each.state.startsWith('approved')).length;
    const no = both.filter((each) => each.state === 'rejected').length;
    const outcome = yes === 2 ? 'agreed_yes' : no === 2 ? 'agreed_no' : yes + no === 2 ? 'divergent' : 'open';
    this.decision = { ...decision, [which]: spoken, outcome, counts: outcome };
    const about = { subjectKind: 'application', subjectId: this.row.id };
    this.noteOn('decision', decision.id, `decision.${state}`, decidedBy, {
      ...about,
      country: side.country,
      reasonCode: spoken.reasonCode,
    });
    if (outcome !== 'open') {
      this.closedAt = this.at;
      this.noteOn('decision', decision.id, `decision.${outcome}`, decidedBy, about);
    }
  }

  private closedAt: Date | null = null;
  private gate: SeededGate | null = null;

  /**
   * The offer, or the reserve list where the places are all taken, or the refusal. False where no offer follows.
   * `hold`: a gate of the host country still waits, and the place is held.
   */
  private conclude(step: 'conclude' | 'hold'): boolean {
    const decision = required(this.decision);
    const { taken } = this.tools;
    const by = decision.host.decidedBy;
    if (decision.outcome === 'agreed_no') {
      this.move('conclude', by, { result: 'not_selected' });
      return false;
    }
    const place = required(this.choices[0]);
    const before = taken.get(place.id) ?? 0;
    if (before >= place.capacity) {
      this.reserve();
      return false;
    }
    taken.set(place.id, before + 1);
    this.move('conclude', by, { result: 'selected', placeId: place.id }, { placeId: place.id });
    if (step === 'hold') {
      this.openGate();
      this.move('hold', by, { dueAt: required(this.gate).due_at }, { placeId: place.id });
      return true;
    }
    this.move(
      'offer',
      by,
      { dueAt: this.after(this.seedCall.call.promises.offerDays) },
      { placeId: place.id },
    );
    this.tell(PLACE_OFFERED, by);
    return true;
  }

  private openGate(): void {
    const { row, tools, seedCall } = this;
    const nomination = required(this.nomination);
    const country = required(row.hostCountry);
    this.gate = {
      id: newId(this.at),
      subject_kind: 'application',
      subject_id: row.id,
      rule_id: required(tools.world.gateRules.get(country)),
      kind: 'export_control',
      country,
      side: 'host',
      state: 'pending',
      state_since: this.at,
      opened_at: this.at,
      due_at: this.after(30),
      needed_until: seedCall.call.stayUntil,
      decided_by: null,
      decided_at: null,
      reason_code: null,
      reason_text: null,
      told_text: null,
      conditions: [],
      preparers: [this.coordinator, nomination.answeredBy, row.applicantId],
      about_persons: [row.applicantId],
      barred_institutions: [],
    };
    this.noteOn('gate', this.gate.id, 'gate.opened', nomination.answeredBy, { rule: this.gate.rule_id });
  }

  private refuseGate(): void {
    const gate = required(this.gate);
    const officer = required(this.tools.world.officers.get(gate.country));
    this.gate = {
      ...gate,
      state: 'refused',
      state_since: this.at,
      decided_by: officer,
      decided_at: this.at,
      reason_code: 'controlled_technology',
      reason_text: 'Технологија је контролисана. / Технология контролируется.',
      told_text: 'Дозвола није дата. / Разрешение не дано.',
    };
    this.noteOn('gate', gate.id, 'gate.refuse', officer, { from: 'pending', to: 'refused' });
    this.cancelNomination(officer);
    this.free();
    this.move('refuse_clearance', officer, { result: 'not_selected', placeId: null });
  }

  private cancelNomination(by: Id): void {
    const nomination = required(this.nomination);
    nomination.state = 'cancelled';
    nomination.stateSince = this.at;
    nomination.dueAt = null;
    this.note('nomination.cancelled', by, { nomination: nomination.id });
  }

  private reserve(): void {
    const { reserves } = this.tools;
    const place = required(this.choices[0]);
    const reserveNumber = 1 + (reserves.get(place.id) ?? 0);
    reserves.set(place.id, reserveNumber);
    this.move(
      'conclude',
      required(this.decision).host.decidedBy,
      { result: 'reserve', reserveNumber, placeId: place.id },
      { placeId: place.id, reserveNumber },
    );
  }

  /** The place is free again. Nobody of the reserve is promoted: in a seeded world nothing hangs on who comes next. */
  private free(): void {
    const { taken } = this.tools;
    const placeId = required(this.row.placeId);
    taken.set(placeId, (taken.get(placeId) ?? 1) - 1);
  }

  private withdraw(): void {
    const { row, nomination } = this;
    if (HOLDS_PLACE.includes(row.state)) this.free();
    if (nomination) this.cancelNomination(row.applicantId);
    this.revoke();
    this.move('withdraw', row.applicantId, {
      result: null,
      reserveNumber: null,
      placeId: null,
      returnedFields: null,
      returnReason: null,
    });
  }

  private async award(): Promise<void> {
    const { row, seedCall } = this;
    const { letters, numbers, world } = this.tools;
    const year = this.at.getUTCFullYear();
    const number = showDocumentNumber({
      kind: 'award_letter',
      country: row.homeCountry,
      year,
      running: await numbers.next('award', row.homeCountry, year),
    });
    const checkCode = newCheckCode();
    const file: AwardedFile = {
      application: row,
      call: seedCall.call,
      choices: this.choices,
      nominations: [required(this.nomination)],
      decision: required(this.decision),
      contents: {
        answers: this.answers,
        choices: [],
        documents: [],
        consents: {},
        references: { asked: 0, received: 0, binding: false },
        coApplicants: { invited: 0, unconfirmed: 0, confirmed: 0 },
      },
    };
    const at = this.at;
    const id = newId(at);
    this.letter = {
      id,
      kind: 'award_letter',
      number,
      check_code: checkCode,
      subject_kind: 'application',
      subject_id: row.id,
      holder_id: row.applicantId,
      verification: {
        holderInitials: `${this.name.given.charAt(0)}. ${this.name.family.charAt(0)}.`,
        homeCountry: row.homeCountry,
        hostCountry: row.hostCountry,
        homeInstitutionId: row.homeInstitutionId,
        hostInstitutionId: row.hostInstitutionId,
        stayFrom: seedCall.call.stayFrom,
        stayUntil: seedCall.call.stayUntil,
      },
      content: letters.write(
        {
          file,
          number,
          at,
          place: required(this.choices[0]),
          nomination: required(this.nomination),
          home: { country: seedCall.home, institution: this.home, verdict: required(this.decision).home },
          host: {
            country: seedCall.host,
            institution: required(world.institutionById.get(required(row.hostInstitutionId))),
            verdict: required(this.decision).host,
          },
          names: world.officials,
        },
        checkCode,
      ),
      issued_at: at,
      revoked_at: null,
    };
    this.note('document.issued', row.applicantId, { document: id, kind: 'award_letter', number });
  }

  private revoke(): void {
    if (!this.letter) return;
    this.letter.revoked_at = this.at;
    this.note('document.revoked', null, { kind: 'award_letter' });
  }

  private after(days: number): Date {
    return new Date(this.at.getTime() + days * DAY_MS);
  }

  private address(): string {
    return `${this.row.applicantId.slice(-12)}@seed.invalid`;
  }

  private move(
    act: ApplicationAct,
    by: Id | null,
    change: Partial<ApplicationRow> = {},
    data: Readonly<Record<string, unknown>> = {},
  ): void {
    const { row } = this;
    const from = row.state;
    const to = applicationStates.move(from, act);
    Object.assign(row, { dueAt: null }, change, { state: to, stateSince: this.at, version: row.version + 1 });
    this.note(`application.${act}`, by, { ...data, from, to });
  }

  private note(action: string, by: Id | null, data: Readonly<Record<string, unknown>> = {}): void {
    this.noteOn('application', this.row.id, action, by, data);
  }

  private noteOn(
    kind: string,
    id: Id,
    action: string,
    by: Id | null,
    data: Readonly<Record<string, unknown>>,
  ): void {
    this.tools.load.add('audit_entries', {
      at: this.at,
      actor_kind: by ? 'person' : 'system',
      actor_id: by,
      action,
      subject_kind: kind,
      subject_id: id,
      data,
      request_id: this.tools.requestId,
      transaction_id: this.transaction,
    });
    this.entries += 1;
  }

  private entries = 0;

  /** An event of the past: it counts as delivered, so that nobody gets mail of it. */
  private tell(type: string, by: Id | null, payload: Readonly<Record<string, unknown>> = {}): void {
    this.tools.load.add('outbox_events', {
      at: this.at,
      type,
      subject_kind: 'application',
      subject_id: this.row.id,
      payload: { callId: this.row.callId, ...payload },
      actor_id: by,
      request_id: this.tools.requestId,
      delivered_at: this.at,
    });
  }

  private writeState(): void {
    const { load } = this.tools;
    const { row, nomination, decision } = this;
    load.add('applications', row);
    if (nomination) load.add('nominations', nomination);
    if (this.gate) load.add('gates', this.gate);
    this.writePromises();
    if (!decision) return;
    load.add('decisions', {
      id: decision.id,
      subject_kind: 'application',
      subject_id: row.id,
      subject_hash: decision.subjectHash,
      home_country: decision.home.country,
      host_country: decision.host.country,
      preparers: [this.coordinator, required(nomination).answeredBy, row.applicantId],
      about_persons: [row.applicantId],
      opened_at: decision.openedAt,
      closed_at: this.closedAt,
    });
    if (decision.outcome === 'divergent') {
      const [countryA, countryB] = [decision.home.country, decision.host.country].sort();
      load.add('commission_items', {
        id: newId(this.at),
        country_a: countryA,
        country_b: countryB,
        kind: 'decision',
        origin: 'divergence',
        decision_id: decision.id,
        state: 'tabled',
        state_since: this.closedAt,
        tabled_at: this.closedAt,
      });
    }
    for (const side of ['home', 'host'] as const) {
      const { country, state, since, dueAt, decidedBy, reasonCode, reasonText, conditions } = decision[side];
      load.add('decision_sides', {
        decision_id: decision.id,
        country,
        side,
        state,
        state_since: since,
        due_at: dueAt,
        decided_by: decidedBy,
        reason_code: reasonCode,
        reason_text: reasonText,
        conditions,
      });
    }
    if (this.condition) load.add('decision_conditions', this.condition);
  }

  /** The clocks that run for what is owed now, and those of sides that have spoken: what triggers would write. */
  private writePromises(): void {
    const { row, nomination, decision, gate } = this;
    if (row.state === 'submitted' || row.state === 'screening') {
      this.promise('screening', row.id, row.homeCountry, this.home.id, row.stateSince, row.dueAt);
    }
    if (nomination?.state === 'sent') {
      const { id, hostInstitutionId, stateSince, dueAt } = nomination;
      this.promise('host', id, required(row.hostCountry), hostInstitutionId, stateSince, dueAt);
    }
    for (const side of decision ? [decision.home, decision.host] : []) {
      const { id, openedAt } = required(decision);
      const ended = side.state === 'pending' ? null : side.since;
      this.promise('approval', id, side.country, null, ended ? openedAt : side.since, side.dueAt, ended);
    }
    if (gate?.state === 'pending') {
      this.promise('gate', gate.id, gate.country, null, gate.state_since, gate.due_at);
    }
  }

  private promise(
    step: string,
    subjectId: Id,
    country: string,
    institutionId: Id | null,
    began: Date,
    due: Date | null,
    ended: Date | null = null,
  ): void {
    if (!due) return;
    const { row, decision } = this;
    this.tools.load.add('promise_clocks', {
      step,
      subject_id: subjectId,
      office: institutionId ? 'institution' : 'ministry',
      country,
      institution_id: institutionId,
      home_country: row.homeCountry,
      host_country: step === 'approval' ? decision?.host.country : row.transferredAt ? row.hostCountry : null,
      call_id: row.callId,
      began_at: began,
      due_at: due,
      ended_at: ended,
      // The sums are made of all at once (see `seed`).
      counted: ended !== null,
    });
  }
}

function sha256(text: string): string {
  return hash('sha256', text);
}

const hashesOfWordings = new Map<string, string>();

/** The same few wordings are agreed to by everybody. */
function hashOfWording(wording: string): string {
  let known = hashesOfWordings.get(wording);
  if (known === undefined) hashesOfWordings.set(wording, (known = sha256(wording)));
  return known;
}

function required<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the seed tells a story out of its order');
  return value;
}
