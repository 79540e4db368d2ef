import type { Language } from '../../../shared/language.js';
import type { SubmittedContent } from '../../domain/submitted-content.js';
import type { OpenApplication } from '../own-application.js';
import type { SummaryGroup, SummaryRow, Words } from '../views/applicant-views.js';
import { coApplicantRows } from './present-co-applicants.js';
import { referenceRows } from './present-references.js';
import { atInstant } from './reader.js';

const MEGABYTE = 1024 * 1024;

/**
 * The content of an application, page by page in the order of its form: what was submitted, or what would be now.
 * `change`: each page leads to where it can be changed.
 */
export function presentContent(
  open: OpenApplication,
  content: SubmittedContent,
  change: boolean,
): SummaryGroup[] {
  const { file, reader } = open;
  const { translator, language } = reader;
  const href = `/applications/${file.application.id}`;
  const isForeign = content.language !== language;
  const foreign: { lang?: Language } = isForeign ? { lang: content.language } : {};
  const foreignLabel: { labelLang?: Language } = isForeign ? { labelLang: content.language } : {};
  const value = (text: string, missing: Words = { key: 'common.not_provided' }): Words => text || missing;
  const rowsOf = (id: string, kind: string): SummaryRow[] => {
    switch (kind) {
      case 'questions':
        return (content.sections.find(({ section }) => section === id)?.answers ?? []).map((answer) => ({
          label: answer.label,
          ...foreignLabel,
          value: value(answer.shown),
          ...(answer.table ? { table: answer.table } : {}),
          ...(answer.shown ? foreign : {}),
        }));
      case 'choices':
        return content.choices.map((choice) => ({
          label: {
            key: 'applications.form.choice',
            values: { rank: translator.number(language, choice.rank) },
          },
          values: [choice.institution, choice.detail],
          ...foreign,
        }));
      case 'documents':
        return content.documents.map((document) => ({
          label: document.label,
          ...foreignLabel,
          values: [
            document.fileName,
            {
              key: 'common.megabytes',
              values: {
                size: translator.number(
                  language,
                  Math.max(0.1, Math.round((document.sizeBytes / MEGABYTE) * 10) / 10),
                ),
              },
            },
          ],
          action: {
            href: `${href}/documents/${document.uploadId}/preview`,
            text: { key: 'applications.preview_document.look' },
          },
        }));
      case 'references':
        return referenceRows(open, `${href}/references`);
      case 'co_applicants':
        return coApplicantRows(open, `${href}/co_applicants`);
      default:
        return content.consents.map((consent) => {
          const purpose = `web.consents.purposes.${consent.purpose}`;
          return {
            label: translator.has(language, purpose) ? { key: purpose } : consent.purpose,
            values: [
              consent.wording,
              {
                key: 'applications.dossier.consent_given',
                values: { at: atInstant(reader, new Date(consent.givenAt)), version: consent.textVersion },
              },
            ],
            ...foreign,
          };
        });
    }
  };
  const groups = file.form.sections.map((section) => {
    const rows = rowsOf(section.id, section.kind);
    return {
      id: section.id,
      title: translator.localized(language, section.title),
      changeHref: change ? `${href}/${section.id}?from=check` : null,
      rows:
        rows.length > 0
          ? rows
          : [
              {
                label: { key: `applications.form.nothing.${section.kind}` },
                value: { key: 'common.not_provided' },
              },
            ],
    };
  });
  return content.eligibility
    ? [
        ...groups,
        {
          id: 'conditions',
          title: translator.t(language, 'calls.conditions.title'),
          changeHref: null,
          rows: content.eligibility.map(({ label, outcome }) => ({
            label,
            ...foreignLabel,
            value: { key: `applications.form.conditions.outcomes.${outcome}` },
          })),
        },
      ]
    : groups;
}
