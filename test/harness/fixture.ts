import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { CALLS } from './calls.js';
import { installedFixture } from './installed.js';
import { root } from './root.js';
import { type Scratch, scratchFolder } from './scratch.js';

export type FixtureName = keyof typeof CALLS;

/** `dir` is the Worker's folder; `remove` removes the folder around it too. */
export type FixtureCopy = Scratch;

export interface CopyOptions {
  /**
   * `link` gives the copy a node_modules of symlinks to this repository's packages, for quick tests.
   * `install` gives it what `npm install` makes of it, as in a user's project. `none` leaves it without.
   */
  readonly modules: 'link' | 'install' | 'none';
}

/** Copies a Worker of `fixtures/workers` to a folder of its own outside the repository. */
export async function copyFixture(name: FixtureName, { modules }: CopyOptions): Promise<FixtureCopy> {
  const { dir: parent, remove } = scratchFolder();
  const dir = join(parent, name);
  const source = join(root, 'fixtures/workers', name);
  await cp(source, dir, { recursive: true, filter: (path) => !/[/\\](node_modules|\.wrangler)$/.test(path) });
  try {
    if (modules === 'link') await linkModules(dir);
    if (modules === 'install') await installedFixture(source, dir);
  } catch (error) {
    await remove();
    throw error;
  }
  return { dir, remove };
}

// One link for each package rather than one for the folder: an `npm install` in the copy then replaces
// links, and never reaches this repository's own node_modules.
async function linkModules(dir: string): Promise<void> {
  const from = join(root, 'node_modules');
  const to = join(dir, 'node_modules');
  await mkdir(to);
  for (const name of await readdir(from)) {
    // A user's project holds no link to this repository itself.
    if (name.startsWith('.') || name === 'create-something-observe') continue;
    if (!name.startsWith('@')) {
      await symlink(join(from, name), join(to, name), 'junction');
      continue;
    }
    await mkdir(join(to, name));
    for (const scoped of await readdir(join(from, name))) {
      await symlink(join(from, name, scoped), join(to, name, scoped), 'junction');
    }
  }
}
