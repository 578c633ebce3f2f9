// Which folder may import which. `npm test` runs it, and test/workshop/import-rules.test.ts shows each rule firing.

/** The rooms of src/, lowest first. A room imports itself and the rooms above it in this list, never those below. */
const ROOMS = [
  'core',
  'text',
  'atlas',
  'tools',
  'rewrite',
  'wrangler',
  'reports',
  'project',
  'apply',
  'scaffold',
  'checks',
  'plan',
  'doctor',
  'commands',
];

/** An npm package or a part of Node, resolved or not. */
const module = (names) => `(^|node_modules/|^node:)(${names})($|/)`;

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    rule(
      'no-circle',
      'Two files that import each other are one file. Move what they share.',
      {},
      { circular: true },
    ),
    rule(
      'no-unresolved',
      'The import leads nowhere.',
      {},
      { couldNotResolve: true, pathNot: '^cloudflare:|^#' },
    ),
    rule('no-loose-file', 'Every file of src/ is in a folder with rules.', { path: '^src/[^/]+$' }, {}),
    ...ROOMS.slice(0, -1).map((room, index) =>
      rule(
        `${room}-imports-downwards`,
        `src/${room} knows only ${['itself', ...ROOMS.slice(0, index)].join(', ')}.`,
        { path: `^src/${room}/` },
        { path: `^src/(${ROOMS.slice(index + 1).join('|')})/` },
      ),
    ),
    rule(
      'only-commands-apply',
      'Planning returns a plan. The commands hand it to src/apply.',
      { path: '^src/(?!apply/|commands/)' },
      { path: '^src/apply/' },
    ),
    rule(
      'only-syntax-parses',
      'Only compiler.ts and syntax.ts of src/tools/syntax know the parser; it returns plain positions.',
      { path: '^src/', pathNot: '^src/tools/syntax/(compiler|syntax)\\.ts$' },
      { path: module('ts-morph|typescript') },
    ),
    rule(
      'only-commands-talk',
      'Only src/commands talks to a person or to the process. Take what is needed as an argument.',
      { path: '^src/(?!commands/)' },
      { path: module('@clack/prompts|yargs|process|readline') },
    ),
    rule(
      'only-project-and-apply-use-files',
      'Only src/project reads files, and only src/apply writes them. Take the text as an argument.',
      { path: '^src/(?!project/|apply/)' },
      { path: module('fs') },
    ),
    rule(
      'generator-imports-no-package',
      'The generator knows the packages only by name. Its files for agents are built with the code of lm setup.',
      { path: '^src/', pathNot: '^src/scaffold/agent-files\\.ts$' },
      { path: '^packages/' },
    ),
    rule(
      'generator-shares-texts-for-agents',
      'Of Loom, only the pure functions that lm setup writes files for agents with.',
      { path: '^src/scaffold/agent-files\\.ts$' },
      {
        path: '^packages/',
        pathNot: '^packages/loom/src/(agents/(block|mcp-clients|mcp-entry)|hooks/settings-text)\\.ts$',
      },
    ),
    rule(
      'packages-import-no-generator',
      'Packages are installed without the generator and import nothing from it.',
      { path: '^packages/' },
      { path: '^src/|(^|node_modules/)create-something-observe($|/)' },
    ),
    rule(
      'runtime-has-no-dependencies',
      'The runtime package works without any other package.',
      { path: '^packages/observability/src/' },
      { path: 'node_modules/' },
    ),
    rule(
      'server-asks-nothing-of-node',
      'A Worker has no parts of Node. The bundle of src/server is tested for what it takes in from elsewhere.',
      { path: '^packages/loom/src/server/' },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'receiver-knows-no-page',
      'The receiver stores what it is sent. Pages read what is stored.',
      { path: '^packages/loom/src/(receiver|store)/' },
      { path: '^packages/loom/(src/dashboard|app)/' },
    ),
    rule(
      'page-knows-only-the-contract',
      'The page is browser code. The page imports only the contract of the server.',
      { path: '^packages/loom/app/' },
      { path: '^packages/loom/src/(?!dashboard/contract|atlas\\.ts)' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count: a circle of types is a circle in the reader's head.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node'] },
  },
};
