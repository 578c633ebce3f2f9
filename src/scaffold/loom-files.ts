import type { Assets } from '../project/assets.js';
import { render } from './render.js';

/**
 * The files of layer 3 in the user's project, by path. `init` writes them, and `lm` creates the database.
 * @param folder of Loom, relative to the project
 */
export function loomFiles(assets: Assets, folder: string): Record<string, string> {
  const files: Record<string, string> = {
    [`${folder}/.gitignore`]: render(assets.template('loom/gitignore.hbs')),
    [`${folder}/sync.mjs`]: render(assets.template('loom/sync.mjs.hbs')),
  };
  for (const [name, text] of Object.entries(assets.migrations()))
    files[`${folder}/migrations/${name}`] = text;
  return files;
}
