import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../errors.js';

/**
 * The tarball that `npm pack` made of a package.
 * @param stem the file's name before the version, such as `create-something-loom`
 * @returns an absolute path
 * @throws UsageError when the folder has none
 */
export function findTarball(folder: string, stem: string): string {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const newest = names
    .filter((name) => name.startsWith(`${stem}-`) && name.endsWith('.tgz'))
    .sort()
    .at(-1);
  if (newest !== undefined) return resolve(folder, newest);
  throw new UsageError(
    `There is no ${stem}-*.tgz in ${folder}.`,
    'Make the tarballs with `npm pack` in each package, and give their folder to --packages.',
  );
}
