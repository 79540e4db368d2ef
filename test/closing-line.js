/**
 * Ends the run with one line that a person and a program read alike: `N passed, N failed[, N skipped]`.
 * A file that could not even be loaded counts as failed: otherwise a run of nothing would look green.
 */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // At exit, because Jest prints its own summary after every other reporter.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}
