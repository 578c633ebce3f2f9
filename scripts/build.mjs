// Builds the packages and the command line into their dist folders, if they changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundledYargs, lazyStringWidth } from './bundled-yargs.mjs';
import { usedCompiler } from './compiler-subset.mjs';
import { licencesOf } from './licences.mjs';
import { npm, root } from './run.mjs';
import { whenChanged } from './stamp.mjs';
import { AS_SCRIPT, inAscii, startOf } from './start-of.mjs';

// In the order of their dependencies.
const PACKAGES = ['observability', 'loom'];

export async function build() {
  for (const name of PACKAGES) {
    await buildPackage(name);
  }
  await whenChanged(
    {
      name: 'generator',
      inputs: [
        'src',
        'package.json',
        'scripts/build.mjs',
        'scripts/licences.mjs',
        'scripts/bundled-yargs.mjs',
        'scripts/compiler-subset.mjs',
        'scripts/start-of.mjs',
        'start',
        'packages/loom/migrations',
        'packages/loom/src/agents',
        'packages/observability/dist',
      ],
      output: 'dist/start.cjs',
    },
    buildGenerator,
  );
}

async function buildPackage(name) {
  const folder = `packages/${name}`;
  const { scripts } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  if (!scripts?.build) {
    throw new Error(`${folder}/package.json has no build script`);
  }
  // Loom contains files that the generator's templates produce.
  const inputs = [
    folder,
    'templates',
    'tsconfig.base.json',
    'scripts/licences.mjs',
    'scripts/bundled-yargs.mjs',
    'scripts/start-of.mjs',
    'start',
  ];
  await whenChanged({ name, inputs, output: `${folder}/dist` }, async () => {
    console.error(`Building ${folder}`);
    const code = await npm(['run', '--silent', 'build', '-w', folder], {
      // The compiler prints to stdout; show that with our own output.
      stdio: ['ignore', 2, 2],
    });
    if (code !== 0) throw new Error(`The build of ${folder} ended with exit code ${code}`);
  });
}

async function buildGenerator() {
  console.error('Building the command line');
  const { build: bundle } = await import('esbuild');
  await rm(join(root, 'dist'), { recursive: true, force: true });
  const prettier = await buildPrettier(bundle);
  const program = await bundleApart(bundle, {
    ...AS_SCRIPT,
    entryPoints: { program: 'src/commands/main.ts' },
    // Some packages have their modules only in this field.
    mainFields: ['module', 'main'],
    plugins: [bundledYargs, lazyStringWidth, usedCompiler],
    define: { ...AS_SCRIPT.define, PRETTIER_FILE: JSON.stringify(prettier.file) },
  });
  inAscii(join(root, 'dist', program.file));
  await bundle(startOf(program.file, 'create-something-observe', root));
  writeFileSync(join(root, 'dist/LICENCES.txt'), licencesOf([prettier.metafile, program.metafile], root));
  await copyAssets();
  await writeHelp(program.file);
}

/**
 * Prettier with only the languages that `init` writes, for projects that have not installed their own yet.
 */
async function buildPrettier(bundle) {
  const languages = /\/plugins\/(acorn|angular|flow|glimmer|graphql|html|markdown|meriyah|postcss)\.mjs$/;
  const leftOut = {
    name: 'languages left out',
    setup(build) {
      build.onResolve({ filter: languages }, ({ path }) => ({ path, namespace: 'left-out' }));
      build.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'export default {};' }));
    },
  };
  return bundleApart(bundle, {
    entryPoints: { prettier: 'node_modules/prettier/index.mjs' },
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    plugins: [leftOut],
  });
}

/** Options that all bundles of the command line share. */
const COMMON = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** A separate file in `dist`, whose name contains a hash of its text. */
async function bundleApart(bundle, options) {
  const { metafile } = await bundle({ ...COMMON, entryNames: '[name]-[hash]', ...options });
  return { file: basename(Object.keys(metafile.outputs)[0]), metafile };
}

/** `--help` as a file, so that the command line can print it without loading yargs. */
async function writeHelp(program) {
  const { helpText } = createRequire(import.meta.url)(join(root, 'dist', program));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(root, 'dist/help.txt'), `${await helpText(version)}\n`);
}

/**
 * Files that `init` writes and that belong to another package. They are copied at build time, so there is one
 * source.
 */
async function copyAssets() {
  const copies = [
    ['packages/loom/migrations', 'loom-migrations'],
    ['packages/observability/dist', 'observability/dist'],
    // Under another name, because tools would treat a package.json inside the published files as a separate
    // package.
    ['packages/observability/package.json', 'observability/manifest.json'],
  ];
  for (const [from, to] of copies) {
    await cp(join(root, from), join(root, 'dist/assets', to), { recursive: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await build().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
