import 'reflect-metadata';
import type { House } from './house.js';
import { runCommand } from './run-command.js';

const INTERRUPTED = 130;

let house: House | undefined;
const interrupt = () => {
  void (house?.close() ?? Promise.resolve()).finally(() => process.exit(INTERRUPTED));
};
process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
process.exitCode = await runCommand(process.argv.slice(2), {
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  note: (text) => process.stderr.write(text),
  opened: (opened) => (house = opened),
});
