import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { check, format, type Options } from 'prettier';
import { describe, expect, it } from 'vitest';
import { observeHere } from '../checks/in-process.js';
import { commitAll, git } from '../support/cli.js';
import { jsonc, repository, text, worker } from './repository.js';

const project = (files: Record<string, string>) =>
  repository({ ...worker('.', { 'wrangler.jsonc': jsonc('calc') }), ...files });

describe("a project's own formatter", () => {
  it.each([
    ['Prettier with a config file', { '.prettierrc': '{}' }, 'npx prettier --write src/index.ts'],
    [
      'Prettier in package.json',
      { 'package.json': '{ "prettier": {} }' },
      'npx prettier --write src/index.ts',
    ],
    ['Biome', { 'biome.json': '{}' }, 'npx biome format --write src/index.ts'],
  ])('%s is suggested after init and after remove', async (_name, files, command) => {
    const dir = project(files);
    expect((await observeHere('init', dir, '--yes', '--no-install')).stdout).toContain(command);
    expect((await observeHere('remove', dir, '--yes', '--force')).stdout).toContain(command);
  });

  it('is not suggested in other projects', async () => {
    const { stdout } = await observeHere('init', project({}), '--yes', '--no-install');
    expect(stdout).not.toMatch(/prettier|biome/);
  });
});

/** Prettier's output about unformatted files. */
async function unformatted(dir: string, options: Options = {}): Promise<string[]> {
  const paths = ['src/index.ts', 'observe.json', 'wrangler.jsonc', 'package.json', '.loom/sync.mjs'];
  const found = paths.filter((path) => existsSync(join(dir, path)));
  const checked = found.map(async (path) => {
    const isSo = await check(text(dir, path), { filepath: join(dir, path), ...options });
    return isSo ? [] : [path];
  });
  return (await Promise.all(checked)).flat();
}

const TIDE = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

const server = new McpServer({ name: 'harbour-master', version: '1.0.0' });

