import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMAND_NAMES, flagsOf } from '../../src/commands/flags.js';
import { helpText } from '../../src/commands/main.js';
import { root } from '../harness/root.js';
import { observe } from '../support/cli.js';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

it('prints the command line’s own help without loading it', async () => {
  const { stdout, code } = await observe(['--help'], root);
  expect(stdout.trim()).toBe((await helpText(version)).trim());
  expect(code).toBe(0);
  expect((await observe(['--version'], root)).stdout.trim()).toBe(version);
});

it('names every command', async () => {
  const help = await helpText(version);
  for (const name of COMMAND_NAMES)
    expect(help).toMatch(new RegExp(`^ +create-something-observe ${name}\\b`, 'm'));
});

it.each(COMMAND_NAMES)('%s --help has its flags, and no others', async (name) => {
  const { stdout, code } = await observe([name, '--help'], root);
  expect(code).toBe(0);
  const named = [...stdout.matchAll(/^ +(?:-\w, )? *--([a-z-]+)/gm)].map(([, flag]) => flag);
  const own = Object.entries(flagsOf(name)).flatMap(([flag, said]) => ('hidden' in said ? [] : [flag]));
  expect(named.sort()).toEqual(['help', 'version', ...own].sort());
});

it('shows no example twice, and no flag that does nothing', async () => {
  const lines = (await helpText(version))
    .split('\n')
    .filter((line) => /^ {2}create-something-observe .* {2}/.test(line));
  expect(new Set(lines).size).toBe(lines.length);
  expect((await observe(['check', '--help'], root)).stdout).not.toContain('--yes');
  expect(await observe(['check', '--yes', '--help'], root)).toMatchObject({ code: 0 });
});

it('docs/llms.txt has every command, and its links exist', () => {
  const text = readFileSync(join(root, 'docs/llms.txt'), 'utf8');
  for (const name of COMMAND_NAMES) expect(text).toContain(`\`${name}\``);
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(15);
  expect(links.filter((path) => !existsSync(join(root, 'docs', path)))).toEqual([]);
  const guides = readdirSync(join(root, 'docs/guides')).map((name) => `guides/${name}`);
  expect(guides.filter((path) => !links.includes(path))).toEqual([]);
});

it('docs/flags.md has only existing flags', async () => {
  const helps = await Promise.all(['init', 'check', 'doctor'].map((name) => observe([name, '--help'], root)));
  const known = helps.map(({ stdout }) => stdout).join('\n');
  const named = readFileSync(join(root, 'docs/flags.md'), 'utf8').match(/--[a-z][a-z-]+/g) ?? [];
  expect(named.length).toBeGreaterThan(10);
  const unknown = named.filter(
    (flag) => !known.includes(flag) && !known.includes(flag.replace(/^--no-/, '--')),
  );
  expect(unknown).toEqual([]);
});
