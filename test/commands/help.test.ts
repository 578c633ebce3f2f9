import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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

it('names every command and flag', async () => {
  const help = await helpText(version);
  for (const word of [
    'init',
    'check',
    'remove',
    '--yes',
    '--dry-run',
    '--json',
    '--layers',
    '--packages',
    '--worker',
  ]) {
    expect(help).toContain(word);
  }
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
