import type { INestApplication } from '@nestjs/common';
import type pg from 'pg';
import {
  ApplicationFiles,
  AttachDocument,
  GiveConsents,
  SaveSection,
  StartApplication,
} from '../../src/applications/public.js';
import { Database } from '../../src/platform/database/database.js';
import type { RequestContext } from '../../src/shared/request-context.js';

const EXAMPLES: Readonly<Record<string, string>> = {
  date: '27 3 2003',
  country: 'RS',
  email: 'ana@example.org',
  phone: '+381 11 123 4567',
  number: '2',
  person: JSON.stringify({ name: 'Ана', role: 'ментор', institution: 'ФОН', email: 'ana@example.org' }),
  long_text: 'Желим да учим преко моста.',
};

/**
 * Starts an application to a call and answers all that its form asks; it is left to be submitted. Returns its id.
 * @param choices places in the applicant's order; none: the first that there is
 * @param said answers that are not the first that there is, by question
 */
export async function fillApplication(
  app: INestApplication,
  owner: pg.Client,
  student: RequestContext,
  slug: string,
  pdf: string,
  choices: readonly string[] = [],
  said: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { id } = await app.get(StartApplication).run(student, slug);
  const file = await app.get(Database).read(student, (ctx) => app.get(ApplicationFiles).load(ctx, id));
  const { rows } = await owner.query<{ id: string }>(
    'select p.id from call_places p join calls c on c.id = p.call_id where c.slug = $1',
    [slug],
  );
  for (const section of file.form.sections) {
    const revision = file.sections.get(section.id)?.revision ?? 0;
    const typed: Record<string, string> = { ...file.sections.get(section.id)?.answers };
    for (const question of section.questions) {
      if (question.type === 'table' || question.type === 'identifier') continue;
      typed[question.id] ??=
        said[question.id] ?? question.options?.[0]?.value ?? EXAMPLES[question.type] ?? 'ANA';
    }
    if (section.kind === 'choices') {
      const wished = choices.length > 0 ? choices : [rows[0]?.id ?? ''];
      wished.forEach((place, index) => (typed[`choice_${index + 1}`] = place));
    }
    if (section.kind === 'questions' || section.kind === 'choices') {
      await app.get(SaveSection).run(student, id, section.id, typed, revision);
    }
    for (const document of section.documents.filter(({ required }) => required)) {
      await app.get(AttachDocument).attach(student, id, document.id, { path: pdf, fileName: 'Индекс.pdf' });
    }
    if (section.kind === 'consents') {
      const purposes = section.consents.map(({ purpose }) => purpose);
      await app.get(GiveConsents).run(student, id, section.id, purposes);
    }
  }
  return id;
}
