import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { PersonEntity } from '../data/person.entity.js';

/** The forms in which an account holds a name, by their columns. */
const COLUMNS = {
  native_given: 'nativeGiven',
  native_family: 'nativeFamily',
  latin_given: 'latinGiven',
  latin_family: 'latinFamily',
  passport_given: 'passportGiven',
  passport_family: 'passportFamily',
} as const;
export type NameField = keyof typeof COLUMNS;

/** Puts right a name in an account, in the act of whoever granted it, and with the rights of the system. */
@Injectable()
export class CorrectName {
  async current(ctx: Ctx, personId: Id, field: NameField): Promise<string | null> {
    const person = await ctx.tx.findOneBy(PersonEntity, { id: personId });
    return person?.[COLUMNS[field]] ?? null;
  }

  async run(ctx: Ctx, personId: Id, field: NameField, value: string): Promise<void> {
    await ctx.tx.update(PersonEntity, { id: personId }, { [COLUMNS[field]]: value });
  }
}
