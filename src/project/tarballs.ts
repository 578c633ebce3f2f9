import { resolve } from 'node:path';
import { UsageError } from '../core/errors.js';
import type { Disk } from './disk.js';

/**
 * The tarball that `npm pack` made of a package.
 * @param stem the file's name before the version, such as `create-something-loom`
 * @returns an absolute path
 * @throws UsageError when the folder has none
 */
export function findTarball(folder: string, stem: string, disk: Disk): string {
  const newest = disk
    .entries(folder)
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${stem}-`) && name.endsWith('.tgz'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
  if (newest !== undefined) return resolve(folder, newest);
  throw new UsageError(
    `There is no ${stem}-*.tgz in ${folder}.`,
    'Make the tarballs with `npm pack` in each package, and give their folder to --packages.',
  );
}
