// Builds the packages and the command line into their dist folders, each only when it changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
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
  const inputs = [folder, 'templates', 'tsconfig.base.json'];
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
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await bundle({
    absWorkingDir: root,
    entryPoints: ['src/commands/main.ts'],
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // What only the build needs is taken in, as much of it as is used.
    external: Object.keys(dependencies),
    // A lazy import stays a file of its own, so that `--version` never loads a compiler.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    legalComments: 'none',
    logLevel: 'warning',
  });
  await copyAssets();
  await writeHelp();
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
