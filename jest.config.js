/** @type {import('jest').Config} */
export default {
  // Test files run in plain Node, so that what they load is loaded once for all of them, as in the application itself.
  runner: '<rootDir>/test/runner/runner.js',
  testSequencer: '<rootDir>/test/runner/long-first.js',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  transform: {},
  globalSetup: '<rootDir>/test/global-setup.js',
  globalTeardown: '<rootDir>/test/global-teardown.js',
  setupFiles: ['<rootDir>/test/runner/setup.js'],
  reporters: ['default', '<rootDir>/test/closing-line.js'],
  maxWorkers: 3,
};
