import { createHash } from 'node:crypto';

/**
 * A function of the owner of the database that answers at once what several people ask of what is their own, or writes it:
 * `(persons uuid[], asked jsonb)`, of each who asks it and the values of their questions, in the same order. It looks at the
 * right of each by itself, as the walls would. Of what it reads it has one row for each who is answered, with their `place`
 * from 1 on; it is the answer to each of their questions.
 */
export interface Door {
  /** The fingerprint of the statements that it takes the place of (see `fingerprintOf`). Others are none of its business. */
  readonly of: string;
  readonly by: string;
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Written with what the act writes next (see `Carriage`). */
  readonly rides?: string;
}
type Row = Record<string, unknown>;
/** Asks the one transaction that all of them share. */
type Ask = (statement: { readonly text: string; readonly values: unknown[] }) => Promise<readonly Row[]>;

interface Question extends Statement {
  readonly answer: (rows: readonly Row[]) => void;
  readonly refuse: (error: Error) => void;
}

/** Whoever asks for what there is no door for, or what a door does not answer, goes by themselves. */
class GoesAlone extends Error {
  constructor() {
    super('this is not asked in company: the act is done again by itself');
  }
}

/** What became of an act: done but for what it writes; refused; or to be done by itself, as if it had never begun. */
export type Outcome =
  { readonly done: true; readonly value: unknown } | { readonly done: false; readonly error: unknown } | null;

/** One of several whose acts go together. Each is the same act that it would be alone, and does not know of the others. */
export class Member {
  /** What they wait for. */
  private readonly asked: Question[] = [];
  private readonly written: Statement[] = [];
  private gone = false;
  private beingAnswered = false;
  private ended = false;

  constructor(
    readonly personId: string,
    private readonly doors: readonly Door[],
    private readonly heard: () => void,
  ) {}

  /** In the place of the connection. */
  query(asked: string | Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const statement = typeof asked === 'string' ? { text: asked, values } : asked;
    if (this.gone || this.ended || this.beingAnswered) return Promise.reject(this.leave());
    if (statement.rides !== undefined) {
      this.written.push(statement);
      return Promise.resolve([]);
    }
    // What was written would not be seen by what is asked after it.
    if (this.wrote) return Promise.reject(this.leave());
    return new Promise((answer, refuse) => {
      this.asked.push({ ...statement, answer, refuse });
      this.heard();
    });
  }

  /** They go by themselves, whatever becomes of the act here. */
  leave(): Error {
    this.gone = true;
    const error = new GoesAlone();
    for (const { refuse } of this.asked.splice(0)) refuse(error);
    return error;
  }

  /** Their act has come to its end; what it wrote can be written if there is a door for it. */
  end(done: boolean): void {
    if (done && (this.waits || (this.wrote && !this.doorTo(this.written)))) this.leave();
    this.ended = true;
  }

  get waits(): boolean {
    return this.asked.length > 0;
  }

  get wrote(): boolean {
    return this.written.length > 0;
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  get goesAlone(): boolean {
    return this.gone;
  }

  /** What they wait for; from now on until it is answered they can ask nothing else. */
  put(): Turn {
    this.beingAnswered = true;
    return { member: this, door: this.doorTo(this.asked), values: this.asked.map(({ values }) => values) };
  }

  /** What they wrote. */
  writes(): Turn {
    return {
      member: this,
      door: this.doorTo(this.written),
      values: this.written.map(({ values }) => values),
    };
  }

  /** The answer to what they wait for. */
  take(row: Row): void {
    this.beingAnswered = false;
    for (const { answer } of this.asked.splice(0)) answer([row]);
  }

  private doorTo(statements: readonly Statement[]): Door | undefined {
    const fingerprint = fingerprintOf(statements.map(({ text }) => text));
    return this.doors.find((door) => door.of === fingerprint);
  }
}

/** What one of a company asks or writes in one step, and of which door. */
interface Turn {
  readonly member: Member;
  readonly door: Door | undefined;
  readonly values: readonly (readonly unknown[])[];
}

/**
 * Acts of several people that go through one transaction in step: what each asks waits until all of them have asked, and is asked
 * for all at once; what each writes is written for all at once when the last has ended. There is no second way to do an act:
 * a door takes the place of statements by their text, and where there is none for them the act is done again by itself.
 */
export class Company {
  private readonly members: Member[] = [];
  private looking = false;
  private answering = false;
  /** Why nobody can be answered any more. */
  private broken: { readonly error: unknown } | null = null;

