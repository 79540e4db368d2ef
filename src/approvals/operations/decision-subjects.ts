import { Injectable } from '@nestjs/common';
import { Translator } from '../../platform/i18n/translator.js';
import { LANGUAGES } from '../../shared/language.js';
import type { Ctx } from '../../platform/database/context.js';
import type { SubjectName, SubjectRef } from '../domain/subject.js';
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

  /** What these are called, by their ids: one question for each kind, all asked together. Absent: what the reader may not see. */
  async names(ctx: Ctx, subjects: readonly SubjectRef[]): Promise<ReadonlyMap<string, SubjectName>> {
    const ids = new Map<string, Set<string>>();
    for (const { kind, id } of subjects) ids.set(kind, (ids.get(kind) ?? new Set()).add(id));
    const found = await Promise.all(
      [...ids].map(([kind, those]) => this.of(kind).name(ctx, ctx.language, [...those])),
    );
    return new Map(found.flatMap((names) => [...names]));
  }
}
