// Builds dist/: the command line and the two public entries with esbuild, their types with tsc, the
// dashboard's page, and the files that `lm init` writes. The generator's templates are the source of these
// files.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import Handlebars from 'handlebars';
import { bundledYargs, lazyStringWidth } from '../../scripts/bundled-yargs.mjs';
import { licencesOf } from '../../scripts/licences.mjs';
import { AS_SCRIPT, inAscii, lazyBuiltins, startOf } from '../../scripts/start-of.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// `lm mcp` is traced with our own runtime, so that must be built first.
if (!existsSync(here('../observability/dist/index.d.ts'))) {
  execFileSync('npm', ['run', 'build', '-w', '@create-something/observability'], {
    cwd: here('../..'),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

await rm(here('dist'), { recursive: true, force: true });
const shared = {
  absWorkingDir: here('.'),
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  plugins: [bundledYargs, lazyStringWidth],
  // Bundled to keep the install small, except SQLite (native code) and the prices (which are updated
  // separately).
  external: ['@photostructure/sqlite', '@pydantic/genai-prices'],
  minify: true,
  legalComments: 'none',
  alias: {
    '@create-something/observability': here('../observability/dist/index.js'),
    '@create-something/observability/mask': here('../observability/dist/mask.js'),
    '@create-something/observability/usage': here('../observability/dist/usage.js'),
  },
  metafile: true,
};
const entries = await build({
  ...shared,
  entryPoints: {
    receiver: 'src/receiver/index.ts',
    sync: 'src/sync/index.ts',
    // Modules that a hook loads on demand.
    one: 'src/ingest/one.ts',
  },
  splitting: true,
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  // Users may check an error's name, which is the name of its class.
  keepNames: true,
});
const program = await build({
  ...shared,
  ...AS_SCRIPT,
  plugins: [...shared.plugins, lazyBuiltins],
  entryPoints: { program: 'src/cli.ts' },
  entryNames: '[name]-[hash]',
});
const [programFile] = Object.keys(program.metafile.outputs);
inAscii(here(programFile));
await build(startOf(basename(programFile), 'create-something-loom', here('.')));
// `lm --help` as a file. Creating the text takes longer than the rest of the command.
const printHelp = `require(${JSON.stringify(here(programFile))}).main(['--help'])`;
await writeFile(here('dist/help.txt'), execFileSync(process.execPath, ['-e', printHelp]));
// Hooks are one file in the format that Node loads fastest, because agents wait for them.
const waitedFor = await build({
  ...shared,
  ...AS_SCRIPT,
  entryPoints: { hook: 'src/hooks/main.ts', statusline: 'src/agents/statusline.ts' },
  plugins: [
    {
      name: 'later',
      setup: ({ onResolve }) =>
        onResolve({ filter: /\/one\.js$/ }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: './one.js', external: true } : undefined,
        ),
    },
  ],
});
// The dashboard's page. Its libraries are bundled here, so they are not installed with the package.
await build({
  absWorkingDir: here('app'),
  entryPoints: { app: 'main.tsx', style: 'app.css' },
  entryNames: 'app',
  outdir: here('dist/dashboard'),
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  banner: {
    js: '/*! Holds Preact, (c) 2015-present Jason Miller, and uPlot, (c) 2022 Leon Sorokin; MIT licence. */',
  },
  // These versions support light-dark().
  target: ['chrome123', 'firefox120', 'safari17.5'],
});
await copyFile(here('app/index.html'), here('dist/dashboard/index.html'));
for (const name of ['preact', 'uplot']) {
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  await copyFile(join(folder, 'LICENSE'), here(`dist/dashboard/${name}.LICENSE`));
}

// The team's server. It contains the page, because a Worker has no disk.
const worker = await build({
  ...shared,
  entryPoints: { worker: 'src/server/worker.ts' },
  platform: 'neutral',
  target: 'es2023',
  conditions: ['workerd', 'worker', 'browser'],
  format: 'esm',
  // A Worker's project does not install our dependencies, so they are bundled.
  external: ['cloudflare:workers'],
  plugins: [
    {
      name: 'page-files',
      setup: ({ onLoad }) =>
        onLoad({ filter: /[\\/]page-files\.ts$/ }, async () => ({
          contents: await pageFiles(),
          loader: 'js',
        })),
    },
  ],
});
await writeFile(
  here('dist/LICENCES.txt'),
  licencesOf(
    [entries, program, waitedFor, worker].map(({ metafile }) => metafile),
    here('.'),
  ),
);

async function pageFiles() {
  const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
  const files = {};
  for (const name of ['index.html', 'app.js', 'app.css']) {
    const type = `${types[name.split('.').at(-1)]}; charset=utf-8`;
    files[`/${name}`] = { type, text: await readFile(here(`dist/dashboard/${name}`), 'utf8') };
  }
  return `export const PAGE_FILES = ${JSON.stringify(files)};`;
}

await mkdir(here('dist/scaffold'), { recursive: true });
for (const [template, file] of [
  ['sync.mjs.hbs', 'sync.mjs'],
  ['gitignore.hbs', 'gitignore'],
]) {
  const render = Handlebars.compile(await readFile(here(`../../templates/loom/${template}`), 'utf8'), {
    noEscape: true,
    strict: true,
  });
  await writeFile(here(`dist/scaffold/${file}`), render({}));
}

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript-7/package.json')), 'bin/tsc');
await mkdir(here('dist/types'), { recursive: true });
await copyFile(here('src/server/worker-types.txt'), here('dist/types/worker.d.ts'));
for (const project of ['tsconfig.types.json', 'app/tsconfig.json']) {
  execFileSync(process.execPath, [tsc, '-p', here(project)], { stdio: 'inherit' });
}
