import { posix } from 'node:path';

/** Folders for copies of tarballs, relative to the folder of the lockfile: many projects ignore the first. */
export const TARBALL_FOLDERS = [
  'vendor/create-something',
  'create-something-packages',
  '.observe/packages',
] as const;

/** A tarball is bytes and no text: such a file is read and written as one character for each byte. */
export function isTarball(path: string): boolean {
  return path.endsWith('.tgz');
}

export function encodingOf(path: string): 'latin1' | 'utf8' {
  return isTarball(path) ? 'latin1' : 'utf8';
}

/** Tarballs that a package.json asks for, by path from the folder that its own path is relative to. */
export function tarballsIn(packageJson: string, text: string): string[] {
  const folder = posix.dirname(packageJson);
  return [...text.matchAll(/"file:([^"]+\.tgz)"/g)].map(([, path = '']) => posix.join(folder, path));
}
