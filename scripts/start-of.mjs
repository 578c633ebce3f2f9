// How both command lines are built: one script that holds everything, and a small one that starts it with what V8 made
// of it in an earlier run.
import { readFileSync, writeFileSync } from 'node:fs';
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

/**
 * Writes a built program's letters beyond ASCII as escapes. One such letter anywhere makes V8 keep all of the text in
 * two bytes a letter: reading it then takes twice the time at every start. `start.ts` relies on it.
 */
export function inAscii(file) {
  const text = readFileSync(file, 'utf8');
  const escaped = text.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(file, escaped);
}

/** `child_process` costs milliseconds, and most commands start no process: it is loaded when one is. */
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