server.registerTool(
  'next_tide',
  { description: 'The next tide at a place', inputSchema: { place: z.string() } },
  async ({ place }) => {
    const tides = await fetch(\`https://tides.test/\${place}\`).then((r) => r.json());
    // What the harbour shows on its board.
    return { content: [{ type: 'text', text: \`Next: \${tides[0] ?? 'unknown'}\` }] };
  },
);

export default { fetch: () => new Response(String(server)) };
`;

const LAYOUTS: [string, Options][] = [
  ['the usual width', { singleQuote: true }],
  ['tabs, a narrow page and no semicolons', { printWidth: 60, useTabs: true, semi: false }],
  ['a wide page', { printWidth: 140, singleQuote: true, trailingComma: 'none' }],
];

/** A Worker that Prettier formatted with these options. */
async function formattedProject(options: Options): Promise<string> {
  const files = {
    ...worker('.', { 'wrangler.jsonc': jsonc('harbour') }, TIDE),
    '.prettierrc': `${JSON.stringify(options, null, 2)}\n`,
  };
  const written = Object.entries(files).map(async ([path, text]) => {
    const isJson = path === '.prettierrc';
    return [path, isJson ? text : await format(text, { filepath: path, ...options })] as const;
  });
  return repository(Object.fromEntries(await Promise.all(written)));
}

describe('a formatted project', () => {
  it.each(LAYOUTS)('stays formatted with %s, and gets every byte back', async (_name, options) => {
    const dir = await formattedProject(options);
    const before = text(dir, 'src/index.ts');
    expect(await unformatted(dir, options)).toEqual([]);
    const { code, stdout } = await observeHere('init', dir, '--yes', '--no-install');
    expect(code).toBe(0);
    expect(stdout).not.toContain('prettier --write');
    expect(text(dir, 'src/index.ts')).toContain('createTrace');
    expect(await unformatted(dir, options)).toEqual([]);
    commitAll(dir);
    const after = text(dir, 'src/index.ts');
    await observeHere('init', dir, '--yes', '--no-install');
    expect(text(dir, 'src/index.ts')).toBe(after);
    expect(git(dir, 'status', '--porcelain')).toBe('');
    expect((await observeHere('remove', dir, '--yes')).code).toBe(0);
    expect(text(dir, 'src/index.ts')).toBe(before);
    expect(existsSync(join(dir, '.loom/sync.mjs'))).toBe(false);
  });

  it('keeps a person’s later edits when the set-up is removed', async () => {
    const dir = await formattedProject({ singleQuote: true });
    const before = text(dir, 'src/index.ts');
    await observeHere('init', dir, '--yes', '--no-install');
    const written = text(dir, 'src/index.ts');
    writeFileSync(join(dir, 'src/index.ts'), written.replace('on its board.', 'on its two boards.'));
    commitAll(dir);
    await observeHere('remove', dir, '--yes');
    expect(text(dir, 'src/index.ts')).toBe(before.replace('on its board.', 'on its two boards.'));
  });

  it('is restored as Prettier formats it, if a person formatted the code of init', async () => {
    const options: Options = { singleQuote: true };
    const dir = await formattedProject(options);
    const before = text(dir, 'src/index.ts');
    const { stdout } = await observeHere('init', dir, '--yes', '--no-install', '--no-format');
    expect(stdout).toContain('npx prettier --write src/index.ts');
    const written = text(dir, 'src/index.ts');
    const formatted = await format(written, { filepath: 'index.ts', ...options });
    expect(formatted).not.toBe(written);
    writeFileSync(join(dir, 'src/index.ts'), formatted);
    commitAll(dir);
    await observeHere('remove', dir, '--yes');
    expect(text(dir, 'src/index.ts')).toBe(before);
  });

  it('is not formatted with remove --no-format', async () => {
    const dir = await formattedProject({ singleQuote: true });
    await observeHere('init', dir, '--yes', '--no-install', '--no-format');
    commitAll(dir);
    await observeHere('remove', dir, '--yes', '--no-format');
    expect(git(dir, 'diff', '--stat', 'HEAD~1', '--', 'src')).toBe('');
  });

  it('stays formatted with Biome, including the order of imports', async () => {
    const source = TIDE.replaceAll('  ', '\t').replaceAll("'", '"');
    const dir = repository({
      ...worker('.', { 'wrangler.jsonc': jsonc('harbour') }, source),
      'biome.json': '{ "assist": { "actions": { "source": { "organizeImports": "on" } } } }\n',
      '.gitignore': 'node_modules\n',
    });
    const home = join(dir, 'node_modules/@biomejs');
    mkdirSync(home, { recursive: true });
    const installed = createRequire(import.meta.url).resolve('@biomejs/biome/package.json');
    symlinkSync(dirname(installed), join(home, 'biome'), 'junction');
    const biome = (...words: string[]) =>
      spawnSync(process.execPath, [join(dirname(installed), 'bin/biome'), ...words], { cwd: dir });
    biome('check', '--write', '--linter-enabled=false', 'src/index.ts');
    commitAll(dir);
    const before = text(dir, 'src/index.ts');
    await observeHere('init', dir, '--yes', '--no-install');
    expect(text(dir, 'src/index.ts')).toContain('createTrace');
    expect(biome('check', '--linter-enabled=false', 'src/index.ts', 'observe.json').status).toBe(0);
    commitAll(dir);
    await observeHere('remove', dir, '--yes');
    expect(text(dir, 'src/index.ts')).toBe(before);
  });
});

it('does not format a file that was not formatted', async () => {
  const dir = project({ '.prettierrc': '{ "tabWidth": 8 }' });
  const before = text(dir, 'src/index.ts');
  await observeHere('init', dir, '--yes', '--no-install');
  expect(text(dir, 'src/index.ts')).toContain("name: 'calc:add'");
  commitAll(dir);
  await observeHere('remove', dir, '--yes');
  expect(text(dir, 'src/index.ts')).toBe(before);
});
