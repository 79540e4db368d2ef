import { Settings, SettingsError } from '../platform/config/settings.js';
import { MISUSED } from './command.js';
import { Misuse, Refusal } from './failures.js';
import type { Command } from './command.js';
import { allocateCommand } from './commands/allocate.js';
import { checkInvariantsCommand } from './commands/check-invariants.js';
import { createAdminCommand } from './commands/create-admin.js';
import { exportPersonCommand } from './commands/export-person.js';
import { importAgreementsCommand } from './commands/import-agreements.js';
import { importInstitutionsCommand } from './commands/import-institutions.js';
import { importRestrictedPartiesCommand } from './commands/import-restricted-parties.js';
import { migrateCommand } from './commands/migrate.js';
import { erasePersonCommand } from './commands/erase-person.js';
import { retentionCommand } from './commands/retention.js';
import { seedCommand } from './commands/seed.js';
import { tokenCommand } from './commands/token.js';
import { verifyAuditCommand } from './commands/verify-audit.js';
import { demonstrationParts } from './demonstration-parts.js';
import { House } from './house.js';

const COMMANDS: readonly Command[] = [
  migrateCommand,
  createAdminCommand,
  tokenCommand,
  seedCommand,
  importInstitutionsCommand,
  importAgreementsCommand,
  importRestrictedPartiesCommand,
  checkInvariantsCommand,
  verifyAuditCommand,
  exportPersonCommand,
  allocateCommand,
  erasePersonCommand,
  retentionCommand,
];

/** Who calls a command: what it finds around it, and where it writes. */
export interface Caller {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The command's result. */
  readonly print: (line: string) => void;
  /** What goes on, beside the result. */
  readonly note: (text: string) => void;
  /** Told where it works as soon as there is something to close, should the call be broken off. */
  readonly opened?: (house: House) => void;
}

/** Calls the command that these words name. Answers its exit status; nothing that it started goes on. */
export async function runCommand(
  words: readonly string[],
  { environment, print, note, opened }: Caller,
): Promise<number> {
  if (words.length === 0 || words[0] === '--help' || words[0] === '-h' || words[0] === 'help') {
    print(overview());
    return words.length === 0 ? MISUSED : 0;
  }
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, index) => words[index] === word));
  if (!command) {
    note(`There is no command "${words.slice(0, 2).join(' ')}".\n\n${overview()}\n`);
    return MISUSED;
  }
  const rest = words.slice(command.name.split(' ').length);
  if (rest.includes('--help') || rest.includes('-h')) {
    print(`${usage(command)}\n\n${command.summary}\n\n${command.details}`);
    return 0;
  }

  let house: House | undefined;
  try {
    const alone = command.standsAlone?.(rest) ?? false;
    const settings = Settings.fromEnvironment(alone ? {} : environment);
    house = new House(
      settings,
      alone || settings.production ? null : await demonstrationParts(),
      print,
      note,
    );
    opened?.(house);
    return await command.run(rest, house);
  } catch (error) {
    if (error instanceof Misuse || isParseError(error)) {
      note(`${error.message}\n${usage(command)}\n`);
      return MISUSED;
    }
    note(`${error instanceof Refusal || error instanceof SettingsError ? error.message : explain(error)}\n`);
    return 1;
  } finally {
    await house?.close();
  }
}

function usage({ name, arguments: args }: Command): string {
  return `Usage: npm run most -- ${[name, args].filter(Boolean).join(' ')}`;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    'Administration of MOST',
    '',
    'Usage: npm run most -- COMMAND [--help]',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'It works on DATABASE_URL or, where that is not set, on the embedded database in DATA_DIR (.data), also while the application runs.',
  ].join('\n');
}

/** What `parseArgs` throws for an option that is not there, or without its value. */
function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

function explain(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
