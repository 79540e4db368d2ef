import { Injectable } from '@nestjs/common';
import type { DecisionSubjectPort } from './subject-port.js';

/** Which module answers for which kind of subject. */
@Injectable()
export class DecisionSubjects {
  private readonly ports = new Map<string, DecisionSubjectPort>();

  register(port: DecisionSubjectPort): void {
    this.ports.set(port.kind, port);
  }

  of(kind: string): DecisionSubjectPort {
    const port = this.ports.get(kind);
    if (!port) throw new Error(`nobody answers for decisions on ${kind}`);
    return port;
  }
}
