// How both command lines are built: one script that holds everything, and a small one that starts it with what V8 made
// of it in an earlier run.
import { fileURLToPath } from 'node:url';

/** A script, since V8 takes kept code for scripts only. An import of the program's own files is done when it is run. */
export const AS_SCRIPT = {
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/**
 * @param {string} program the built program's file in `dist`
 * @param {string} cache the folder in the user's cache that it calls its own
 * @param {string} base the package's folder
 * @returns {import('esbuild').BuildOptions}
 */
export function startOf(program, cache, base) {
  return {
    absWorkingDir: base,
    entryPoints: { start: fileURLToPath(new URL('../start/start.ts', import.meta.url)) },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    minify: true,
    define: { PROGRAM_FILE: JSON.stringify(program), CACHE_FOLDER: JSON.stringify(cache) },
  };
}
