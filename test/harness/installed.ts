import { createHash } from 'node:crypto';
import { copyFile, cp, link, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { npmInstall } from './npm.js';
import { root } from './root.js';

/**
 * Adds the node_modules and the lockfile of `npm install` to `dir`, a copy of the fixture in `source`. An install takes
 * seconds of processor time, so it runs once for all tests. Each test gets its own links to the files.
 */
export async function installedFixture(source: string, dir: string): Promise<void> {
  const kept = await installOnce(source);
  await linkTree(join(kept, 'node_modules'), join(dir, 'node_modules'));
  await copyFile(join(kept, 'package-lock.json'), join(dir, 'package-lock.json'));
}

async function installOnce(source: string): Promise<string> {
  const manifest = await readFile(join(source, 'package.json'));
  const hash = createHash('sha256').update(manifest).digest('hex').slice(0, 16);
  const folder = join(root, 'node_modules/.cache/create-something-observe', `fixture-${hash}`);
  if (await stat(folder).catch(() => undefined)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  // Several tests may need it at the same time, and a stopped test must not leave half an install.
  const fresh = await mkdtemp(`${folder}-`);
  await cp(join(source, 'package.json'), join(fresh, 'package.json'));
  await npmInstall(fresh);
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true }));
  return folder;
}

/**
 * npm replaces the files of a package and never writes into them. But it does rewrite its list of installed packages.
 */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [there, here] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) return linkTree(there, here);
      if (entry.isSymbolicLink()) return cp(there, here, { verbatimSymlinks: true });
      if (entry.name === '.package-lock.json') return copyFile(there, here);
      // The temporary folder of the system may be on another disk.
      return link(there, here).catch(() => copyFile(there, here));
    }),
  );
}
