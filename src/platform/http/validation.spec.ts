import { describe, expect, it } from '@jest/globals';
import { IsEmail, MaxLength, getMetadataStorage } from 'class-validator';
import { parseForm } from './validation.js';

class Note {
  @MaxLength(3)
  text: string;
}

class Letter extends Note {
  @IsEmail()
  to: string;
}

/** A rule of its own in place of the one that it inherits. */
class Telegram extends Note {
  @MaxLength(1)
  override text: string;
}

const problemsOf = (dto: typeof Note | typeof Letter | typeof Telegram, body: Record<string, string>) =>
  parseForm<Note>(dto, body).problems.map(({ field, problem, values }) => ({ field, problem, ...values }));

describe('the rules of a class', () => {
  it('are its own and those that it inherits, each time', () => {
    for (let time = 0; time < 2; time++) {
      expect(problemsOf(Letter, { text: 'long', to: 'nobody' })).toEqual([
        { field: 'to', problem: 'not_email' },
        { field: 'text', problem: 'too_long', max: 3 },
      ]);
      expect(problemsOf(Note, { text: 'long' })).toEqual([{ field: 'text', problem: 'too_long', max: 3 }]);
      expect(problemsOf(Telegram, { text: 'lo' })).toEqual([{ field: 'text', problem: 'too_long', max: 1 }]);
    }
  });

  it('are looked for once', () => {
    const storage = getMetadataStorage();
    const asked = [undefined as unknown as string, false, false] as const;
    const rules = storage.getTargetValidationMetadatas(Letter, ...asked);
    expect(rules.map(({ propertyName }) => propertyName)).toEqual(['to', 'text']);
    expect(storage.getTargetValidationMetadatas(Letter, ...asked)).toBe(rules);
  });

  it('are looked for anew where somebody asks by groups', () => {
    const storage = getMetadataStorage();
    const byGroup = () =>
      storage.getTargetValidationMetadatas(Letter, undefined as unknown as string, false, true, ['one']);
    expect(byGroup()).toEqual([]);
  });
});
