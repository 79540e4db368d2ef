import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Calls } from '../../calls/public.js';
import type { FormSection } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import { Consents, Transfers } from '../../privacy/public.js';
import type { ConsentAsked, ConsentKeeper, ConsentOutlook, ConsentReceipt } from '../../privacy/public.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { LANGUAGES } from '../../shared/language.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationPorts } from '../application-ports.js';
import { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { AT_WORK, IN_ASSESSMENT } from '../domain/applications.policy.js';
import { BASIS_OF_STAY, consentOutlook } from '../domain/consent-outlook.js';
import { CROSS_BORDER } from '../domain/crossing.js';
import { AssessedAbroad } from './assessed-abroad.js';
import { EditApplication } from './edit-application.js';
import { HostSight } from './host-sight.js';
import { WithdrawApplication } from './withdraw-application.js';

/** Consents that an applicant gave for an application: their words, and what follows when one is taken back. */
@Injectable()
export class ConsentsOfApplications implements ConsentKeeper {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(Transfers) private readonly transfers: Transfers,
    @Inject(ApplicationPorts) private readonly ports: ApplicationPorts,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(AssessedAbroad) private readonly abroad: AssessedAbroad,
    @Inject(HostSight) private readonly sight: HostSight,
    @Inject(WithdrawApplication) private readonly withdrawing: WithdrawApplication,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  async keptBy(
    ctx: Ctx,
    subjectId: Id,
  ): Promise<{ readonly institutionId: Id; readonly country: CountryCode } | null> {
    const application = await ctx.tx.findOneBy(ApplicationRow, { id: subjectId });
    // Whom no institution nominates, their ministry keeps.
    if (!application?.homeInstitutionId || application.freemover) return null;
    return { institutionId: application.homeInstitutionId, country: application.homeCountry };
  }

  async named(ctx: Ctx, subjectId: Id): Promise<{ readonly name: string; readonly href: string } | null> {
    const application = await ctx.tx.findOneBy(ApplicationRow, { id: subjectId });
    const call = application && (await this.calls.byId(ctx, application.callId));
    if (!call) return null;
    const title = this.translator.localized(ctx.language, call.title);
    return {
      name: application.number === null ? title : `${application.number} · ${title}`,
      href: `/applications/${application.id}`,
    };
  }

  async wording(ctx: Ctx, receipt: ConsentReceipt): Promise<string | null> {
    const application = await ctx.tx.findOneBy(ApplicationRow, { id: receipt.subjectId });
    if (!application) return null;
    for (const { definition } of await this.calls.forms(ctx, application.callId)) {
      for (const { purpose, text } of definition.sections.flatMap(({ consents }) => consents)) {
        if (purpose !== receipt.purpose) continue;
        const said = LANGUAGES.map((language) => this.translator.localized(language, text));
        const found = said.find((each) => hashOf(each) === receipt.textHash);
        if (found !== undefined) return found;
      }
    }
    return null;
  }

  async outlook(ctx: Ctx, receipt: ConsentReceipt): Promise<ConsentOutlook> {
    return this.outlookOf(ctx, receipt, await this.applications.find(ctx, receipt.subjectId));
  }

  async carryOut(ctx: Ctx, receipt: ConsentReceipt, { code }: ConsentOutlook): Promise<void> {
    const application = await this.applications.lock(ctx, receipt.subjectId);
    // An office may have acted between the page and this.
    if ((await this.outlookOf(ctx, receipt, application)).code !== code) {
      throw new DomainError('stale', { reason: 'consent_outlook_changed' });
    }
    if (code === 'application_withdrawn' || code === 'application_taken_back') {
      await this.withdrawing.withdraw(ctx, application, { reason: 'consent_withdrawn' });
    }
    const basis = BASIS_OF_STAY[code];
    if (basis) {
      if (receipt.purpose === CROSS_BORDER) await this.restOn(ctx, application, basis);
      return;
    }
    // Also where the rule for an end by itself would let the other side read on for a while.
    if (application.transferredAt !== null && code !== 'nothing_more') {
      await this.sight.takeBack(ctx, application, 'consent_withdrawn');
    }
  }

  /** What the other side sees of a stay it sees on another basis from now on: the register says since when, and on which. */
  private async restOn(ctx: Ctx, application: ApplicationRow, basis: string): Promise<void> {
    if (application.transferredAt === null) return;
    await withSystemRights(ctx, async () => {
      const subject = { kind: 'application', id: application.id };
      const crossed = (await this.transfers.of(ctx, subject)).filter(
        ({ toCountry, recipientInstitutionId }) =>
          toCountry === application.hostCountry && recipientInstitutionId === application.hostInstitutionId,
      );
      const [last] = crossed.slice(-1);
      if (!last) return;
      await this.transfers.register(ctx, {
        personId: application.applicantId,
        subject,
        fromCountry: last.fromCountry,
        toCountry: last.toCountry,
        recipientInstitutionId: last.recipientInstitutionId,
        purpose: 'stay',
        legalBasis: basis,
        fields: last.fields,
        act: 'consent.withdrawn',
      });
    });
  }

  private async outlookOf(
    ctx: Ctx,
    { purpose }: ConsentReceipt,
    application: ApplicationRow,
  ): Promise<ConsentOutlook> {
    const read = IN_ASSESSMENT.includes(application.state)
      ? await this.abroad.registered(ctx, application.id)
      : [];
    return consentOutlook(purpose, {
      state: application.state,
      transferredAt: application.transferredAt,
      assessedAbroad: read.length > 0,
      stay: (await this.ports.stay(ctx, application.id))?.standing ?? null,
    });
  }

  async asked(ctx: Ctx): Promise<readonly ConsentAsked[]> {
    const rows = await ctx.tx.find(ApplicationRow, {
      where: AT_WORK.map((state) => ({ applicantId: ctx.actor.personId ?? '', state })),
      order: { createdAt: 'ASC' },
    });
    const asked: ConsentAsked[] = [];
    for (const application of rows) {
      const subject = { kind: 'application', id: application.id };
      const inForce = await this.consents.of(ctx, subject);
      const { sections } = await this.edit.form(ctx, application);
      const named = await this.named(ctx, application.id);
      for (const consent of sections.flatMap((section): FormSection['consents'] => section.consents)) {
        if (
          inForce.some(
            ({ purpose, textVersion }) => purpose === consent.purpose && textVersion === consent.version,
          )
        )
          continue;
        asked.push({
          subjectKind: subject.kind,
          subjectId: subject.id,
          purpose: consent.purpose,
          textVersion: consent.version,
          text: this.translator.localized(ctx.language, consent.text),
          name: named?.name ?? '',
          again: inForce.some(({ purpose }) => purpose === consent.purpose),
        });
      }
    }
    return asked;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
