import { resolve } from 'node:path';
import { UsageError } from '../core/errors.js';
import type { Disk } from './disk.js';

/**
 * The tarball of a package, as `npm pack` makes it.
 * @param stem the file name before the version, such as `create-something-loom`
 * @returns an absolute path
 * @throws UsageError if the folder has no tarballs
 */
export function findTarball(folder: string, stem: string, disk: Disk): string {
  const newest = newestTarball(folder, stem, disk);
  if (newest !== undefined) return newest;
  throw new UsageError(
    `There is no ${stem}-*.tgz in ${folder}.`,
    'Make the tarballs with `npm pack` in each package, and pass their folder to --packages.',
  );
}

/** The same; undefined if there is no tarball or no folder. */
export function newestTarball(folder: string, stem: string, disk: Disk): string | undefined {
  if (!disk.isFolder(folder)) return undefined;
  const newest = disk
    .entries(folder)
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${stem}-`) && name.endsWith('.tgz'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
  return newest === undefined ? undefined : resolve(folder, newest);
}
