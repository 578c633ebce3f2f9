import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { root } from './run.mjs';

/**
 * Installs and builds if necessary, then runs the `main` of one of our TypeScript files. Node 20 does not
 * read TypeScript, so tsx loads it.
 * @param {string} entry path from the root
 * @param {readonly string[]} words the arguments of `main`
 */
export async function runTypeScript(entry, words = []) {
  try {
    await prepare();
    const { tsImport } = await import('tsx/esm/api');
    const { main } = await tsImport(pathToFileURL(join(root, entry)).href, import.meta.url);
    process.exitCode = await main(words);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
