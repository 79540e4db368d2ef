import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OpenApplications } from '../../applications/public.js';
import { Uploads } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { FormFields } from '../../platform/http/session-data.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { DomainError } from '../../shared/domain-error.js';
import { ReferencesRepository } from '../data/references.repository.js';
import { REFERENCE } from '../domain/reference.js';
import { referenceStates } from '../domain/reference.states.js';
import { referencesPolicy } from '../domain/references.policy.js';
import { AskReferees } from '../operations/ask-referees.js';
import type { Referee } from '../operations/ask-referees.js';
import { factsOf } from '../operations/reference-record.js';
import { ReadLetters } from '../operations/read-letters.js';
import {
  presentLetter,
  presentReferences,
  presentReplace,
  requirementOf,
} from './presenters/present-references.js';
import type { OpenReferences } from './presenters/present-references.js';

const TITLE = { key: 'referees.ask.title' } as const;

/** References in the file of an application: the applicant's page, and the letters for those who may read them. */
@ApiExcludeController()
@Controller('applications')
export class ReferencePagesController {
  constructor(
    private readonly database: Database,
    private readonly applications: OpenApplications,
    private readonly references: ReferencesRepository,
    private readonly ask: AskReferees,
    private readonly letters: ReadLetters,
    private readonly uploads: Uploads,
  ) {}

  @Get(':id/references')
  @Can('reference.read')
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const opened = await this.own(ctx, id);
      const stash = web.takeStash();
      return listPage(opened, stash && refereeIn(stash), null);
    });
  }

  @Post(':id/references')
  @Can('reference.invite')
  async invite(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = refereeIn(web.body);
    try {
      await this.ask.invite(web.ctx, id, typed);
    } catch (error) {
      const refusal = told(error);
      return this.database.read(web.ctx, async (ctx) => listPage(await this.own(ctx, id), typed, refusal));
    }
    return redirect(`/applications/${id}/references`, {
      flash: { kind: 'success', key: 'referees.ask.invited' },
    });
  }

  @Post(':id/references/:reference/remind')
  @Can('reference.remind')
  remind(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('reference') reference: string,
  ): Promise<Redirect> {
    return this.lead(web, id, reference, 'reminded', (own) => this.ask.remind(web.ctx, own));
  }

  @Post(':id/references/:reference/withdraw')
  @Can('reference.withdraw')
  withdraw(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('reference') reference: string,
  ): Promise<Redirect> {
    return this.lead(web, id, reference, 'withdrawn', (own) => this.ask.withdraw(web.ctx, own));
  }

  @Get(':id/references/:reference/replace')
  @Can('reference.read')
  askToReplace(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('reference') referenceId: string,
  ): Promise<View | Redirect> {
    return this.replacePage(web, id, referenceId, null, null);
  }

  @Post(':id/references/:reference/replace')
  @Can('reference.replace')
  async replace(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('reference') referenceId: string,
  ): Promise<View | Redirect> {
    const typed = refereeIn(web.body);
    try {
      await this.ask.replace(web.ctx, await this.ofApplication(web, id, referenceId), typed);
    } catch (error) {
      return this.replacePage(web, id, referenceId, typed, told(error));
    }
    return redirect(`/applications/${id}/references`, {
      flash: { kind: 'success', key: 'referees.ask.invited' },
    });
  }

  @Get(':id/references/:reference/letter')
  @Can('application.read_references')
  letter(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('reference') referenceId: string,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const readable = await this.letters.one(ctx, id, referenceId);
      const open = await this.applications.open(ctx, id);
      return view('referees/read.njk', presentLetter(open, readable), {
        title: { key: 'referees.read.title' },
      });
    });
  }

  @Get(':id/references/:reference/letter.pdf')
  @Can('application.read_references')
  async file(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('reference') referenceId: string,
  ): Promise<FileResult> {
    const file = await this.database.read(web.ctx, async (ctx) => {
      const { upload, reference } = await this.letters.one(ctx, id, referenceId);
      if (!upload) throw new DomainError('not_found');
      return this.uploads.open(ctx, { kind: REFERENCE, id: reference.id }, upload.id);
    });
    return answerFile({
      content: await file.content(),
      contentType: file.mediaType,
      fileName: file.fileName,
      length: file.sizeBytes,
    });
  }

  /** A small act with a button of its own: back to the page, which says what happened or why it did not. */
  private async lead(
    web: WebRequest,
    id: string,
    referenceId: string,
    done: string,
    act: (referenceId: string) => Promise<void>,
  ): Promise<Redirect> {
    const page = `/applications/${id}/references`;
    try {
      await act(await this.ofApplication(web, id, referenceId));
    } catch (error) {
      const { reason, values } = told(error);
      return redirect(page, { flash: { kind: 'information', key: `reasons.${reason}`, values } });
    }
    return redirect(page, { flash: { kind: 'success', key: `referees.ask.${done}` } });
  }

  private replacePage(
    web: WebRequest,
    id: string,
    referenceId: string,
    typed: Referee | null,
    error: DomainError | null,
  ): Promise<View | Redirect> {
    return this.database.read(web.ctx, async (ctx) => {
      const reference = await this.references.find(ctx, referenceId);
      const { file } = await this.applications.open(ctx, id);
      if (reference.applicationId !== file.application.id) throw new DomainError('not_found');
      const facts = factsOf(reference, file.application);
      // Offices have no page beside this one: to them it is not there.
      authorise(ctx, referencesPolicy, 'reference.read', facts, 'reference.read');
      const opened = await this.own(ctx, id);
      if (!error && !referenceStates.allows(reference.state, 'replace')) {
        return redirect(`/applications/${id}/references`);
      }
      return view('referees/replace.njk', presentReplace(opened, reference, { typed, error }), {
        title: { key: 'referees.ask.replace_title' },
        ...(error ? { status: STATUS[error.code] } : {}),
      });
    });
  }

  /** The id of a reference of this very application: what the address says is what is acted on. */
  private ofApplication(web: WebRequest, id: string, referenceId: string): Promise<string> {
    return this.database.read(web.ctx, async (ctx) => {
      const reference = await this.references.find(ctx, referenceId);
      if (reference.applicationId !== id) throw new DomainError('not_found');
      return reference.id;
    });
  }

  private async own(ctx: Ctx, id: string): Promise<OpenReferences> {
    const open = await this.applications.own(ctx, id);
    const requirement = requirementOf(open);
    if (!requirement) throw new DomainError('not_found');
    return { open, requirement, asked: await this.references.of(ctx, open.file.application.id) };
  }
}

function listPage(opened: OpenReferences, typed: Referee | null, error: DomainError | null): View {
  return view('referees/references.njk', presentReferences(opened, { typed, error }), {
    title: TITLE,
    ...(error ? { status: STATUS[error.code] } : {}),
  });
}

/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly string[] = ['invalid', 'conflict', 'too_late', 'wrong_state'];

function told(error: unknown): DomainError {
  if (error instanceof DomainError) {
    if (TOLD.includes(error.code) || error.reason === 'application_settled') return error;
  }
  throw error;
}

function refereeIn(fields: FormFields): Referee {
  const text = (name: string) => {
    const value = fields[name];
    return (typeof value === 'string' ? value : value?.at(-1)) ?? '';
  };
  return { name: text('name'), email: text('email'), relation: text('relation'), language: text('language') };
}
