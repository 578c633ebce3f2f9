import { type Dirent, readdirSync, statSync } from 'node:fs';
import { dirname, sep } from 'node:path';

/** A path as plans and reports write it: with `/` on every system. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/** A file stands where one of its folders would be; or a name that no file can have, too long or with a NUL in it. */
const IS_NO_FILE = new Set(['ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

/**
 * Whether there is a plain file: a folder named `.env` is a Python environment, and reading a pipe or a device
 * would never end.
 */
export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch (error) {
    if (IS_NO_FILE.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** What a folder holds; a file in its place, or a folder that may not be read, holds nothing. */
export function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** `dir` and the folders above it, as far as `root` or, without one, the top of the file system. */
export function* upwards(dir: string, root = ''): Generator<string> {
  for (let folder = dir; folder.startsWith(root); folder = dirname(folder)) {
    yield folder;
    if (folder === dirname(folder)) return;
  }
}
