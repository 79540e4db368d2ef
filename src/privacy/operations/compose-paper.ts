import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { Translator } from '../../platform/i18n/translator.js';
import { isLanguage } from '../../shared/language.js';
import type { Language } from '../../shared/language.js';
import type { PaperBlock, PaperRow, PersonPaper } from '../domain/person-paper.js';
import type { PersonRecord, PersonValue } from '../domain/person-record.js';

/** Codes with words of their own, by the part of the record and the key that holds them. */
const WORDS: Readonly<Record<string, string>> = {
  'roles.role': 'roles',
  'proposedRoles.role': 'roles',
  'applications.state': 'applications.states',
  'transfers.act': 'audit',
  'references.state': 'record_states.reference',
  'coApplicants.state': 'record_states.co_applicant',
  'coApplications.state': 'record_states.co_applicant',
  'interviews.state': 'record_states.interview',
  'nominations.state': 'applications.states.nomination',
  'consents.purpose': 'web.consents.purposes',
  'references.relation': 'referees.relations',
  'stays.state': 'record_states.mobility',
  'appeals.state': 'record_states.appeal',
  'appeals.subject': 'appeals.subjects',
  'appeals.ground': 'appeals.grounds',
  'appeals.stage': 'appeals.stages',
  'appeals.inadmissibleCode': 'appeals.inadmissible',
};
/** For machines: they lead somebody who reads to nothing. */
const UNREAD =
  /^(id|.*Id|subjectKind|revision|value|question|section|requirement|formVersion|issuer|content)$/;
