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
