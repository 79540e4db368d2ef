import { Injectable } from '@nestjs/common';
import type { GateSubjectPort } from './subject-port.js';

/** Which module answers for which kind of subject. */
@Injectable()
export class GateSubjects {
  private readonly ports = new Map<string, GateSubjectPort>();

  register(port: GateSubjectPort): void {
    this.ports.set(port.kind, port);
  }

  of(kind: string): GateSubjectPort {
    const port = this.ports.get(kind);
    if (!port) throw new Error(`nobody answers for gates on ${kind}`);
    return port;
  }
}
