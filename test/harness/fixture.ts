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
   * `install` gives it the result of `npm install`, as in a user's project. `none` gives it none.
   */
  readonly modules: 'link' | 'install' | 'none';
}

/** Copies a Worker of `fixtures/workers` to a new folder outside the repository. */
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

// Each package has its own link. So an `npm install` in the copy only replaces links, and never changes this
// repository's node_modules.
async function linkModules(dir: string): Promise<void> {
  const from = join(root, 'node_modules');
  const to = join(dir, 'node_modules');
  await mkdir(to);
  for (const name of await readdir(from)) {
    // A user's project contains no link to this repository.
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
