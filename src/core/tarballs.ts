import { posix } from 'node:path';

/**
 * Folders for copies of tarballs, relative to the lockfile's folder. Many projects git-ignore the first, so
 * there is a second.
 */
export const TARBALL_FOLDERS = [
  'vendor/create-something',
  'create-something-packages',
  '.observe/packages',
] as const;

/** Tarballs are binary: they are read and written with one character for each byte. */
export function isTarball(path: string): boolean {
  return path.endsWith('.tgz');
}

export function encodingOf(path: string): 'latin1' | 'utf8' {
  return isTarball(path) ? 'latin1' : 'utf8';
}

/** Paths of the tarballs in a package.json, relative to the same folder as the given path. */
export function tarballsIn(packageJson: string, text: string): string[] {
  const folder = posix.dirname(packageJson);
  return [...text.matchAll(/"file:([^"]+\.tgz)"/g)].map(([, path = '']) => posix.join(folder, path));
}
