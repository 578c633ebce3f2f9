import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { commitAll, git } from '../support/cli.js';
import { folderWith } from '../support/folder.js';

export const INIT = ['init', '--yes', '--no-install'];

/** A git repository with these files in a commit. */
export function repository(files: Record<string, string>): string {
  const dir = folderWith(files);
  git(dir, 'init', '--quiet');
  commitAll(dir);
  return dir;
}

/** A Worker with one tool, in `folder`. */
export function worker(
  folder: string,
  config: Record<string, string>,
  source = toolNamed('add'),
): Record<string, string> {
  const files = { 'package.json': '{\n  "name": "w"\n}\n', 'src/index.ts': source, ...config };
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [folder === '.' ? path : `${folder}/${path}`, text]),
  );
}

export function toolNamed(name: string): string {
  return `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const server = new McpServer({ name: 'calc', version: '1.0.0' });
server.tool('${name}', 'Add', async () => ({ content: [] }));
`;
}

export function jsonc(name: string, more = ''): string {
  return `{\n  "name": "${name}",\n  "main": "src/index.ts",\n  "compatibility_date": "2026-04-20"${more}\n}\n`;
}

export function text(dir: string, path: string): string {
  return readFileSync(join(dir, path), 'utf8');
}

/** Gives a project a Wrangler: this repository's, or one with the given output. */
export function installWrangler(dir: string, stub?: { code: string; keys?: readonly string[] }): void {
  const home = join(dir, 'node_modules/wrangler');
  mkdirSync(dirname(home), { recursive: true });
  if (stub === undefined) {
    const real = dirname(createRequire(import.meta.url).resolve('wrangler/package.json'));
    symlinkSync(real, home, 'junction');
    return;
  }
  mkdirSync(home);
  const properties = Object.fromEntries((stub.keys ?? ['enabled', 'traces']).map((key) => [key, {}]));
  writeFileSync(
    join(home, 'package.json'),
    '{ "name": "wrangler", "version": "4.200.0", "main": "main.js" }',
  );
  writeFileSync(join(home, 'main.js'), stub.code);
  writeFileSync(
    join(home, 'config-schema.json'),
    JSON.stringify({ definitions: { Observability: { properties } } }),
  );
}

/** A folder for PATH. Its package managers run this script in the current folder. */
export function managerThat(script: string): { PATH: string } {
  const file = `#!/bin/sh\n${script}\n`;
  const dir = folderWith({});
  for (const name of ['npm', 'bun']) writeFileSync(join(dir, name), file, { mode: 0o755 });
  return { PATH: `${dir}:${process.env['PATH']}` };
}
