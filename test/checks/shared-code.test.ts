import { describe, expect, it } from 'vitest';
import { jsonc, repository, text, worker } from '../commands/repository.js';
import { git } from '../support/cli.js';
import { observeHere } from './in-process.js';

const REGISTRAR = `import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

export function registerShared(server: McpServer) {
  server.registerTool('weather', { description: 'Weather' }, async () => ({ content: [] }));
}
`;
const app = (name: string, from: string) =>
  worker(
    `apps/${name}`,
    {
      'wrangler.jsonc': jsonc(name),
      'package.json': `{ "name": "${name}", "dependencies": { "@w/weather": "*" } }\n`,
    },
    `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { registerShared } from '${from}';\nregisterShared(new McpServer({ name: '${name}-server', version: '1' }));\n`,
  );
const workspace = (manifest: object) =>
  repository({
    'package.json': '{ "private": true, "workspaces": ["apps/*", "packages/*"] }\n',
    ...app('east', '@w/weather'),
    ...app('west', '@w/weather'),
    'packages/weather/package.json': JSON.stringify({
      name: '@w/weather',
      exports: './index.ts',
      ...manifest,
    }),
    'packages/weather/index.ts': REGISTRAR,
  });
const PLACE = 'packages/weather/index.ts';

const init = (dir: string, ...args: string[]) => observeHere('init', dir, '--yes', '--no-install', ...args);

describe('a package that two Workers use', () => {
  it.each(['east', 'west'])('is traced with its own name, in any order of set-up: %s', async (name) => {
    const dir = workspace({ private: true });
    const { stdout } = await init(`${dir}/apps/${name}`);
    const other = name === 'east' ? 'west' : 'east';
    expect(stdout).toContain(`../../packages/weather is also used by ${other}`);
    expect(stdout).toContain('../../packages/weather/package.json');
    expect(text(dir, PLACE)).toContain("'@w/weather:weather'");
    expect(text(dir, PLACE)).not.toMatch(/east|west/);
    git(dir, 'add', '--all');
    const first = text(dir, PLACE);
    await init(`${dir}/apps/${other}`, '--force');
    expect(text(dir, PLACE)).toBe(first);
  });

  it('is changed only on request if it is published', async () => {
    const dir = workspace({ version: '1.0.0', files: ['dist'] });
    expect((await init(`${dir}/apps/east`)).stdout).toContain('langfuse/no-tools');
    const { stdout } = await init(`${dir}/apps/east`, '--allow-no-tools');
    expect(stdout).toContain('@w/weather is published');
    expect(text(dir, PLACE)).toBe(REGISTRAR);
    expect(text(dir, 'packages/weather/package.json')).not.toContain('@create-something');
    await init(`${dir}/apps/east`, '--force', '--shared');
    expect(text(dir, PLACE)).toContain("'@w/weather:weather'");
    expect(await observeHere('check', `${dir}/apps/east`)).toMatchObject({ code: 0 });
  });
});

it('a file that two Workers import by a path is shared too', async () => {
  const dir = repository({
    'package.json': '{ "private": true }\n',
    ...app('east', '../../../shared/weather'),
    ...app('west', '../../../shared/weather'),
    'shared/weather.ts': REGISTRAR,
  });
  const { stdout } = await init(`${dir}/apps/west`);
  expect(stdout).toContain('is also used by east');
  expect(text(dir, 'shared/weather.ts')).not.toMatch(/east|west/);
});

it('a package that only one Worker uses is not shared', async () => {
  const dir = repository({
    'package.json': '{ "private": true, "workspaces": ["apps/*", "packages/*"] }\n',
    ...app('east', '@w/weather'),
    'packages/weather/package.json': '{ "name": "@w/weather", "exports": "./index.ts" }',
    'packages/weather/index.ts': REGISTRAR,
  });
  const { stdout } = await init(`${dir}/apps/east`);
  expect(stdout).not.toContain('project/shared-code');
  expect(text(dir, PLACE)).toContain("'east-server:weather'");
});
