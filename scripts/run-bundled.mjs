import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { root } from './run.mjs';

/**
 * Installs and builds what is missing, then runs the `main` of one of our own TypeScript files. These share code with
 * the sources and the tests, and Node 20 reads none of it, so the file is bundled first.
 * @param {string} entry path from the root
 * @param {string} name of the bundle in the cache
 * @param {readonly string[]} words what `main` gets
 */
export async function runBundled(entry, name, words = []) {
  try {
    await prepare();
    const { build } = await import('esbuild');
    const outfile = join(root, `node_modules/.cache/create-something-observe/${name}.mjs`);
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
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
}
