import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Disk } from '../../src/project/disk.js';
import { listWorkers } from '../../src/project/worker-list.js';
import { folderWith } from '../support/folder.js';

it('lists every Worker of a repository, without build output and packages', () => {
  const dir = folderWith({
    'apps/mcp/wrangler.jsonc': '{ "name": "mcp", "main": "src/index.ts" }',
    'apps/mcp/wrangler.toml': 'name = "passed over"',
    'apps/site/wrangler.toml': 'name = "site"\npages_build_output_dir = "dist"\n',
    'apps/broken/wrangler.json': '{ "name": ',
    'apps/mcp/.wrangler/deploy/config.json': '{ "configPath": "../../dist/wrangler.json" }',
    'apps/mcp/dist/wrangler.json': '{ "name": "built" }',
    'node_modules/some/wrangler.toml': 'name = "installed"',
    '.github/wrangler.toml': 'name = "hidden"',
    'packages/lib/package.json': '{}',
  });
  symlinkSync(dir, join(dir, 'packages/circle'), 'dir');
  expect(listWorkers(dir, new Disk())).toEqual([
    {
      dir: 'apps/broken',
      config: 'apps/broken/wrangler.json',
      name: undefined,
      main: undefined,
      kind: 'broken',
      shadowedBy: undefined,
    },
    {
      dir: 'apps/mcp',
      config: 'apps/mcp/wrangler.jsonc',
      name: 'mcp',
      main: 'src/index.ts',
      kind: 'worker',
      shadowedBy: undefined,
    },
    {
      dir: 'apps/site',
      config: 'apps/site/wrangler.toml',
      name: 'site',
      main: undefined,
      kind: 'pages',
      shadowedBy: undefined,
    },
  ]);
});

it('reports the config that Wrangler reads instead', () => {
  const dir = folderWith({ 'wrangler.json': '{ "name": "root" }', 'apps/mcp/wrangler.toml': 'name = "mcp"' });
  expect(listWorkers(dir, new Disk()).map(({ dir: at, shadowedBy }) => [at, shadowedBy])).toEqual([
    ['.', undefined],
    ['apps/mcp', 'wrangler.json'],
  ]);
});
