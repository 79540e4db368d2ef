import { Injectable } from '@nestjs/common';
import { People, SignedLinks } from '../../access/public.js';
import type { DisplayName, LinkRefusal } from '../../access/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import { Uploads } from '../../documents/public.js';
import type { UploadView } from '../../documents/public.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { ANONYMOUS } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Countries, Institutions } from '../../universities/public.js';
import type { InstitutionView } from '../../universities/public.js';
import type { ReferenceLetterRow } from '../data/reference-letter.entity.js';
import type { ReferenceRequestRow } from '../data/reference-request.entity.js';
import { ReferencesRepository } from '../data/references.repository.js';
import { LETTER_FILE, LETTER_PURPOSE, REFERENCE } from '../domain/reference.js';

/** What the holder of a link sees: who asks, for what, until when, what is written so far, what became of it. */
export interface LetterOnDesk {
  readonly reference: ReferenceRequestRow;
  /** What was written so far, or handed in; null before the first save. */
  readonly letter: ReferenceLetterRow | null;
  readonly file: UploadView | null;
  readonly applicant: DisplayName;
  readonly call: CallView;
  readonly homeInstitution: InstitutionView | null;
  /** Of the call, and of the applicant's country. */
  readonly zones: readonly [string, ...string[]];
  /** Why the link can do nothing now; null where it can. */
  readonly refusal: LinkRefusal | null;
}

/** Opens a letter of reference for whoever holds its link. Nothing is used up and nothing is changed. */
@Injectable()
export class LetterDesk {
  constructor(
    private readonly database: Database,
    private readonly links: SignedLinks,
    private readonly references: ReferencesRepository,
    private readonly applications: ApplicationsRepository,
    private readonly calls: Calls,
    private readonly people: People,
    private readonly institutions: Institutions,
    private readonly countries: Countries,
    private readonly uploads: Uploads,
  ) {}

  /** @throws DomainError `link_unknown`, `link_other_purpose`, or `own_letter` for the applicant */
  async look(request: RequestContext, token: string): Promise<LetterOnDesk> {
    const { link, refusal } = await this.links.recognise(request, token, LETTER_PURPOSE);
    return this.database.read({ ...request, actor: link.actor }, async (ctx) => {
      const reference = await this.references.find(ctx, link.subject.id);
      const letter = await this.references.letter(ctx, reference.id);
      const files = await this.uploads.current(ctx, { kind: REFERENCE, id: reference.id });
      // Of the application a referee sees no more than who asks, and for which call.
      const about = await withSystemRights(ctx, async () => {
        const application = await this.applications.find(ctx, reference.applicationId);
        requireAnother(request, application);
        const call = await this.calls.byId(ctx, application.callId);
        if (!call) throw new DomainError('not_found');
        const names = await this.people.displayNames(ctx, [application.applicantId]);
        const applicant = names.get(application.applicantId);
        if (!applicant) throw new DomainError('not_found');
        const { homeInstitutionId } = application;
        const home = await this.countries.byCode(ctx, application.homeCountry);
        return {
          call,
          applicant,
          homeInstitution: homeInstitutionId ? await this.institutions.byId(ctx, homeInstitutionId) : null,
          zones: [...new Set([call.timeZone, home.timeZone])] as [string, ...string[]],
        };
      });
      return {
        reference,
        letter,
        file: files.find(({ requirement }) => requirement === LETTER_FILE) ?? null,
        ...about,
        refusal,
      };
    });
  }

  /**
   * The file that came with the letter, for whoever gave it and while they write: a mail that is forwarded afterwards gives
   * no letter away.
   * @throws DomainError as `look`, and the reason for which the link can do nothing any more
   */
  async file(request: RequestContext, token: string): ReturnType<Uploads['open']> {
    const { link, refusal } = await this.links.recognise(request, token, LETTER_PURPOSE);
    if (refusal) throw new DomainError('too_late', { reason: refusal });
    const subject = { kind: REFERENCE, id: link.subject.id };
    return this.database.read({ ...request, actor: link.actor }, async (ctx) => {
      const reference = await this.references.find(ctx, link.subject.id);
      requireAnother(
        request,
        await withSystemRights(ctx, () => this.applications.find(ctx, reference.applicationId)),
      );
      const [file] = await this.uploads.current(ctx, subject);
      if (!file) throw new DomainError('not_found');
      return this.uploads.open(ctx, subject, file.id);
    });
  }
}

/** Nobody writes about themselves, whoever's address the link was sent to. */
export function requireAnother(
  { actor }: Pick<RequestContext, 'actor'>,
  { applicantId }: { readonly applicantId: string },
): void {
  if (actor.personId === applicantId) throw new DomainError('forbidden', { reason: 'own_letter' });
}

/** As whoever holds the link, although somebody may be signed in: it is the referee who writes, and not an office. */
export function asHolder(request: RequestContext): RequestContext {
  return { ...request, actor: ANONYMOUS };
}
