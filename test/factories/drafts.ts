import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { PDFDocument } from 'pdf-lib';
import type pg from 'pg';
import type { Clock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { applicantActing } from './acting.js';
import { fillApplication } from './fill-application.js';
import { insertRows, personRow } from './rows.js';

export interface Draft {
  readonly request: RequestContext;
  readonly id: Id;
}

/** Complete drafts of students, each of another one. */
export interface Drafts {
  /** Somebody who has never applied. */
  student(): Promise<RequestContext>;
  /** An application to this call with all that its form asks, of another student or of this one; it is left to be submitted. */
  draft(slug: string, of?: RequestContext): Promise<Draft>;
  /** Removes the document that they gave. */
  end(): void;
}

/** @param homeInstitution where they study */
export async function draftsOf(
  { app, owner }: { readonly app: INestApplication; readonly owner: pg.Client },
  homeInstitution: Id,
  clock: Clock,
): Promise<Drafts> {
  const scratch = mkdtempSync(join(tmpdir(), 'most-drafts-'));
  const pdf = await PDFDocument.create();
  pdf.addPage();
  const transcript = join(scratch, 'transcript.pdf');
  writeFileSync(transcript, await pdf.save());
  const drafts: Drafts = {
    async student() {
      const id = newId();
      await insertRows(owner, 'persons', [{ ...personRow(id, 'RS'), home_institution_id: homeInstitution }]);
      return applicantActing(id, clock);
    },
    async draft(slug, of) {
      const request = of ?? (await drafts.student());
      return { request, id: await fillApplication(app, owner, request, slug, transcript) };
    },
    end() {
      rmSync(scratch, { recursive: true, force: true });
    },
  };
  return drafts;
}
