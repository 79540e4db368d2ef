import { open, readFile, rename, rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { InstanceFault } from '../../allocation/public-domain.js';
import type { Command } from '../command.js';
import { Misuse, Refusal } from '../failures.js';
import type { House } from '../house.js';
import { progressBar } from '../progress-bar.js';

const QUIET_FOR_MS = 1_000;
const WRITTEN_AT_ONCE = 1 << 20;

/** What is wrong, after the place where it is. */
const FAULTS: Readonly<Record<InstanceFault, string>> = {
  not_an_object: 'an object is needed here',
  not_a_list: 'a list is needed here',
  not_a_text: 'a text is needed here',
  not_true_or_false: 'true or false is needed here',
  not_a_whole_number: 'a whole number from 0 is needed here',
  missing: 'this is missing',
  unknown_member: 'there is no such member',
  empty: 'this must not be empty',
  malformed_text: 'this text is not well-formed Unicode',
  unknown_place: 'there is no such place in "programmes"',
  unknown_applicant: 'there is no such applicant in "applicants"',
  unknown_rule: 'there is no such rule: deferred-acceptance-1/seed, …/hold or …/admit',
  repeated: 'this stands here twice',
  slots_beyond_capacity: 'the slots have more seats than the place',
  only_without_eligible_first: '"only" needs a type in "eligible_first"',
  groups_cross: 'this group crosses another: of two groups one must hold the other, or they share nobody',
  too_many: 'this is more than can be reckoned with',
  too_many_ties: 'people of too many types are tied where the seats end; break these ties by the seed',
};

export const allocateCommand: Command = {
  name: 'allocate',
  arguments: '--input FILE [--output FILE] | --call ID --dry-run',
  summary: 'give the places of an instance by its rankings',
  details:
    'With --call it reckons what the list of that call would be now; the run is kept and nothing else changes. Otherwise it reads the documented JSON of an instance and writes that of the result, to FILE or to standard output, with neither database nor settings: anybody can repeat a run. The same instance gives the same bytes on any machine. src/allocation/README.md says what is in the two, and what is promised. A malformed instance is refused with the place of its fault, and nothing is written.\n' +
    'Example:  npm run --silent most -- allocate --input run.json --output result.json',
  standsAlone: (words) => words.some((word) => word === '--input' || word.startsWith('--input=')),
  async run(words, house) {
    const { values } = parseArgs({
      args: [...words],
      options: {
        input: { type: 'string' },
        output: { type: 'string' },
        call: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
      },
    });
    const { input, output, call } = values;
    if (call !== undefined && input === undefined) {
      if (!values['dry-run']) throw new Misuse('--call needs --dry-run: a list is published on its page');
      await tryCall(call, house);
      return 0;
    }
    if (!input || call !== undefined || values['dry-run']) throw new Misuse('one --input FILE is needed');
    if (output === '') throw new Misuse('--output needs the name of a file');
    await allocateFile(input, output, house);
    return 0;
  },
};

/** What the list of a call would be now: kept with the other runs, and told beside the one before it. */
async function tryCall(call: string, house: House): Promise<void> {
  const { RunAllocation } = await import('../../allocation/public.js');
  const { systemContext } = await import('../../platform/database/database.js');
  const { systemClock } = await import('../../shared/clock.js');
  const { DomainError } = await import('../../shared/domain-error.js');
  const app = await house.app();
  try {
    const progress = progressBar(house.note, QUIET_FOR_MS);
    const { run, moved } = await app
      .get(RunAllocation)
      .try(systemContext(systemClock), call, (share) => progress(share * 0.99, 'giving places'));
    progress(1, 'done');
    const count = (result: string) => run.output.filter((entry) => entry.result === result).length;
    house.print(
      `run ${run.number} (${run.id})${run.trial ? ', with a trial lot: not all are assessed yet' : ''}`,
    );
    house.print(`input ${run.inputHash}`);
    house.print(`result ${run.outputHash}`);
    house.print(
      `selected ${count('selected')}, on the reserve list ${count('reserve')}, not selected ${count('not_selected')}`,
    );
    house.print(
      moved === null ? 'the first run of this call' : `against the run before it ${moved.length} move`,
    );
    for (const number of moved ?? []) house.print(`  ${number}`);
  } catch (error) {
    if (error instanceof DomainError) throw new Refusal(`${call}: ${error.message}`);
    throw error;
  }
}

async function allocateFile(input: string, output: string | undefined, house: House): Promise<void> {
  const {
    allocate,
    MalformedDocument,
    MalformedInstance,
    ordersSetAside,
    parseDocument,
    parseInstance,
    resultPieces,
  } = await import('../../allocation/public-domain.js');
  const progress = progressBar(house.note, QUIET_FOR_MS);
  progress(0, 'reading');
  const text = await readText(input);
  try {
    progress(0.1, 'checking');
    const instance = parseInstance(parseDocument(text));
    progress(0.3, 'giving places');
    const result = allocate(instance, (share) => progress(0.3 + share * 0.5, 'giving places'));
    progress(0.8, 'writing');
    await write(resultPieces(result), output, house);
    progress(1, 'done');
    for (const place of ordersSetAside(instance)) {
      house.note(
        `${input}: at ${JSON.stringify(place)} no order of the slots agrees with the ceilings; what is reserved was filled first, and the rest by rank.\n`,
      );
    }
  } catch (error) {
    if (error instanceof MalformedInstance) {
      const found = error.found === null ? '' : ` (found: ${error.found})`;
      throw new Refusal(`${input}: ${error.path}: ${FAULTS[error.fault]}${found}\nNothing was written.`);
    }
    if (error instanceof MalformedDocument) {
      const wrong = {
        not_json: 'this is not JSON',
        repeated_member: `${error.path ?? 'this member'} stands here twice`,
        too_deep: 'this lies too deep',
      }[error.fault];
      throw new Refusal(`${input}:${error.line}:${error.column}: ${wrong}\nNothing was written.`);
    }
    throw error;
  }
}

async function readText(input: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(input));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason =
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? 'it is not UTF-8'
        : error instanceof Error
          ? error.message
          : String(error);
    throw new Refusal(`${input} cannot be read: ${reason}`);
  }
}

/** Half a result would pass for a whole one: it is given its name when it is complete. */
async function write(pieces: Iterable<string>, output: string | undefined, house: House): Promise<void> {
  if (output === undefined) {
    house.print([...pieces].join('').trimEnd());
    return;
  }
  const unfinished = `${output}.unfinished`;
  try {
    const file = await open(unfinished, 'w');
    try {
      let chunk = '';
      for (const piece of pieces) {
        chunk += piece;
        if (chunk.length < WRITTEN_AT_ONCE) continue;
        await file.appendFile(chunk);
        chunk = '';
      }
      await file.appendFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, output);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new Refusal(
      `${output} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
