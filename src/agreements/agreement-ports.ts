import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import type { Id } from '../shared/ids.js';
import type { LocalizedText } from '../shared/language.js';

/** A call that draws its places from an agreement. */
export interface DrawingCall {
  readonly slug: string;
  readonly title: LocalizedText;
  readonly academicYear: string;
  readonly stayUntil: string;
  /** Places that it offers, and how many of them somebody holds. */
  readonly places: number;
  readonly taken: number;
}

export interface FieldOfStudy {
  readonly code: string;
  readonly name: LocalizedText;
}

/** What rooms to the right tell about agreements. Each registers itself when it begins. */
@Injectable()
export class AgreementPorts {
  /** Published calls that draw from an agreement, the latest first. */
  calls: (ctx: Ctx, agreementId: Id) => Promise<readonly DrawingCall[]> = () => Promise.resolve([]);
  /** The page on which the exchange under an agreement stands, for whoever may read it. */
  balanceHref: (ctx: Ctx, agreementId: Id) => string | null = () => null;
  /** Fields of study by ISCED-F 2013, as a form offers them. */
  fieldsOfStudy: () => readonly FieldOfStudy[] = () => [];
}