/** What a record is called by, the first that it has. */
const NAMES = ['callTitle', 'title', 'label', 'name', 'fileName'] as const;
/** So many acts are set on paper. */
const MOST_ACTS = 500;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** Writes the record of a person as words and lines; it tells nothing that the record does not hold. */
@Injectable()
export class ComposePaper {
  constructor(
    @Inject(Translator) private readonly translator: Translator,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  of(language: Language, issuedAt: Date, parts: PersonRecord): PersonPaper {
    const say = (key: string) => this.translator.t(language, `privacy.paper.${key}`);
    const { person } = parts;
    return {
      language,
      issuedAt: issuedAt.toISOString(),
      title: say('title'),
      name: isRecord(person) ? `${wordOf(person.nativeGiven)} ${wordOf(person.nativeFamily)}` : '',
      lead: [
        this.translator.t(language, 'privacy.paper.made', {
          date: this.translator.dateTime(language, issuedAt, 'UTC'),
        }),
        say('lead'),
      ],
      parts: Object.entries(parts).map(([part, value]) => ({
        heading: say(`parts.${part}`),
        none: say('none'),
        blocks: this.blocksOf(language, part, value),
      })),
      pageOf: this.translator.t(language, 'documents.pageOf'),
      ...(this.settings.demonstration
        ? { notice: this.translator.t(language, 'documents.demonstration') }
        : {}),
    };
  }

  private blocksOf(language: Language, part: string, value: PersonValue): PaperBlock[] {
    if (isRecord(value)) return this.blocks(language, part, value, 0, '');
    const items = Array.isArray(value) ? (value as readonly PersonValue[]) : [];
    if (items.length > 0 && items.every(isAct)) {
      return [{ level: 0, heading: '', rows: this.acts(language, items) }];
    }
    return items.flatMap((each, index) =>
      isRecord(each) ? this.blocks(language, part, each, 0, this.headingOf(language, each, index)) : [],
    );
  }

  /** Of a long record the youngest: a paper of thousands of lines is read by nobody. */
  private acts(language: Language, acts: readonly Act[]): PaperRow[] {
    const shown = acts.slice(-MOST_ACTS).map(({ at, action, by }) => ({
      label: this.text(language, 'acts', 'at', at),
      text: `${this.actIn(language, action)} · ${this.byIn(language, by)}`,
    }));
    return acts.length > shown.length
      ? [{ label: '…', text: this.translator.t(language, 'privacy.paper.more') }, ...shown]
      : shown;
  }

  private actIn(language: Language, action: string): string {
    for (const key of [`audit.${action}`, `applications.dossier.events.${action}`]) {
      if (this.translator.has(language, key)) return this.translator.t(language, key);
    }
    return action;
  }

  private byIn(language: Language, by: string): string {
    for (const key of [`privacy.paper.codes.by.${by}`, `roles.${by}`]) {
      if (this.translator.has(language, key)) return this.translator.t(language, key);
    }
    return by;
  }

  private blocks(
    language: Language,
    part: string,
    record: PersonRecord,
    level: number,
    heading: string,
  ): PaperBlock[] {
    const rows: PaperRow[] = [];
    const deeper: PaperBlock[] = [];
    for (const [key, value] of Object.entries(record)) {
      if (UNREAD.test(key) || value === null || value === undefined || value === '') continue;
      if (typeof value === 'string' && isNameIn(heading, key, value)) continue;
      const label = this.label(language, key);
      if (Array.isArray(value)) {
        const items = value as readonly PersonValue[];
        const answers = items.filter(isAnswer);
        if (items.length === 0) continue;
        if (answers.length === items.length) {
          rows.push(...answers.map((answer) => ({ label: answer.label, text: answer.shown })));
        } else if (items.every(isAct)) {
          deeper.push({ level: level + 1, heading: label, rows: this.acts(language, items) });
        } else if (items.some(isRecord)) {
          for (const [index, item] of items.entries()) {
            if (!isRecord(item)) continue;
            const name = `${label}: ${this.headingOf(language, item, index)}`;
            deeper.push(...this.blocks(language, key, item, level + 1, name));
          }
        } else {
          rows.push({ label, text: items.map((item) => this.text(language, part, key, item)).join(', ') });
        }
      } else if (isRecord(value)) {
        deeper.push(...this.blocks(language, key, value, level + 1, label));
      } else {
        rows.push({ label, text: this.text(language, part, key, value) });
      }
    }
    return [{ level, heading, rows }, ...deeper];
  }

  /** By what a person would call it; else by its place. */
  private headingOf(language: Language, record: PersonRecord, index: number): string {
    for (const key of NAMES) {
      const value = record[key];
      if (typeof value === 'string' && value !== '') return value;
    }
    return this.translator.number(language, index + 1);
  }

  private label(language: Language, key: string): string {
    const words = `privacy.paper.fields.${key}`;
    return this.translator.has(language, words) ? this.translator.t(language, words) : key;
  }

  private text(language: Language, part: string, key: string, value: PersonValue): string {
    if (value instanceof Date) return this.translator.dateTime(language, value, 'UTC');
    if (typeof value === 'boolean') return this.translator.t(language, `common.${value ? 'yes' : 'no'}`);
    if (typeof value === 'number') return this.translator.number(language, value);
    if (typeof value !== 'string') return '';
    if (INSTANT.test(value)) return this.translator.dateTime(language, new Date(value), 'UTC');
    if (key === 'language' || key === 'nativeLanguage') {
      return isLanguage(value) ? this.translator.languageName(language, value) : value;
    }
    if (/country$/i.test(key)) return this.translator.countryName(language, value);
    const words = `${WORDS[`${part}.${key}`] ?? `privacy.paper.codes.${key}`}.${value}`;
    return /^[a-z_.]+$/.test(value) && this.translator.has(language, words)
      ? this.translator.t(language, words)
      : value;
  }
}

function isRecord(value: PersonValue): value is PersonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** A question with what was answered. */
function isAnswer(value: PersonValue): value is { readonly label: string; readonly shown: string } {
  return isRecord(value) && typeof value.label === 'string' && typeof value.shown === 'string';
}

interface Act {
  readonly at: string;
  readonly action: string;
  readonly by: string;
}

/** One entry of what was done. */
function isAct(value: PersonValue): value is Act & PersonRecord {
  return isRecord(value) && [value.at, value.action, value.by].every((each) => typeof each === 'string');
}

function wordOf(value: PersonValue): string {
  return typeof value === 'string' ? value : '';
}

/** Whether the heading has said it. */
function isNameIn(heading: string, key: string, value: string): boolean {
  return NAMES.some((name) => name === key) && heading.endsWith(value);
}
