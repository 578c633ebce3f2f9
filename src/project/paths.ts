import { dirname, sep } from 'node:path';

/** A path for plans and reports, with `/` on every system. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/** `dir` and the folders above it, up to `root` or the top of the file system. */
export function* upwards(dir: string, root = ''): Generator<string> {
  for (let folder = dir; folder.startsWith(root); folder = dirname(folder)) {
    yield folder;
    if (folder === dirname(folder)) return;
  }
}
