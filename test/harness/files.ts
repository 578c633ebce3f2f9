import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that tools create in a project. */
const NOT_THEIRS = ['node_modules', '.wrangler', '.git'];

/**
 * Every file and folder below `dir`, by its path with `/`, with the SHA-256 of its bytes and its permission bits. The
 * path of a folder ends with `/`. Empty folders count too. `skip` contains names of files and folders to leave out
 * everywhere.
 */
export async function hashFiles(dir: string, { skip = NOT_THEIRS } = {}): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  await visit('');
  return hashes;

  async function visit(folder: string): Promise<void> {
    for (const name of (await readdir(join(dir, folder))).sort()) {
      if (skip.includes(name)) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      const found = await lstat(join(dir, path));
      if (found.isDirectory()) {
        hashes.set(`${path}/`, 'folder');
        await visit(path);
        continue;
      }
      const bytes = found.isSymbolicLink()
        ? await readlink(join(dir, path))
        : await readFile(join(dir, path));
      const hash = createHash('sha256').update(bytes).digest('hex');
      hashes.set(path, `${hash} ${(found.mode & 0o777).toString(8)}`);
    }
  }
}

export interface FileDifference {
  readonly path: string;
  readonly what: 'added' | 'removed' | 'changed';
}

/** The differences between two results of `hashFiles`. Empty if they are equal. */
export function differences(before: Map<string, string>, after: Map<string, string>): FileDifference[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path): FileDifference[] => {
    if (before.get(path) === after.get(path)) return [];
    if (!before.has(path)) return [{ path, what: 'added' }];
    return [{ path, what: after.has(path) ? 'changed' : 'removed' }];
  });
}

/** The size of a node_modules: the bytes of its files, and the number of packages. */
export async function installedSize(modules: string): Promise<{ bytes: number; packages: number }> {
  let bytes = 0;
  let packages = 0;
  for (const entry of await readdir(modules, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    bytes += (await stat(path)).size;
    if (/node_modules[/\\](@[^/\\]+[/\\])?[^/\\]+[/\\]package\.json$/.test(path)) packages += 1;
  }
  return { bytes, packages };
}
