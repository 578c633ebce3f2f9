// Removes two parts of yargs that slow down every start and that we do not use.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const CHANGES = [
  {
    // It looks for the program's package.json next to the nearest `node_modules`, else in the working folder.
    // In a bundle, that is the user's file: it would be read at each start, and it may be a link to an
    // endless device.
    file: /[\\/]yargs[\\/]lib[\\/]platform-shims[\\/]esm\.mjs$/,
    theirs: 'mainFilename: mainFilename || process.cwd()',
    ours: 'mainFilename: __dirname',
  },
  {
    // For each command it also builds the help text, which is rarely needed.
    file: /[\\/]yargs[\\/]build[\\/]lib[\\/]command\.js$/,
    theirs: 'yargs.getInternalMethods().getUsageInstance().cacheHelpMessage();',
    ours: '',
  },
];

/**
 * string-width takes 30 ms to load, because it prepares a segmenter and a table of emoji. Our texts are
 * ASCII, so it is only loaded for the first text with other characters.
 * @type {import('esbuild').Plugin}
 */
export const lazyStringWidth = {
  name: 'lazy-string-width',
  setup(build) {
    build.onResolve({ filter: /^string-width$/ }, async ({ kind, resolveDir, pluginData }) => {
      if (pluginData === lazyStringWidth) return undefined;
      const { path } = await build.resolve('string-width', { kind, resolveDir, pluginData: lazyStringWidth });
      return { path, namespace: 'lazy-string-width' };
    });
    build.onLoad({ filter: /./, namespace: 'lazy-string-width' }, ({ path }) => ({
      contents: `const PLAIN = /^[ -~\\u00a1-\\u00ac\\u2013\\u2014\\u2026]*$/;
        export default (text, options) =>
          typeof text === 'string' && PLAIN.test(text)
            ? text.length
            : require(${JSON.stringify(path)}).default(text, options);`,
      resolveDir: dirname(path),
    }));
  },
};

/** @type {import('esbuild').Plugin} */
export const bundledYargs = {
  name: 'bundled-yargs',
  setup(build) {
    for (const { file, theirs, ours } of CHANGES) {
      build.onLoad({ filter: file }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!text.includes(theirs))
          throw new Error(`${path} no longer has the line that the bundle replaces.`);
        return { contents: text.replace(theirs, ours), loader: 'js' };
      });
    }
  },
};
