import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Disk } from '../../src/project/disk.js';
import { FolderNames } from '../../src/project/folder-names.js';
import { reachableFiles, resolveFile } from '../../src/project/module-graph.js';
import { pnpmWorkspacePatterns } from '../../src/project/pnpm-workspace.js';
import { workspaceFolders } from '../../src/project/workspace-globs.js';
import { folderWith } from '../support/folder.js';

const WORKER = 'apps/mcp/src/index.ts';

/** The files that the Worker imports. */
function reached(files: Record<string, string>, entry = WORKER): string[] {
  const root = folderWith(files);
  return reachableFiles(join(root, entry), root, new Disk())
    .map(({ path }) => relative(root, path))
    .filter((path) => path !== entry)
    .sort();
}

/** A workspace whose Worker imports `specifier` from a package @repo/core. */
const core = (manifest: object, specifier = '@repo/core', declared: Record<string, string> = {}) => ({
  'package.json': '{ "workspaces": ["apps/*", "packages/*"] }',
  'apps/mcp/package.json': '{ "name": "mcp" }',
  [WORKER]: `import { tools } from '${specifier}';`,
  'packages/core/package.json': JSON.stringify({ name: '@repo/core', ...manifest }),
  'packages/core/src/index.ts': '',
  'packages/core/src/server.ts': '',
  'packages/core/src/tools/index.ts': '',
  'packages/core/dist/index.js': '// built',
  ...declared,
});

