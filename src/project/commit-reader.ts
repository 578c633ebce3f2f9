import type { Dirent } from 'node:fs';
import { join, relative } from 'node:path';
import type { Disk, DiskReader, Entry } from './disk.js';
import { slashed } from './paths.js';

interface Blob {
  readonly name: string;
  readonly size: number;
}

/**
 * Reads the disk as it was at a commit. Files in git, and files added later, come from the commit.
 * Git-ignored files, such as installed packages, come from the disk.
 * @param top absolute top folder of the work tree
 */
export function readerAt(top: string, commit: string, disk: Disk, now: DiskReader): DiskReader {
  const then = treeOf(blobsAt(top, commit, disk));
  const since = treeOf(new Map(pathsNow(top, disk).map((path) => [path, undefined])));
  const within = (path: string): string | undefined => {
    const from = slashed(relative(top, path));
    return from === '..' || from.startsWith('../') ? undefined : from;
  };
  const isNew = (path: string) =>
    !then.files.has(path) && !then.folders.has(path) && (since.files.has(path) || since.folders.has(path));
  return {
    look: (path) => {
      const from = within(path);
      const blob = from === undefined ? undefined : then.files.get(from);
      if (blob) return { kind: 'file', size: blob.size, identity: `${blob.name}:${from}` };
      if (from !== undefined && then.folders.has(from)) {
        return { kind: 'folder', size: 0, identity: `folder:${from}` } satisfies Entry;
      }
      return from !== undefined && isNew(from) ? undefined : now.look(path);
    },
    read: (path) => {
      const from = within(path);
      const blob = from === undefined ? undefined : then.files.get(from);
      if (!blob) return now.read(path);
      return Buffer.from(now.git(top, ['cat-file', 'blob', blob.name]).stdout);
    },
    list: (folder) => {
      const from = within(folder);
      if (from === undefined) return now.list(folder);
      const own = then.folders.get(from) ?? new Map<string, boolean>();
      const others = now.list(folder).filter((entry) => {
        const path = from === '' ? entry.name : `${from}/${entry.name}`;
        return !own.has(entry.name) && !isNew(path);
      });
      return [...[...own].map(([name, isFile]) => direntOf(name, folder, isFile)), ...others];
    },
    git: now.git,
  };
}

/** Files by path, and the entries of each folder by name. An entry is true for a file. */
function treeOf<T>(files: ReadonlyMap<string, T>) {
  const folders = new Map<string, Map<string, boolean>>([['', new Map()]]);
  for (const path of files.keys()) {
    const names = path.split('/');
    for (const [at, name] of names.entries()) {
      const folder = names.slice(0, at).join('/');
      const entries = folders.get(folder) ?? new Map<string, boolean>();
      entries.set(name, at === names.length - 1);
      folders.set(folder, entries);
    }
  }
  return { files, folders };
}

/** Links and submodules are skipped, because they have no text. */
function blobsAt(top: string, commit: string, disk: Disk): Map<string, Blob> {
  const { stdout } = disk.git(top, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit]);
  const blobs = new Map<string, Blob>();
  for (const line of stdout.split('\0')) {
    const [, mode, name, size, path] = /^(\d+) \w+ (\w+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
    if (path !== undefined && name !== undefined && mode?.startsWith('100')) {
      blobs.set(path, { name, size: Number(size) });
    }
  }
  return blobs;
}

/** Files that git has or could add: all except ignored ones. */
function pathsNow(top: string, disk: Disk): string[] {
  const { stdout } = disk.git(top, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  return stdout.split('\0').filter((path) => path !== '');
}

function direntOf(name: string, folder: string, isFile: boolean): Dirent {
  const no = () => false;
  return {
    name,
    parentPath: folder,
    path: join(folder, name),
    isFile: () => isFile,
    isDirectory: () => !isFile,
    isSymbolicLink: no,
    isBlockDevice: no,
    isCharacterDevice: no,
    isFIFO: no,
    isSocket: no,
  } as Dirent;
}
