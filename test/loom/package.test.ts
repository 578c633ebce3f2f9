import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PUBLISHED } from '../harness/npm.js';
import { root } from '../harness/root.js';

test.each(PUBLISHED)('the tarball of %s does not depend on the others', async (folder) => {
  // pnpm and Bun look for a tarball's dependencies only in the registry, even if --packages adds them.
  const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  const needed = ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.keys(manifest[kind] ?? {}),
  );
  const ours = await Promise.all(
    PUBLISHED.map(async (each) => JSON.parse(await readFile(join(root, each, 'package.json'), 'utf8')).name),
  );
  expect(needed.filter((name) => ours.includes(name))).toEqual([]);
});
