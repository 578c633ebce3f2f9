// Builds the packages and the command line into their dist folders, each only when it changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundledYargs } from './bundled-yargs.mjs';
import { licencesOf } from './licences.mjs';
import { npm, root } from './run.mjs';
import { whenChanged } from './stamp.mjs';

// In the order in which they need each other.
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
        'packages/loom/migrations',
        'packages/observability/dist',
      ],
      output: 'dist/main.js',
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
  // Loom carries the files that the generator's templates make.
  const inputs = [
    folder,
    'templates',
    'tsconfig.base.json',
    'scripts/licences.mjs',
    'scripts/bundled-yargs.mjs',
  ];
  await whenChanged({ name, inputs, output: `${folder}/dist` }, async () => {
    console.error(`Building ${folder}`);
    const code = await npm(['run', '--silent', 'build', '-w', folder], {
      // A compiler's words go to stdout; they belong beside our own.
      stdio: ['ignore', 2, 2],
    });
    if (code !== 0) throw new Error(`The build of ${folder} ended with exit code ${code}`);
  });
}

async function buildGenerator() {
  console.error('Building the command line');
  const { build: bundle } = await import('esbuild');
  await rm(join(root, 'dist'), { recursive: true, force: true });
  const compiler = await buildCompiler(bundle);
  const prettier = await buildPrettier(bundle);
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: ['src/commands/main.ts'],
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Some packages are found as modules only by this field.
    mainFields: ['module', 'main'],
    plugins: [bundledYargs],
    // Everything is taken in, so that npx installs one package. The compiler is a file of its own.
    external: ['ts-morph'],
    define: {
      COMPILER_FILE: JSON.stringify(compiler.file),
      PRETTIER_FILE: JSON.stringify(prettier.file),
    },
    metafile: true,
    minify: true,
    // An error's name is that of its class.
    keepNames: true,
    // A lazy import stays a file of its own, so that `--version` never loads a compiler.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    legalComments: 'none',
    logLevel: 'warning',
  });
  writeFileSync(
    join(root, 'dist/LICENCES.txt'),
    licencesOf([compiler.metafile, prettier.metafile, metafile], root),
  );
  await copyAssets();
  await writeHelp();
}

/** ts-morph's compiler without its comments: a third of the bytes. Its name changes with its text. */
async function buildCompiler(bundle) {
  const ofTsMorph = createRequire(createRequire(import.meta.url).resolve('ts-morph'));
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: { compiler: ofTsMorph.resolve('@ts-morph/common/dist/typescript.js') },
    entryNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    outdir: 'dist',
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  return { file: basename(Object.keys(metafile.outputs)[0]), metafile };
}

/** Prettier, without the languages that `init` writes nothing in, for projects that have not installed theirs yet. */
async function buildPrettier(bundle) {
  const languages = /\/plugins\/(acorn|angular|flow|glimmer|graphql|html|markdown|meriyah|postcss)\.mjs$/;
  const leftOut = {
    name: 'languages left out',
    setup(build) {
      build.onResolve({ filter: languages }, ({ path }) => ({ path, namespace: 'left-out' }));
      build.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'export default {};' }));
    },
  };
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: { prettier: 'node_modules/prettier/index.mjs' },
    entryNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    plugins: [leftOut],
  });
  return { file: basename(Object.keys(metafile.outputs)[0]), metafile };
}

/** `--help` as a file: the command line prints it without loading what would make it. */
async function writeHelp() {
  const { helpText } = await import(pathToFileURL(join(root, 'dist/main.js')).href);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(root, 'dist/help.txt'), `${await helpText(version)}\n`);
}

/** What `init` writes into a project and another package owns: one source, copied at build time. */
async function copyAssets() {
  const copies = [
    ['packages/loom/migrations', 'loom-migrations'],
    ['packages/observability/dist', 'observability/dist'],
    // Under another name: a package.json inside the published files would be taken for a package of its own.
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
