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
    ...COMMON,
    entryPoints: ['src/commands/main.ts'],
    format: 'esm',
    // Some packages are found as modules only by this field.
    mainFields: ['module', 'main'],
    plugins: [bundledYargs],
    // Everything is taken in, so that npx installs one package. The compiler is a file of its own.
    external: ['ts-morph'],
    define: {
      COMPILER_FILE: JSON.stringify(compiler.file),
      PRETTIER_FILE: JSON.stringify(prettier.file),
    },
    // An error's name is that of its class.
    keepNames: true,
    // A lazy import stays a file of its own, so that `--version` never loads a compiler.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
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
  return bundleApart(bundle, {
    entryPoints: { compiler: ofTsMorph.resolve('@ts-morph/common/dist/typescript.js') },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
  });
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
  return bundleApart(bundle, {
    entryPoints: { prettier: 'node_modules/prettier/index.mjs' },
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    plugins: [leftOut],
  });
}

/** What every bundle of the command line has in common. */
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

/** A file of its own in `dist`, its name with a hash of its text. */
async function bundleApart(bundle, options) {
  const { metafile } = await bundle({ ...COMMON, entryNames: '[name]-[hash]', ...options });
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
