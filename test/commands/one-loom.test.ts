import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { observeHere } from '../checks/in-process.js';
import { hashFiles } from '../harness/files.js';
import { commitAll } from '../support/cli.js';
import { jsonc, repository, text, worker } from './repository.js';

const packageJson = (name: string) => `{\n  "name": "${name}",\n  "private": true\n}\n`;

/** A workspace with two Workers that share nothing. */
const harbour = (more: Record<string, string> = {}) =>
  repository({
    'package.json': '{\n  "private": true,\n  "workspaces": ["apps/*"]\n}\n',
    '.gitignore': 'node_modules\n.dev.vars\n',
    ...worker('apps/north', { 'wrangler.jsonc': jsonc('north'), 'package.json': packageJson('north') }),
    ...worker('apps/south', { 'wrangler.jsonc': jsonc('south'), 'package.json': packageJson('south') }),
    ...more,
  });

const init = (dir: string, ...args: string[]) => observeHere('init', dir, '--yes', '--no-install', ...args);
const NORTH = ['--worker', 'apps/north'];
const SOUTH = ['--worker', 'apps/south'];

function scripts(dir: string, path: string): Record<string, string> {
  return JSON.parse(text(dir, path)).scripts ?? {};
}

const looms = (dir: string) =>
  ['.loom', 'apps/north/.loom', 'apps/south/.loom', 'tools/.loom'].filter((path) =>
    existsSync(join(dir, path, 'sync.mjs')),
  );

describe('one Loom for a workspace', () => {
  it('is at the top, and every script points to it', async () => {
    const dir = harbour();
    const before = await hashFiles(dir);
    expect((await init(dir, ...NORTH, ...SOUTH)).code).toBe(0);
    expect(looms(dir)).toEqual(['.loom']);
    for (const app of ['north', 'south']) {
      expect(scripts(dir, `apps/${app}/package.json`)['loom:sync']).toBe('node ../../.loom/sync.mjs');
      expect(text(dir, `apps/${app}/package.json`)).not.toContain('"@create-something/loom"');
    }
    expect(text(dir, 'package.json')).toContain('"@create-something/loom"');
    commitAll(dir);
    expect((await observeHere('check', dir)).code).toBe(0);
    const set = await hashFiles(dir);
    expect((await init(dir, ...NORTH, ...SOUTH)).code).toBe(0);
    expect(await hashFiles(dir)).toEqual(set);
    await observeHere('remove', dir, '--yes');
    expect(await hashFiles(dir)).toEqual(before);
  });

  it.each([
    ['the first', NORTH, 'apps/south'],
    ['the second', SOUTH, 'apps/north'],
  ])('stays until the last Worker is removed, if %s is removed first', async (_name, gone, stays) => {
    const dir = harbour();
    const before = await hashFiles(dir);
    await init(dir, ...NORTH);
    commitAll(dir);
    await init(dir, ...SOUTH);
    commitAll(dir);
    expect(looms(dir)).toEqual(['.loom']);
    await observeHere('remove', dir, '--yes', ...gone);
    commitAll(dir);
    expect(looms(dir)).toEqual(['.loom']);
    expect((await observeHere('check', join(dir, stays))).code).toBe(0);
    await observeHere('remove', dir, '--yes');
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('is in the folder of a Worker outside a workspace', async () => {
    const dir = harbour({ 'package.json': '{\n  "private": true\n}\n' });
    await init(dir, ...NORTH);
    expect(looms(dir)).toEqual(['apps/north/.loom']);
  });

  it('is the existing one', async () => {
    const dir = harbour({ 'apps/north/.loom/.gitignore': 'loom.db*\n' });
    await init(dir, ...NORTH);
    expect(looms(dir)).toEqual(['apps/north/.loom']);
    expect(scripts(dir, 'apps/north/package.json')['loom:sync']).toBe('node .loom/sync.mjs');
  });
});

describe('--loom-dir', () => {
  it('can be in another place, which later runs use', async () => {
    const dir = harbour({ 'tools/readme.txt': 'Tools\n' });
    const before = await hashFiles(dir);
    await init(dir, ...NORTH, '--loom-dir', 'tools');
    expect(looms(dir)).toEqual(['tools/.loom']);
    expect(scripts(dir, 'apps/north/package.json')['loom:sync']).toBe('node ../../tools/.loom/sync.mjs');
    commitAll(dir);
    const set = await hashFiles(dir);
    await init(dir, ...NORTH);
    expect(await hashFiles(dir)).toEqual(set);
    await observeHere('remove', dir, '--yes');
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('joins the existing ones, and keeps their databases', async () => {
    const dir = harbour();
    const before = await hashFiles(dir);
    await init(dir, ...NORTH, '--loom-dir', 'apps/north');
    commitAll(dir);
    await init(dir, ...SOUTH, '--loom-dir', 'apps/south');
    commitAll(dir);
    expect(looms(dir)).toEqual(['apps/north/.loom', 'apps/south/.loom']);
    writeFileSync(join(dir, 'apps/south/.loom/loom.db'), 'sessions');
    const { stdout } = await observeHere('check', dir);
    expect(stdout).toContain('loom/several-folders');
    expect((await init(dir, ...NORTH, ...SOUTH, '--loom-dir', '.')).code).toBe(0);
    expect(looms(dir)).toEqual(['.loom']);
    expect(scripts(dir, 'apps/south/package.json')['loom:sync']).toBe('node ../../.loom/sync.mjs');
    expect(readFileSync(join(dir, 'apps/south/.loom/loom.db'), 'utf8')).toBe('sessions');
    expect(text(dir, 'apps/south/.loom/.gitignore')).toContain('loom.db');
    commitAll(dir);
    expect((await observeHere('check', dir)).code).toBe(0);
    const { code } = await observeHere('remove', dir, '--yes');
    expect(code).toBe(0);
    const after = await hashFiles(dir);
    const kept = [...after.keys()].filter((path) => before.get(path) !== after.get(path));
    const south = 'apps/south/.loom/';
    expect(kept.sort()).toEqual([south, `${south}.gitignore`, `${south}loom.db`]);
  });

  it('is refused outside the repository', async () => {
    const dir = harbour();
    const { code, stderr } = await init(dir, ...NORTH, '--loom-dir', '..');
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('not in this repository');
  });
});
