import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What tools put into a project that its author never looks at. */
const NOT_THEIRS = ['node_modules', '.wrangler', '.git'];

/**
 * Every file and folder below `dir`, by its path with `/` (a folder's ends in one), with the SHA-256 of its
 * bytes and its permission bits. Folders count: an empty one left behind is a trace, too.
 * `skip` names files and folders that are left out wherever they are.
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

/** What differs between two results of `hashFiles`; empty when they are the same byte for byte. */
export function differences(before: Map<string, string>, after: Map<string, string>): FileDifference[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path): FileDifference[] => {
    if (before.get(path) === after.get(path)) return [];
    if (!before.has(path)) return [{ path, what: 'added' }];
    return [{ path, what: after.has(path) ? 'changed' : 'removed' }];
  });
}

/** What a node_modules holds: bytes of its files, and packages. */
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
