import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Disk } from '../../src/project/disk.js';
import { detectPackageManager, downloadWith, execWith } from '../../src/project/package-manager.js';
import { folderWith } from '../support/folder.js';

const BERRY = '__metadata:\n  version: 8\n';
const CLASSIC = '# yarn lockfile v1\n';

/**
 * The result for a folder of a repository with these files: the name, the folder in which it installs, and the notes.
 */
function detected(files: Record<string, string>, at = '.', userAgent?: string) {
  const root = folderWith({ [`${at}/package.json`]: '{}', ...files });
  const found = detectPackageManager(join(root, at), root, new Disk(), userAgent);
  const home = found.root === root ? '.' : found.root.slice(root.length + 1);
  return { name: found.name, home, classic: found.isYarnClassic, notes: found.notes.map(({ rule }) => rule) };
}

describe('the lockfile decides', () => {
  it.each([
    ['package-lock.json', '{}', 'npm', false],
    ['npm-shrinkwrap.json', '{}', 'npm', false],
    ['pnpm-lock.yaml', '', 'pnpm', false],
    ['bun.lock', '', 'bun', false],
    ['bun.lockb', '', 'bun', false],
    ['yarn.lock', BERRY, 'yarn', false],
    ['yarn.lock', CLASSIC, 'yarn', true],
  ] as const)('%s', (file, text, name, classic) => {
    expect(detected({ [file]: text })).toEqual({ name, home: '.', classic, notes: [] });
  });

  it('of a parent folder, if the folder has none', () => {
    const files = { 'pnpm-lock.yaml': '', 'pnpm-workspace.yaml': 'packages: [apps/*]\n' };
    expect(detected(files, 'apps/mcp')).toMatchObject({ name: 'pnpm', home: '.' });
    expect(detected({ 'bun.lock': '', 'package.json': '{}' })).toMatchObject({ name: 'bun', home: '.' });
  });

  it.each([{}, { workspaces: ['packages/*'] }])(
    'gives only the name if it is of another workspace: %j',
    (root) => {
      const files = { 'bun.lock': '', 'package.json': JSON.stringify(root) };
      expect(detected(files, 'templates/mcp')).toMatchObject({ name: 'bun', home: 'templates/mcp' });
    },
  );

  it('in the folder, if it is in no workspace', () => {
    const files = { 'pnpm-lock.yaml': '', 'apps/mcp/package-lock.json': '{}' };
    expect(detected(files, 'apps/mcp')).toMatchObject({ name: 'npm', home: 'apps/mcp', notes: [] });
  });

  it('in the workspace, not in a member, with a note', () => {
    const files = {
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': 'packages:\n  - apps/*\n',
      'apps/mcp/package-lock.json': '{}',
    };
    expect(detected(files, 'apps/mcp')).toMatchObject({
      name: 'pnpm',
      home: '.',
      notes: ['project/stray-lockfile'],
    });
  });

  it('in the member, if pnpm has one in each', () => {
    const files = {
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': 'packages: [apps/*]\n',
      'apps/mcp/pnpm-lock.yaml': '',
    };
    expect(detected(files, 'apps/mcp')).toMatchObject({ name: 'pnpm', home: 'apps/mcp', notes: [] });
  });

  it('not of a different packageManager field, with a note', () => {
    const files = { 'package.json': '{ "packageManager": "pnpm@9.0.0" }', 'package-lock.json': '{}' };
    expect(detected(files)).toMatchObject({ name: 'npm', notes: ['project/package-manager-differs'] });
  });
});

describe('of several lockfiles in one folder', () => {
  const both = { 'package-lock.json': '{}', 'pnpm-lock.yaml': '' };
  const rule = 'project/several-lockfiles';

  it.each([
    ['the packageManager field', { 'package.json': '{ "packageManager": "npm@11.0.0" }' }, 'npm'],
    ['devEngines', { 'package.json': '{ "devEngines": { "packageManager": { "name": "npm" } } }' }, 'npm'],
    ['what an install left', { 'node_modules/.package-lock.json': '{}' }, 'npm'],
    ['a settings file', { 'pnpm-workspace.yaml': '', 'node_modules/.package-lock.json': '{}' }, 'pnpm'],
  ] as const)('%s chooses', (_why, files, name) => {
    expect(detected({ ...both, ...files })).toMatchObject({ name, notes: [rule] });
  });

  it('names all of them, and the reason', () => {
    const root = folderWith({ ...both, 'package.json': '{ "packageManager": "npm@11.0.0" }' });
    const [note] = detectPackageManager(root, root, new Disk()).notes;
    expect(note).toMatchObject({ level: 'info', file: join(root, 'package-lock.json') });
    expect(note?.message).toMatch(/pnpm-lock\.yaml, package-lock\.json.*npm is used.*packageManager/);
  });

  it('of one manager are not ambiguous', () => {
    expect(detected({ 'bun.lock': '', 'bun.lockb': '' })).toMatchObject({ name: 'bun', notes: [] });
  });
});

describe('without a lockfile', () => {
  it.each([
    [
      'the field',
      { 'package.json': '{ "packageManager": "yarn@1.22.22+sha512.x" }' },
      undefined,
      'yarn',
      true,
    ],
    ['the field, newer', { 'package.json': '{ "packageManager": "yarn@4.1.0" }' }, undefined, 'yarn', false],
    ['a sign', { 'pnpm-workspace.yaml': 'packages: []\n' }, 'npm/11', 'pnpm', false],
    ['the program that started this one', {}, 'bun/1.3.0 npm/? node/v24', 'bun', false],
    ['npm', {}, undefined, 'npm', false],
  ] as const)('%s', (_why, files, agent, name, classic) => {
    expect(detected(files, '.', agent)).toEqual({ name, home: '.', classic, notes: [] });
  });

  it('installs in the folder of the workspace', () => {
    const files = { 'package.json': '{ "workspaces": { "packages": ["apps/*"] } }' };
    expect(detected(files, 'apps/mcp', 'yarn/4.0.0')).toMatchObject({ name: 'yarn', home: '.' });
  });
});

it('runs programs with each manager’s command', () => {
  const managers = (['npm', 'pnpm', 'bun'] as const).map((name) => ({ name, isYarnClassic: false }));
  expect(managers.map(execWith)).toEqual(['npx', 'pnpm exec', 'bunx']);
  expect(managers.map(downloadWith)).toEqual(['npx', 'pnpm dlx', 'bunx']);
  const yarn = [true, false].map((isYarnClassic) => ({ name: 'yarn' as const, isYarnClassic }));
  expect(yarn.map(execWith)).toEqual(['yarn', 'yarn']);
  expect(yarn.map(downloadWith)).toEqual(['npx', 'yarn dlx']);
});
