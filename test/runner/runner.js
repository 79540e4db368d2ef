import { createRunner } from 'jest-light-runner';
import Tinypool from 'tinypool';

const LightRunner = createRunner({ runtime: 'child_process' });
/** Bytes of a heap from which a process gives way to a new one: what many files have left in it is only looked through again and again. */
const FULL_HEAP = 1_500_000_000;
/** More room for what is young than Node gives itself: an application that starts makes much that does not live long. */
const NODE_OPTIONS = ['--max-semi-space-size=64'];

/**
 * The light runner with processes of ours. Its own answer a process that asks what to run for with a word to all, which one
 * that does not listen yet never hears: it then waits for ever, and the run with it. Here each is answered by itself.
 */
export default class Runner extends LightRunner {
  _runTest(test) {
    const { config } = test.context;
    if (this._runtime === 'child_process' && !this._testRunners.has(config)) {
      const pool = this.poolFor(config);
      const run = ({ path }) => pool.run(path, { channel: this.channelFor(config) });
      this._testRunners.set(config, { pool, run });
    }
    return super._runTest(test);
  }

  poolFor(projectConfig) {
    const { maxWorkers } = this._globalConfig;
    return new Tinypool({
      filename: new URL('./worker-runner.js', import.meta.resolve('jest-light-runner')).href,
      runtime: 'child_process',
      minThreads: maxWorkers,
      maxThreads: maxWorkers,
      maxMemoryLimitBeforeRecycle: FULL_HEAP,
      env: process.env,
      execArgv: NODE_OPTIONS,
      workerData: this.dataFor(projectConfig),
    });
  }

  /** Of one test file and the process that runs it. */
  channelFor(projectConfig) {
    let tell = () => undefined;
    return {
      onMessage(listener) {
        tell = listener;
      },
      postMessage: (message) => {
        if (message !== 'jest-light-runner-get-worker-data') return;
        tell({ type: 'jest-light-runner-worker-data', workerData: this.dataFor(projectConfig) });
      },
    };
  }

  dataFor(projectConfig) {
    return { globalConfig: this._globalConfig, projectConfig, runtime: this._runtime };
  }
}
