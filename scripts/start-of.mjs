// Builds a command line as two scripts: one contains everything, and a small one starts it with V8's compiled
// code from an earlier run.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A script and not a module, because V8 accepts cached code only for scripts. The program's own files are
 * imported when it runs.
 */
export const AS_SCRIPT = {
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/**
 * @param {string} program the built program's file in `dist`
 * @param {string} cache the name of its folder in the user's cache
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

/**
 * Writes all characters of a built program that are not ASCII as escapes. With one such character, V8 stores
 * the whole text with two bytes per character, and each start takes twice the time to read it. `start.ts`
 * relies on this.
 */
export function inAscii(file) {
  const text = readFileSync(file, 'utf8');
  const escaped = text.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(file, escaped);
}

/**
 * Loading `child_process` takes milliseconds, and most commands start no process, so it is loaded on first
 * use.
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?child_process$/ }, ({ path, namespace }) =>
      namespace === 'lazy-builtin'
        ? { path, external: true }
        : { path: `node:${path.replace(/^node:/, '')}`, namespace: 'lazy-builtin' },
    );
    onLoad({ filter: /./, namespace: 'lazy-builtin' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== 'default');
      const getters = names.map((name) => `get ${name}() { return require("${path}").${name}; }`);
      return { contents: `module.exports = { ${getters.join(', ')} };`, loader: 'js' };
    });
  },
};
