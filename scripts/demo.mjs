// `npm run demo`: installs and builds what is missing, then tells the whole story on a copy of a fixture.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { root } from './run.mjs';

try {
  await prepare();
  const { build } = await import('esbuild');
  const outfile = join(root, 'node_modules/.cache/create-something-observe/demo.mjs');
  // The story shares its TypeScript with the tests, and Node 20 reads none.
  await build({
    absWorkingDir: root,
    entryPoints: ['scripts/demo/main.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'warning',
  });
  const { main } = await import(pathToFileURL(outfile).href);
  process.exitCode = await main();
  // What a signal cut short may still wait for something that will not come.
  if (process.exitCode >= 128) process.exit();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
