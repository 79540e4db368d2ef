import { Injectable } from '@nestjs/common';
import { Translator } from '../../platform/i18n/translator.js';
import { LANGUAGES } from '../../shared/language.js';
import type { DecisionSubjectPort } from './subject-port.js';

/** Which module answers for which kind of subject. */
@Injectable()
export class DecisionSubjects {
  private readonly ports = new Map<string, DecisionSubjectPort>();

  constructor(private readonly translator: Translator) {}

  /** @throws where a language has no word for the kind: every page on which countries decide would fail for want of it */
  register(port: DecisionSubjectPort): void {
    for (const language of LANGUAGES) {
      this.translator.t(language, `approvals.kinds.${port.kind}`);
      if (port.conditions === 'refused') this.translator.t(language, `approvals.no_conditions.${port.kind}`);
    }
    this.ports.set(port.kind, port);
  }

  of(kind: string): DecisionSubjectPort {
    const port = this.ports.get(kind);
    if (!port) throw new Error(`nobody answers for decisions on ${kind}`);
    return port;
  }
}
