import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import type {
  DossierConsent,
  DossierData,
  DossierDocument,
  DossierEvent,
  DossierList,
  DossierReference,
  DossierSection,
  LabelledText,
  NameForm,
  ReceiptData,
} from '../../documents/public.js';
import { referencesOf } from '../../calls/public.js';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { isLanguage } from '../../shared/language.js';
import type { Language } from '../../shared/language.js';
import { Countries, institutionName, Institutions } from '../../universities/public.js';
import type { ApplicationSubmissionRow } from '../data/application-submission.entity.js';
import { tells } from './field-sight.js';
import { concerns } from '../domain/applications.policy.js';
import { homeWords } from '../domain/home-words.js';
import { nameForms } from '../domain/name-forms.js';
import type { SubmittedContent, SubmittedDocument } from '../domain/submitted-content.js';
import type { ApplicationFile } from './application-file.js';
import { daysAfter } from './application-record.js';

const MEGABYTE = 1024 * 1024;

/** What the first pages of the dossier and of the receipt have in common. */
type Head = Pick<
  DossierData,
  'language' | 'issuedAt' | 'title' | 'number' | 'applicant' | 'summary' | 'pageOf' | 'notice'
>;

/**
 * Writes the printable dossier and the receipt of an application from what was submitted last. Headings are in the
 * reader's language; questions and answers keep the wording and the language in which the applicant gave them.
 */
