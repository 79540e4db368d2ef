import { Injectable } from '@nestjs/common';
import { redirect } from '../../../platform/http/page.js';
import type { Message, Redirect, ViewOptions } from '../../../platform/http/page.js';
import { STATUS } from '../../../platform/http/error-status.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { ErrorCode } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import type { Step } from '../../domain/form-editing.js';
import type { FormDefinition } from '../../domain/form.js';
import { EditCall } from '../../operations/edit-call.js';
import { EditorShell } from './editor-shell.js';
import type { Editor } from './editor-shell.js';
import type { ComposerEntries } from './composer-entries.js';

/** Refusals after which a page comes back with what was typed. */
const KEPT: readonly ErrorCode[] = ['invalid', 'stale', 'conflict'];

/** The refusal with which a page comes back; any other has no page to come back to. */
export function refusalOf(error: unknown): DomainError {
  if (error instanceof DomainError && KEPT.includes(error.code)) return error;
  throw error;
}

/** Refuses what was typed with the problems that were found in it. */
export function requireSound({ problems }: ComposerEntries): void {
  if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
}

/** The step that was pressed: an arrow up or down. */
export function stepPressed(web: WebRequest): Step {
  return web.body.step === 'up' ? 'up' : 'down';
}

/** Title and status of a page of the composer. */
export function pageOptions(title: Message, error: DomainError | null): ViewOptions {
  return { title, ...(error ? { status: STATUS[error.code] } : {}) };
}

/** Acts on the form of a draft: what was read, changed by a pure function, and kept if nobody else was first. */
@Injectable()
export class FormEdits {
  constructor(
    private readonly shell: EditorShell,
    private readonly editCall: EditCall,
  ) {}

  /**
   * @param step the page that the act belongs to
   * @throws DomainError `stale` where the page was opened on an older version; whatever the edit refuses
   */
  async edit(
    web: WebRequest,
    id: Id,
    step: 'form' | 'conditions',
    change: (form: FormDefinition, editor: Editor) => FormDefinition,
  ): Promise<void> {
    const editor = await this.shell.load(web, id, step);
    const version = Number(web.body.version);
    if (version !== editor.version) throw new DomainError('stale');
    await this.editCall.editCall(web.ctx, id, version, { form: change(editor.form, editor) });
  }

  /** An act of one press: a refusal leads back to where it was pressed, with the reason. */
  async press(
    web: WebRequest,
    id: Id,
    step: 'form' | 'conditions',
    back: string,
    change: (form: FormDefinition, editor: Editor) => FormDefinition,
  ): Promise<Redirect> {
    try {
      await this.edit(web, id, step, change);
      return redirect(back);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'stale')
        return redirect(back, { flash: { kind: 'error', key: 'calls.composer.stale_act' } });
      if (error.code !== 'conflict') throw error;
      return redirect(back, { flash: { kind: 'error', key: `reasons.${error.reason}` } });
    }
  }
}