describe('packages of the same repository', () => {
  it.each<[string, object]>([
    ['main in dist', { main: './dist/index.js' }],
    ['main without ./', { main: 'dist/index.cjs', types: 'dist/index.d.ts' }],
    ['only types', { types: 'dist/index.d.ts' }],
    ['source', { source: 'src/index.ts', main: 'lib/other.js' }],
    ['nothing', {}],
    ['exports as text', { exports: './dist/index.js' }],
    ['exports by condition', { exports: { types: './dist/index.d.ts', default: './dist/index.js' } }],
    ['exports with a dot', { exports: { '.': { import: { default: './dist/index.mjs' } } } }],
    ['a source condition', { exports: { '.': { '@repo/source': './src/index.ts', default: './x.js' } } }],
    ['a format folder', { exports: { '.': './dist/esm/index.js' } }],
    ['TypeScript itself', { exports: { '.': './src/index.ts' } }],
  ])('are entered by %s', (_how, manifest) => {
    expect(reached(core(manifest))).toEqual(['packages/core/src/index.ts']);
  });

  it.each<[string, string, object, string]>([
    ['a subpath', 'server', { exports: { './server': './dist/server.js' } }, 'server.ts'],
    ['a pattern', 'server', { exports: { './*': './dist/*.js' } }, 'server.ts'],
    ['a folder', 'tools', { exports: { './tools': { default: './dist/tools/index.js' } } }, 'tools/index.ts'],
    ['a file', 'src/server', {}, 'server.ts'],
    ['a built file', 'dist/server.js', {}, 'server.ts'],
  ])('are entered by %s', (_how, subpath, manifest, file) => {
    expect(reached(core(manifest, `@repo/core/${subpath}`))).toEqual([`packages/core/src/${file}`]);
  });

  it.each<[string, Record<string, string>]>([
    ['pnpm', { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages:\n  - "packages/*" # ours\n' }],
    ['yarn', { 'package.json': '{ "workspaces": { "packages": ["packages/**"] } }' }],
    [
      'bun',
      { 'package.json': '{ "workspaces": { "packages": ["packages/*"], "catalog": { "zod": "4" } } }' },
    ],
    [
      'file:',
      {
        'package.json': '{}',
        'apps/mcp/package.json': '{ "dependencies": { "@repo/core": "file:../../packages/core" } }',
      },
    ],
  ])('are known from %s', (_how, declared) => {
    expect(reached(core({}, '@repo/core', declared))).toEqual(['packages/core/src/index.ts']);
  });

  it('are not those that are excluded, installed, or of another repository', () => {
    const left = { 'package.json': '{ "workspaces": ["packages/*", "!packages/core"] }' };
    expect(reached(core({}, '@repo/core', left))).toEqual([]);
    expect(reached(core({}, 'zod'))).toEqual([]);
    expect(reached(core({}, '@repo/other/core'))).toEqual([]);
  });

  it('are never entered through build output', () => {
    const files = core({ main: 'dist/index.js' });
    delete (files as Record<string, string>)['packages/core/src/index.ts'];
    expect(reached(files)).toEqual([]);
  });

  it('import each other, also by #imports', () => {
    const files = {
      ...core({ main: 'dist/index.js', imports: { '#server': './dist/server.js' } }),
      'packages/core/src/index.ts': `export * from '#server';\nimport '@repo/more';`,
      'packages/more/package.json': '{ "name": "@repo/more", "main": "index.ts" }',
      'packages/more/index.ts': `import '@repo/core';`,
    };
    expect(reached(files)).toEqual([
      'packages/core/src/index.ts',
      'packages/core/src/server.ts',
      'packages/more/index.ts',
    ]);
  });

  it('are overridden by a tsconfig path of the same name', () => {
    const files = {
      ...core({}),
      'apps/mcp/tsconfig.json': '{ "compilerOptions": { "paths": { "@repo/core": ["./src/own.ts"] } } }',
      'apps/mcp/src/own.ts': '',
    };
    expect(reached(files)).toEqual(['apps/mcp/src/own.ts']);
  });

  it('are overridden by the paths of a referenced tsconfig', () => {
    const files = {
      ...core({}),
      'apps/mcp/tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.worker.json" }, {}] }',
      'apps/mcp/tsconfig.worker.json':
        '{ "compilerOptions": { "paths": { "@repo/core": ["./src/own.ts"] } }, "references": [{ "path": "." }] }',
      'apps/mcp/src/own.ts': '',
    };
    expect(reached(files)).toEqual(['apps/mcp/src/own.ts']);
  });

  it('are found by name from an example inside them', () => {
    const files = {
      'package.json': '{ "name": "notes-mcp", "main": "./dist/index.js" }',
      'src/index.ts': '',
      'examples/worker/package.json': '{ "dependencies": { "notes-mcp": "^1.0.0" } }',
      'examples/worker/src/index.ts': "import { notesServer } from 'notes-mcp';",
    };
    expect(reached(files, 'examples/worker/src/index.ts')).toEqual(['src/index.ts']);
  });
});

describe('names that differ by case', () => {
  it('are found by their spelling on the disk', () => {
    const files = {
      [WORKER]: `import './AI/mcp';\nimport './tools.js';`,
      'apps/mcp/src/ai/Mcp.ts': '',
      'apps/mcp/src/Tools.ts': '',
    };
    expect(reached(files)).toEqual(['apps/mcp/src/Tools.ts', 'apps/mcp/src/ai/Mcp.ts']);
  });

  // Only on disks that distinguish case.
  it.runIf(process.platform === 'linux')('are ignored if two files are possible', () => {
    const root = folderWith({ 'src/a.ts': '', 'src/A.ts': '' });
    const names = new FolderNames(root, new Disk());
    expect(resolveFile(join(root, 'src/a'), names)).toBe(join(root, 'src/a.ts'));
    expect(resolveFile(join(root, 'src/A'), names)).toBe(join(root, 'src/A.ts'));
  });

  it('are not searched outside the repository', () => {
    const root = folderWith({ 'repo/a.ts': '', 'b.ts': '' });
    expect(resolveFile(join(root, 'b'), new FolderNames(join(root, 'repo'), new Disk()))).toBeUndefined();
  });
});

it('reads pnpm’s list in both styles of YAML, and nothing else', () => {
  expect(
    pnpmWorkspacePatterns(
      'catalog:\n  a: 1\n\npackages:\n- a/*\n  # no\n\n  - \'b/**\'\n  - "!c" # not\nrest:\n  - d\n',
    ),
  ).toEqual(['a/*', 'b/**', '!c']);
  expect(pnpmWorkspacePatterns('packages: ["a/*", b]\nx: [c]')).toEqual(['a/*', 'b']);
  expect(pnpmWorkspacePatterns('packages: [\n  "a/*",\n  b,\n]\n')).toEqual(['a/*', 'b']);
  expect(pnpmWorkspacePatterns('catalog:\n  packages: x\n')).toEqual([]);
});

it('matches folders like workspaces', () => {
  const root = folderWith({ 'a/b/c/x': '', 'a/d/x': '', 'a/node_modules/m/x': '', 'e.f/x': '', 'exf/x': '' });
  const found = (...patterns: string[]) =>
    workspaceFolders(root, patterns, new Disk())
      .map((path) => relative(root, path))
      .sort();
  expect(found('a/*')).toEqual(['a/b', 'a/d']);
  expect(found('./a/**', '!a/b')).toEqual(['a', 'a/b/c', 'a/d']);
  expect(found('{a/d,e.f}/')).toEqual(['a/d', 'e.f']);
  expect(found('a/**', '!**/b/**')).toEqual(['a', 'a/d']);
});