@Injectable()
export class ComposeDossier {
  constructor(
    @Inject(Translator) private readonly translator: Translator,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(People) private readonly people: People,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  /** @throws DomainError `wrong_state` before the first submission. */
  async dossier(ctx: Ctx, file: ApplicationFile): Promise<DossierData> {
    const submission = submissionOf(file);
    const { content } = submission;
    const zone = (await this.countries.byCode(ctx, file.application.homeCountry)).timeZone;
    const say = (key: string) => this.translator.t(ctx.language, `documents.dossier.${key}`);
    const timeline = await this.timeline(ctx, file, zone);
    return {
      ...(await this.head(ctx, file, submission, say('title'))),
      issuedAt: (timeline.latest ?? submission.at).toISOString(),
      sections: [
        ...content.sections.map((section) => this.section(ctx.language, file, content, section)),
        ...(content.eligibility ? [this.conditions(ctx.language, content.eligibility)] : []),
        ...(content.coApplicants ? [this.coApplicants(ctx.language, file, content.coApplicants)] : []),
      ],
      choices: {
        heading: say('choices'),
        none: say('noChoices'),
        entries: content.choices.map((choice) => ({
          rank: this.translator.number(ctx.language, choice.rank),
          place: choice.institution,
          detail: choice.detail,
        })),
      },
      documents: {
        heading: say('documents'),
        none: say('noDocuments'),
        entries: [
          ...content.documents.map((document) => this.document(ctx.language, file, document)),
          ...this.supplements(ctx.language, file, zone),
        ],
      },
      ...(referencesOf(file.form) ? { references: this.references(ctx.language, file, zone) } : {}),
      consents: file.sight.sees('history')
        ? this.consents(ctx.language, content, zone)
        : this.withheldList(ctx.language, say('consents'), 'history'),
      timeline: file.sight.sees('history')
        ? { heading: say('timeline'), none: say('noTimeline'), entries: timeline.entries }
        : this.withheldList(ctx.language, say('timeline'), 'history'),
    };
  }

  /** @throws DomainError `wrong_state` before the first submission. */
  async receipt(ctx: Ctx, file: ApplicationFile): Promise<ReceiptData> {
    const { translator } = this;
    const submission = submissionOf(file);
    const { timeZone } = await this.countries.byCode(ctx, file.application.homeCountry);
    const say = (key: string) => translator.t(ctx.language, `documents.receipt.${key}`);
    const step = (key: string, values?: Record<string, string>) =>
      translator.t(ctx.language, homeWords(file.application, `applications.dossier.next.${key}`), values);
    const screenedBy = daysAfter(submission.at, file.call.promises.screeningDays);
    return {
      ...(await this.head(ctx, file, submission, say('title'))),
      statement: say('statement'),
      next: {
        heading: say('next'),
        steps: [
          step('screening', {
            date: translator.dateInSentence(ctx.language, screenedBy, timeZone),
          }),
          translator.t(ctx.language, 'applications.dossier.next.return', {
            count: file.call.promises.returnDays,
          }),
          step('decisions'),
        ],
      },
      fingerprint: { label: say('fingerprint'), text: submission.contentHash },
      url: `${this.settings.publicUrl}/applications/${file.application.id}`,
    };
  }

  private async head(
    ctx: Ctx,
    file: ApplicationFile,
    submission: ApplicationSubmissionRow,
    title: string,
  ): Promise<Head> {
    const { language } = ctx;
    const { application } = file;
    const { content } = submission;
    const home = await this.countries.byCode(ctx, application.homeCountry);
    const ids = [application.homeInstitutionId, application.hostInstitutionId].filter((id) => id !== null);
    const institutions = await this.institutions.byIds(ctx, ids);
    const institution = (key: string, id: string | null): LabelledText[] => {
      const found = id === null ? undefined : institutions.get(id);
      if (!found) return [];
      const { text, lang } = institutionName(language, found);
      return [
        {
          label: this.translator.t(language, key),
          text,
          ...(isLanguage(lang) && lang !== language ? { language: lang } : {}),
        },
      ];
    };
    const say = (key: string) => this.translator.t(language, `documents.dossier.${key}`);
    return {
      language,
      issuedAt: submission.at.toISOString(),
      title,
      number: { label: say('number'), text: application.number ?? '' },
      applicant: file.sight.sees('identity')
        ? applicantOf(content, home.language)
        : [{ name: this.withheld(language, 'identity'), language }],
      summary: [
        { label: say('call'), text: content.call, ...spokenIn(content.language, language) },
        ...institution('documents.dossier.home', application.homeInstitutionId),
        ...(application.freemover
          ? [
              {
                label: this.translator.t(language, 'documents.dossier.home'),
                text: this.translator.t(language, 'applications.freemover.party', {
                  ministry: this.translator.localized(language, home.ministry),
                }),
              },
            ]
          : []),
        ...institution('applications.dossier.host', application.hostInstitutionId),
        {
          label: say('submitted'),
          text: this.translator.dateTime(language, submission.at, home.timeZone),
        },
      ],
      pageOf: this.translator.t(language, 'documents.pageOf'),
      ...(this.settings.demonstration
        ? { notice: this.translator.t(language, 'documents.demonstration') }
        : {}),
    };
  }

  private section(
    language: Language,
    file: ApplicationFile,
    content: SubmittedContent,
    section: SubmittedContent['sections'][number],
  ): DossierSection {
    return {
      heading: section.title,
      answers: section.answers.map((answer) => {
        const withheld = file.withheld.get(`${section.section}.${answer.question}`);
        if (withheld) return { question: answer.label, answer: this.withheld(language, withheld) };
        return answer.shown
          ? {
              question: answer.label,
              answer: answer.shown,
              ...(answer.table ? { table: answer.table } : {}),
              ...spokenIn(content.language, language),
            }
          : {
              question: answer.label,
              answer: this.translator.t(language, 'documents.dossier.notAnswered'),
            };
      }),
    };
  }

  private conditions(
    language: Language,
    eligibility: NonNullable<SubmittedContent['eligibility']>,
  ): DossierSection {
    return {
      heading: this.translator.t(language, 'calls.conditions.title'),
      answers: eligibility.map(({ label, outcome }) => ({
        question: label,
        answer: this.translator.t(language, `applications.form.conditions.outcomes.${outcome}`),
      })),
    };
  }

  /** As they were when it was submitted; what became of them since stands in the timeline. */
  private coApplicants(
    language: Language,
    file: ApplicationFile,
    coApplicants: NonNullable<SubmittedContent['coApplicants']>,
  ): DossierSection {
    const say = (key: string, values?: Record<string, string>) =>
      this.translator.t(language, `applications.co_applicants.${key}`, values);
    return {
      heading: say('title'),
      answers: file.sight.sees('identity')
        ? coApplicants.map(({ name, latinName, passportName, part, country }) => ({
            question: [...new Set([name, latinName, passportName])].filter(Boolean).join(' · '),
            answer: `${part} · ${this.translator.countryName(language, country)}`,
          }))
        : [{ question: say('title'), answer: this.withheld(language, 'identity') }],
    };
  }

  private withheld(language: Language, kind: string): string {
    return this.translator.t(language, `reasons.withheld_${kind}`);
  }

  private withheldList(language: Language, heading: string, kind: string): DossierList<never> {
    return { heading, none: this.withheld(language, kind), entries: [] };
  }

  private document(language: Language, file: ApplicationFile, document: SubmittedDocument): DossierDocument {
    const { translator } = this;
    const withheld = file.withheld.get(`documents.${document.requirement}`);
    if (withheld) {
      return { name: document.label, detail: this.withheld(language, withheld), sha256: '' };
    }
    const item = file.documents.find(({ requirement }) => requirement.id === document.requirement);
    const upload = item?.versions.find(({ id }) => id === document.uploadId);
    const size = Math.max(0.1, Math.round((document.sizeBytes / MEGABYTE) * 10) / 10);
    const parts = [
      document.label,
      translator.t(language, 'common.megabytes', { size: translator.number(language, size) }),
      document.pages === null
        ? null
        : translator.t(language, 'applications.dossier.pages', { count: document.pages }),
      upload ? translator.t(language, `documents.scan.${upload.scan}`) : null,
    ];
    return {
      name: document.fileName,
      detail: parts.filter((part) => part !== null).join(' · '),
      sha256: document.sha256,
    };
  }

  /** What came after the submission stands beside it, never in its place. */
  private supplements(language: Language, file: ApplicationFile, timeZone: string): DossierDocument[] {
    const { translator } = this;
    const size = (bytes: number) => Math.max(0.1, Math.round((bytes / MEGABYTE) * 10) / 10);
    return file.documents.flatMap(({ requirement, versions }) =>
      [...versions].reverse().flatMap(({ fileName, sizeBytes, pages, scan, sha256, supplement }) => {
        if (!supplement) return [];
        const at = (instant: Date) => translator.dateTime(language, instant, timeZone);
        const parts = [
          translator.localized(language, requirement.label),
          translator.t(language, 'applications.dossier.supplement', { at: at(supplement.givenAt) }),
          supplement.acceptedAt &&
            translator.t(language, 'applications.dossier.supplement_accepted', {
              at: at(supplement.acceptedAt),
            }),
          translator.t(language, 'common.megabytes', { size: translator.number(language, size(sizeBytes)) }),
          pages === null ? null : translator.t(language, 'applications.dossier.pages', { count: pages }),
          translator.t(language, `documents.scan.${scan}`),
        ];
        return { name: fileName, detail: parts.filter((part) => part !== null).join(' · '), sha256 };
      }),
    );
  }

  private references(
    language: Language,
    file: ApplicationFile,
    timeZone: string,
  ): DossierList<DossierReference> {
    const { translator } = this;
    const heading = translator.t(language, 'applications.references.title');
    if (!file.sight.sees('references')) return this.withheldList(language, heading, 'references');
    return {
      heading,
      none: translator.t(language, 'applications.references.none'),
      entries: file.references
        .filter(({ standing }) => standing !== 'ended')
        .map((reference) => {
          const reads = file.sight.sees(reference.confidential ? 'confidential_letters' : 'references');
          const parts = [
            translator.t(language, `referees.relations.${reference.relation}`),
            translator.t(language, `record_states.reference.${reference.state}`),
            translator.dateTime(language, reference.stateSince, timeZone),
            ...(reads ? [] : [this.withheld(language, 'confidential_letters')]),
          ];
          return {
            name: reference.name,
            detail: parts.join(' · '),
            sha256: (reads && reference.hash) || '',
          };
        }),
    };
  }

  private consents(
    language: Language,
    content: SubmittedContent,
    timeZone: string,
  ): DossierList<DossierConsent> {
    const say = (key: string) => this.translator.t(language, `documents.dossier.${key}`);
    return {
      heading: say('consents'),
      none: say('noConsents'),
      entries: content.consents.map((consent) => ({
        wording: consent.wording,
        given: this.translator.t(language, 'applications.dossier.consent_given', {
          at: this.translator.dateTime(language, new Date(consent.givenAt), timeZone),
          version: consent.textVersion,
        }),
      })),
    };
  }

  /** What happened to the application itself. Saved pages and uploads are in the record too, but tell a reader nothing. */
  private async timeline(
    ctx: Ctx,
    file: ApplicationFile,
    timeZone: string,
  ): Promise<{ readonly entries: DossierEvent[]; readonly latest: Date | undefined }> {
    const acts = file.sight.sees('history')
      ? await this.audit.of(ctx, { kind: 'application', id: file.application.id })
      : [];
    const recorded = acts.filter(
      ({ at, action }) => concerns(ctx.actor, file.application, at) && tells(file.sight, action),
    );
    const told = recorded.filter(({ action }) =>
      this.translator.has(ctx.language, `applications.dossier.events.${action}`),
    );
    const actors = told.map(({ actorId }) => actorId).filter((id) => id !== null);
    const names = await this.people.displayNames(ctx, actors);
    return {
      latest: told.at(-1)?.at,
      entries: told.map((entry) => {
        const name = entry.actorId === null ? undefined : names.get(entry.actorId)?.name;
        return {
          at: this.translator.dateTime(ctx.language, entry.at, timeZone),
          what: this.translator.t(
            ctx.language,
            homeWords(file.application, `applications.dossier.events.${entry.action}`),
          ),
          ...(name === undefined ? {} : { detail: name }),
        };
      }),
    };
  }
}

function submissionOf(file: ApplicationFile): ApplicationSubmissionRow {
  if (!file.submission) throw new DomainError('wrong_state');
  return file.submission;
}

/** From the frozen answers: a name that was changed since is not the one that was submitted. */
function applicantOf(content: SubmittedContent, official: Language): [NameForm, ...NameForm[]] {
  const person = content.sections.find(({ section }) => section === 'person');
  return nameForms(
    Object.fromEntries((person?.answers ?? []).map(({ question, value }) => [question, value])),
    official,
  );
}

function spokenIn(own: Language, reader: Language): { language?: Language } {
  return own === reader ? {} : { language: own };
}
