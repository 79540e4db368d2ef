import { relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** Where files last long: in browsers, over every persona and act, in processes of their own. */
const LONG = [/^test\/browser\//, /^test\/policy\/running/, /^test\/cluster\//, /^test\/[^/]+$/];

/** Begins with what lasts long, so that no process runs for a minute after the others have ended. */
export default class LongFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path, context }) => {
      const found = LONG.findIndex((where) =>
        where.test(relative(context.config.rootDir, path).replaceAll('\\', '/')),
      );
      return found === -1 ? LONG.length : found;
    };
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
