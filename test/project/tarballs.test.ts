import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { Disk } from '../../src/project/disk.js';
import { findTarball } from '../../src/project/tarballs.js';
import { folderWith } from '../support/folder.js';

it('uses the newest of several tarballs, by version', () => {
  const dir = folderWith({ 'x-0.9.0.tgz': '', 'x-0.10.0.tgz': '', 'y-1.0.0.tgz': '' });
  expect(findTarball(dir, 'x', new Disk())).toBe(join(dir, 'x-0.10.0.tgz'));
});

it('asks for the folder if a tarball is given', () => {
  const dir = folderWith({ 'x-0.9.0.tgz': '' });
  expect(() => findTarball(join(dir, 'x-0.9.0.tgz'), 'x', new Disk())).toThrow(UsageError);
});
