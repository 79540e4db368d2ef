import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const nodeGlobals = Object.fromEntries(
  [
    ...['process', 'console', 'Buffer', 'URL', 'URLSearchParams', 'fetch', 'performance', 'structuredClone'],
    ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'queueMicrotask'],
    ...['AbortController', 'AbortSignal', 'TextEncoder', 'TextDecoder', 'Response', 'Request', 'Headers'],
  ].map((name) => [name, 'readonly']),
);

const browserGlobals = Object.fromEntries(
  [
    ...[
      'window',
      'document',
      'navigator',
      'EventSource',
      'location',
      'history',
      'localStorage',
      'sessionStorage',
      'console',
    ],
    ...[
      'fetch',
      'URL',
      'URLSearchParams',
      'FormData',
      'Event',
      'CustomEvent',
      'AbortController',
      'performance',
    ],
    ...['HTMLElement', 'HTMLInputElement', 'HTMLFormElement', 'HTMLButtonElement', 'HTMLTextAreaElement'],
    ...['HTMLSelectElement', 'Element', 'MutationObserver', 'IntersectionObserver', 'Intl', 'matchMedia'],
    ...[
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'requestAnimationFrame',
      'structuredClone',
    ],
  ].map((name) => [name, 'readonly']),
);

/** A rule asks a Clock that it is given, and is the same for the same input: what it decided can be shown again. */
const impure = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'A rule receives the instant; it does not ask the machine for it.',
  },
  {
    selector: "CallExpression[callee.name='Date']",
    message: 'A rule receives the instant; it does not ask the machine for it.',
  },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'A rule receives the instant; it does not ask the machine for it.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'A rule decides the same for the same input: no chance in it.',
  },
];

export default defineConfig(
  { ignores: ['dist/**', '.data/**', 'node_modules/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  js.configs.recommended,
  { rules: { eqeqeq: 'error', 'no-console': 'error', 'no-var': 'error', 'prefer-const': 'error' } },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: { ecmaVersion: 'latest', sourceType: 'module', globals: nodeGlobals },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { module: 'writable', require: 'readonly' } },
  },
  { files: ['src/web/scripts/**/*.js'], languageOptions: { globals: browserGlobals } },
  {
    files: ['**/*.ts'],
    extends: tseslint.configs.recommendedTypeChecked,
    // One program for everything: the build's tsconfig leaves the tests out.
    languageOptions: {
      parserOptions: { project: 'test/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // Nest reads the types of constructor parameters at run time: `import type` there would break injection.
      '@typescript-eslint/consistent-type-imports': 'off',
      // A module of Nest is a class that holds nothing but its decorator.
      '@typescript-eslint/no-extraneous-class': 'off',
      // `async` turns a throw into a rejection, which a caller of a promise expects, also where nothing is awaited.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/*/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ...impure] },
  },
  {
    // What a person at a terminal reads; everything else writes to the log.
    files: ['src/cli/**', 'src/demo/**', 'src/start.ts', 'scripts/**', 'test/bench/**'],
    rules: { 'no-console': 'off' },
  },
);
