// Runs what lies in bench/<name>: `node scripts/bench.mjs corpus <list.json> <folder>`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { root } from './run.mjs';

const [name, ...words] = process.argv.slice(2);
try {
  await prepare();
  const { build } = await import('esbuild');
  const outfile = join(root, `node_modules/.cache/create-something-observe/bench-${name}.mjs`);
  // It shares its TypeScript with the sources and the tests, and Node 20 reads none.
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/${name}/main.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'warning',
  });
  const { main } = await import(pathToFileURL(outfile).href);
  process.exitCode = await main(words);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
