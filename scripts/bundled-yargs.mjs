// yargs looks for the package.json of the program that it serves beside the nearest `node_modules`, else in the working
// folder. In a bundle that is the user's: it would be read at each start, and may be a link to a device without an end.
import { readFileSync } from 'node:fs';

const SHIM = /[\\/]yargs[\\/]lib[\\/]platform-shims[\\/]esm\.mjs$/;
const THEIRS = 'mainFilename: mainFilename || process.cwd()';
const OURS = 'mainFilename: __dirname';

/** @type {import('esbuild').Plugin} */
export const bundledYargs = {
  name: 'bundled-yargs',
  setup(build) {
    build.onLoad({ filter: SHIM }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes(THEIRS)) throw new Error(`${path} no longer has the line that the bundle replaces.`);
      return { contents: text.replace(THEIRS, OURS), loader: 'js' };
    });
  },
};
