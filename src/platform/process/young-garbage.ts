import { setFlagsFromString } from 'node:v8';

/*
 * Loaded first, for what it does: V8 puts what a place in the code makes among the old at once, when what that place made while
 * the process was young stayed for long. A page is thousands of such small things. Dead and old, each keeps the young that it
 * points to until everything is looked through: the collector then took 55 % of the time in which pages are drawn. Made among
 * the young they go together, and a page is drawn two and a half times as fast (`npm run bench -- W5-page`).
 */
setFlagsFromString('--no-allocation-site-pretenuring');
