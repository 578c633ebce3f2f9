import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMAND_NAMES, flagsOf } from '../../src/commands/flags.js';
import { helpText } from '../../src/commands/main.js';
import { root } from '../harness/root.js';
import { observe } from '../support/cli.js';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

it('prints, without loading it, just what the command line says of itself', async () => {
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

it.each(COMMAND_NAMES)('%s --help names the flags that it has, and no others', async (name) => {
  const { stdout, code } = await observe([name, '--help'], root);
  expect(code).toBe(0);
  const named = [...stdout.matchAll(/^ +(?:-\w, )? *--([a-z-]+)/gm)].map(([, flag]) => flag);
  expect(named.sort()).toEqual(['help', 'version', ...Object.keys(flagsOf(name))].sort());
});

it('docs/flags.md names flags that there are', async () => {
  const helps = await Promise.all(['init', 'check', 'doctor'].map((name) => observe([name, '--help'], root)));
  const known = helps.map(({ stdout }) => stdout).join('\n');
  const named = readFileSync(join(root, 'docs/flags.md'), 'utf8').match(/--[a-z][a-z-]+/g) ?? [];
  expect(named.length).toBeGreaterThan(10);
  const unknown = named.filter(
    (flag) => !known.includes(flag) && !known.includes(flag.replace(/^--no-/, '--')),
  );
  expect(unknown).toEqual([]);
});
