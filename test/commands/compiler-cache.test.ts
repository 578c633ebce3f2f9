import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyFixture } from '../harness/fixture.js';
import { observe } from '../support/cli.js';
import { folderWith } from '../support/folder.js';

// The cache contains code that runs. It must be in a folder that only the user can write to, or not exist.
const worker = await copyFixture('demo', { modules: 'none' });
const first = await checked(undefined);

/** The output of `check`, with its cache in a folder. */
async function checked(cache: string | undefined, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stdout, stderr } = await observe(['check'], worker.dir, {
    NODE_DISABLE_COMPILE_CACHE: cache === undefined ? '1' : undefined,
    XDG_CACHE_HOME: cache,
    ...env,
  });
  expect(code, stderr).toBe(1);
  return stdout + stderr;
}

const ours = (cache: string) => join(cache, 'create-something-observe');

it('is created in the first run, only for its user, and does not change the output', async () => {
  const cache = folderWith({});
  expect(await checked(cache)).toBe(first);
  const kept = await readdir(ours(cache));
  expect(kept).not.toEqual([]);
  expect((await stat(ours(cache))).mode & 0o077).toBe(0);
  expect(await checked(cache)).toBe(first);
  expect(await readdir(ours(cache))).toEqual(kept);
});

it('is not created if Node’s cache is disabled', async () => {
  const cache = folderWith({});
  await checked(cache, { NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(await readdir(cache)).toEqual([]);
});

it('is not used in a folder that others can write to', async () => {
  const cache = folderWith({});
  await mkdir(ours(cache));
  await chmod(ours(cache), 0o777);
  expect(await checked(cache)).toBe(first);
  expect(await readdir(ours(cache))).toEqual([]);
});

it('is not used through a link', async () => {
  const [cache, elsewhere] = [folderWith({}), folderWith({})];
  await symlink(elsewhere, ours(cache));
  expect(await checked(cache)).toBe(first);
  expect(await readdir(elsewhere)).toEqual([]);
});

it.runIf(process.versions.node.startsWith('20.'))('is created again if its bytes changed', async () => {
  const cache = folderWith({});
  await checked(cache);
  const [name = ''] = await readdir(ours(cache));
  const file = join(ours(cache), name);
  const bytes = await readFile(file);
  bytes.fill(0, 4000, 5000);
  await writeFile(file, bytes);
  expect(await checked(cache)).toBe(first);
  expect((await readFile(file)).equals(bytes)).toBe(false);
});

it('does not change the result if it can’t be written', async () => {
  const cache = folderWith({});
  await writeFile(join(cache, 'file'), '');
  expect(await checked(join(cache, 'file'))).toBe(first);
});