  constructor(private readonly ask: Ask) {}

  /** Runs all of them, until each has ended. Whoever is refused has written nothing. */
  async run(
    acts: readonly {
      readonly personId: string;
      readonly doors: readonly Door[];
      readonly work: (member: Member) => Promise<unknown>;
    }[],
  ): Promise<readonly Outcome[]> {
    // All of them are there before the first one asks.
    const joined = acts.map(({ personId, doors, work }) => {
      const member = new Member(personId, doors, () => {
        this.look();
      });
      this.members.push(member);
      return { member, work };
    });
    const outcomes = await Promise.all(
      joined.map(async ({ member, work }): Promise<Outcome> => {
        let outcome: Outcome;
        try {
          outcome = { done: true, value: await work(member) };
        } catch (error) {
          outcome = { done: false, error };
        }
        member.end(outcome.done);
        this.look();
        return member.goesAlone ? null : outcome;
      }),
    );
    if (this.broken) throw this.broken.error;
    return outcomes;
  }

  /** Writes what those wrote that were done. */
  async write(outcomes: readonly Outcome[]): Promise<void> {
    const done = this.members.filter((member, place) => outcomes[place]?.done && member.wrote);
    await this.step(done.map((member) => member.writes()));
  }

  /** Once everything that goes on without an answer has come to its end. */
  private look(): void {
    if (this.looking || this.answering) return;
    this.looking = true;
    setImmediate(() => {
      this.looking = false;
      const waiting = this.members.filter(({ hasEnded }) => !hasEnded);
      if (waiting.length > 0 && waiting.every(({ waits }) => waits)) void this.answer(waiting);
    });
  }

  private async answer(waiting: readonly Member[]): Promise<void> {
    this.answering = true;
    const turns = waiting.map((member) => member.put());
    const rows = await this.step(turns).catch((error: unknown) => {
      this.broken = { error };
      return new Map<Member, Row>();
    });
    for (const member of waiting) {
      const row = rows.get(member);
      if (row) member.take(row);
      else member.leave();
    }
    this.answering = false;
    this.look();
  }

  /** Asks each door once, for all who stand before it. Whoever stands before none gets no answer. */
  private async step(turns: readonly Turn[]): Promise<ReadonlyMap<Member, Row>> {
    const byDoor = new Map<Door, Turn[]>();
    for (const turn of turns) {
      const { door } = turn;
      if (door) byDoor.set(door, [...(byDoor.get(door) ?? []), turn]);
    }
    const answers = await Promise.all(
      [...byDoor].map(async ([{ by }, before]) => {
        const persons = before.map(({ member }) => member.personId);
        const asked = JSON.stringify(before.map(({ values }) => values));
        const rows = await this.ask({ text: `select * from ${by}($1, $2)`, values: [persons, asked] });
        return rows.flatMap((row) => {
          const found = before[Number(row['place']) - 1];
          return found ? [[found.member, row] as const] : [];
        });
      }),
    );
    return new Map(answers.flat());
  }
}

const fingerprints = new Map<string, string>();
/** Statements that differ by more than their values are many, where an act goes a way of its own. */
const MOST_FINGERPRINTS = 600;

/** What tells statements that are asked together from others. */
export function fingerprintOf(texts: readonly string[]): string {
  const text = texts.join('\n');
  const known = fingerprints.get(text);
  if (known !== undefined) return known;
  const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16);
  if (fingerprints.size >= MOST_FINGERPRINTS) fingerprints.clear();
  fingerprints.set(text, fingerprint);
  return fingerprint;
}
