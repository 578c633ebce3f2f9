import type { Assets } from '../project/assets.js';
import { render } from './render.js';

/** Layer 3's files in the user's project, by path. `init` writes them; the database is `lm`'s to create. */
export function loomFiles(assets: Assets): Record<string, string> {
  const files: Record<string, string> = {
    '.loom/.gitignore': render(assets.template('loom/gitignore.hbs')),
    '.loom/sync.mjs': render(assets.template('loom/sync.mjs.hbs')),
  };
  for (const [name, text] of Object.entries(assets.migrations())) files[`.loom/migrations/${name}`] = text;
  return files;
}
