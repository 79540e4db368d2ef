import { Inject, Injectable } from '@nestjs/common';
import { institutionsIn } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Detour } from '../../platform/http/detour.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { Countries, Institutions, institutionName } from '../../universities/public.js';
import { EDITABLE_STATES } from '../domain/application.states.js';
import { ApplicationFiles } from '../operations/application-file.js';
import type { ApplicationFile } from '../operations/application-file.js';
import type { OfficeNames } from './presenters/present-custody.js';
import { readerOf } from './presenters/reader.js';
import type { Reader } from './presenters/reader.js';

/** An application as a page about it needs it: the file, the names of its offices, the clocks, the reader's language. */
export interface OpenApplication {
  readonly file: ApplicationFile;
  readonly names: OfficeNames;
  readonly reader: Reader;
  /** Language of the applicant's country, in which their own name is written. */
  readonly homeLanguage: Language;
  /** Names of the institutions that the conditions of the call name. */
  readonly conditionNames: ReadonlyMap<Id, string>;
}

/** Opens an application for its pages. */
@Injectable()
export class OpenApplications {
  constructor(
    @Inject(ApplicationFiles) private readonly files: ApplicationFiles,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  /** For its applicant. Somebody else who may read it is led to the page of the offices. */
  async own(ctx: Ctx, applicationId: string): Promise<OpenApplication> {
    const open = await this.open(ctx, applicationId);
    if (!isOwn(ctx, open.file)) throw new Detour(`/applications/${applicationId}/review`);
    return open;
  }

  /** @throws DomainError `not_found` where the actor may not read it. */
  async open(ctx: Ctx, applicationId: string): Promise<OpenApplication> {
    const file = await this.files.load(ctx, applicationId);
    const { application, call } = file;
    const home = await this.countries.byCode(ctx, application.homeCountry);
    const host = application.hostCountry ? await this.countries.find(ctx, application.hostCountry) : null;
    const { homeInstitutionId, hostInstitutionId } = application;
    const institutions = await this.institutions.byIds(
      ctx,
      [homeInstitutionId, hostInstitutionId].filter((id) => id !== null),
    );
    const named = (id: Id | null) => {
      const institution = id ? institutions.get(id) : undefined;
      return institution ? institutionName(ctx.language, institution) : null;
    };
    return {
      file,
      names: {
        homeInstitution: named(homeInstitutionId),
        hostInstitution: named(hostInstitutionId),
        homeMinistry: this.translator.localized(ctx.language, home.ministry),
        hostMinistry: host && this.translator.localized(ctx.language, host.ministry),
      },
      reader: readerOf(this.translator, ctx, call, home.timeZone),
      homeLanguage: home.language,
      conditionNames: await this.institutions.names(ctx, institutionsIn(file.form.eligibility)),
    };
  }
}

export function isOwn(ctx: Ctx, file: ApplicationFile): boolean {
  return ctx.actor.personId === file.application.applicantId;
}

/** Whether its applicant can change it, or what was returned of it. */
export function isEditable({ application }: ApplicationFile): boolean {
  return EDITABLE_STATES.includes(application.state);
}
