/**
 * Who may import whom. The order is the rule: a room may use what stands before it, and only through that room's
 * `public.ts`. A room that stands in neither list may be imported by nobody until it has found its place here.
 */
const ORDER = [
  'shared',
  'platform',
  'audit',
  'access',
  'promises',
  'privacy',
  'documents',
  'approvals',
  'gates',
  'commission',
  'universities',
  'agreements',
  'ledger',
  'calls',
  'applications',
  'coapplicants',
  'referees',
  'reviews',
  'allocation',
  'appeals',
  'projects',
  'mobilities',
  'knowledge',
];
/** These see every room and are seen by none: only the entry files put them together. */
const OUTERMOST = ['notifications', 'reporting', 'web', 'cli', 'demo'];
/** Composition roots start the whole application, so they alone may name it. */
const ROOTS = ['cli', 'demo'];
/** Their files are their surface: no `public.ts`. */
const OPEN = ['shared', 'platform'];

const ENTRY_FILES = '^src/([^/]+|(cli|demo)/main|cli/demonstration-parts)\\.ts$';
const FASTIFY = ['fastify', '@fastify/', '@nestjs/platform-fastify'].flatMap((name) => [
  `^${name}`,
  `node_modules/${name}`,
]);
const room = (names) => `^src/(${names.join('|')})/`;

const looksLeft = [...ORDER, ...OUTERMOST].map((name) => {
  const reachable = OUTERMOST.includes(name) ? [...ORDER, name] : ORDER.slice(0, ORDER.indexOf(name) + 1);
  return {
    name: `${name}-looks-left`,
    severity: 'error',
    comment: `${name} may use ${reachable.join(', ')} and nothing else of ours.`,
    from: { path: `^src/${name}/`, pathNot: ENTRY_FILES },
    to: {
      path: '^src/',
      pathNot: [room(reachable), ...(ROOTS.includes(name) ? ['^src/app\\.module\\.ts$'] : [])],
    },
  };
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...looksLeft,
    {
      name: 'room-without-a-place',
      severity: 'error',
      comment: 'Put the new room into ORDER or OUTERMOST above; that decides whom it may use.',
      from: { path: '^src/' },
      to: { path: '^src/[^/]+/', pathNot: room([...ORDER, ...OUTERMOST]) },
    },
    {
      name: 'through-public-only',
      severity: 'error',
      comment:
        'What another room may use stands in its public.ts, or, where it can be used without the framework, in its public-domain.ts.',
      from: { path: '^src/([^/]+)/', pathNot: ENTRY_FILES },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', room(OPEN), '^src/[^/]+/public(-domain)?\\.ts$'] },
    },
    {
      name: 'entry-through-public-or-module',
      severity: 'error',
      comment: 'Entry files put rooms together; they do not reach into them.',
      from: { path: '^src/[^/]+\\.ts$' },
      to: {
        path: '^src/[^/]+/',
        pathNot: [room([...OPEN, ...ROOTS]), '^src/[^/]+/public\\.ts$', '^src/[^/]+/[^/]+\\.module\\.ts$'],
      },
    },
    {
      name: 'demo-only-on-demand',
      severity: 'error',
      comment: 'Production must not even load the demonstration: import() it.',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/demo/', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'shared-is-pure',
      severity: 'error',
      comment: 'Everything stands on the kernel: it stands on nothing but Node.',
      from: { path: '^src/shared/' },
      to: { pathNot: '^src/shared/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'Rules know their own room, the kernel and hashing: no framework, no database, no network.',
      from: { path: '^src/([^/]+)/domain/' },
      to: { pathNot: ['^src/$1/domain/', '^src/shared/', '^(node:)?crypto$', '^src/[^/]+/public\\.ts$'] },
    },
    {
      name: 'public-domain-is-pure',
      severity: 'error',
      comment: 'Whoever takes the rules of a room must not load its framework with them.',
      from: { path: '^src/[^/]+/public-domain\\.ts$' },
      to: { pathNot: ['^src/[^/]+/domain/'] },
    },
    {
      name: 'domain-knows-others-by-type-only',
      severity: 'error',
      comment: 'A public.ts leads to Nest modules; a type from it leads nowhere at run time.',
      from: { path: '^src/[^/]+/domain/' },
      to: { path: '^src/[^/]+/public\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-platform-http-knows-fastify',
      severity: 'error',
      comment: 'Controllers do not know which HTTP server carries them.',
      from: { path: '^src/', pathNot: '^src/platform/http/' },
      to: { path: FASTIFY },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'Two files that need each other are one thing, or lack a third. Types count.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-drawer',
      severity: 'error',
      comment: 'A thing has a home or it is not needed.',
      from: {},
      to: { path: '^src/.*/(utils|util|helpers|helper|common|misc)(/|\\.ts$)' },
    },
    {
      name: 'no-barrel',
      severity: 'error',
      comment: 'Only public.ts gathers the files of a room.',
      from: {},
      to: { path: '^src/.*/index\\.ts$' },
    },
    {
      name: 'no-test-in-source',
      severity: 'error',
      comment: 'What runs does not depend on what tests it.',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-development-dependency',
      severity: 'error',
      comment: 'An image for production installs no development dependencies.',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm', 'npm-optional'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that leads nowhere.',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    // Tests may reach anywhere; the pages' scripts run in the browser, beside files that the build puts there.
    exclude: { path: ['\\.spec\\.ts$', '^src/web/scripts/'] },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
};
