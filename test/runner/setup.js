// What each process of the runner needs before it loads a test: TypeScript read as it is, and a limit for each test.
import 'reflect-metadata';
import { register } from 'node:module';
import './time-limits.js';

// Places in errors are those of the TypeScript.
process.setSourceMapsEnabled(true);
register('./typescript-hooks.js', import.meta.url);
