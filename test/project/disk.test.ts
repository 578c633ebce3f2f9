import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Disk } from '../../src/project/disk.js';
import { folderWith } from '../support/folder.js';

it('is a plain file, and an impossible name is not an error', () => {
  const dir = folderWith({ 'a/b.ts': '' });
  expect(new Disk().isFile(join(dir, 'a/b.ts'))).toBe(true);
  for (const path of ['a', 'a/c.ts', 'a/b.ts/c', 'a\0b', 'a'.repeat(5000)])
    expect(new Disk().isFile(join(dir, path))).toBe(false);
});
