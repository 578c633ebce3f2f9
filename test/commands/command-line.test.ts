import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMAND_NAMES } from '../../src/commands/flags.js';
import { EXIT } from '../../src/core/error-codes.js';
import { root } from '../harness/root.js';
import { BIN, observe } from '../support/cli.js';
import { folderWith } from '../support/folder.js';
import { hasTerminal, onTerminal } from '../support/pseudo-terminal.js';
import { jsonc, repository, worker } from './repository.js';

const project = () => repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }));

describe('a misspelled word', () => {
  it.each([
    [['ckeck'], /no command and no folder "ckeck"[\s\S]*Did you mean check\?/],
    [['intit'], /Did you mean init\?/],
    [['init', '--dryrun'], /Did you mean --dry-run\?/],
    [['check', '--max-warning', '3'], /Did you mean --max-warnings\?/],
    [['remove', '--sampling', '1'], /remove has no --sampling; init, check and doctor have\./],
    [['init', '--offline'], /init has no --offline; doctor has\./],
    [['remove', '--layers', 'loom'], /removes every layer[\s\S]*init --layers/],
  ])('%j gets a suggestion', async (words, says) => {
    const { code, stderr } = await observe(words, project());
    expect(stderr).toMatch(says);
    expect(code).toBe(words[0] === 'check' ? EXIT.couldNotCheck : EXIT.usage);
  });

  it('gets no suggestion if no word is similar', async () => {
    const { stderr } = await observe(['init', '--frobnicate'], project());
    expect(stderr).toContain('Unknown argument: frobnicate');
    expect(stderr).not.toContain('Did you mean');
    expect((await observe(['somewhere'], project())).stderr).toContain('no folder "somewhere"');
  });

  it('is a folder if that exists', async () => {
    const home = folderWith({ 'chek/package.json': '{}' });
    expect((await observe(['chek', '--dry-run'], home)).stderr).toContain('no wrangler.jsonc');
  });
});

it.each(['--dryRun', '--dry-run'])('%s is one flag', async (flag) => {
  const { code, stdout } = await observe(['init', flag], project());
  expect({ code, isPatch: stdout.startsWith('diff --git') }).toEqual({ code: 0, isPatch: true });
});

it('may be camel case for a value and a disabled switch, and for no other word', async () => {
  const dir = project();
  const { stderr } = await observe(['check', '--maxWarnings=-1'], dir);
  expect(stderr).toContain('--max-warnings takes a whole number');
  expect((await observe(['init', '--dryRun', '--noFormat'], dir)).code).toBe(0);
  expect((await observe(['init', '--dryRunning'], dir)).stderr).toContain('Unknown argument: dryRunning');
});

describe('help', () => {
  it.each(['', ...COMMAND_NAMES])('%s --help ends with examples', async (name) => {
    const { stdout, code } = await observe([...(name === '' ? [] : [name]), '--help'], root);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`\\nExamples:\\n(?: +create-something-observe ${name || 'init'} .*\\n)`),
    );
    expect(stdout).toContain('exit-codes.md');
  });

  it('remove does not offer flags that it refuses', async () => {
    expect((await observe(['remove', '--help'], root)).stdout).not.toContain('--layers');
  });

  it.runIf(hasTerminal)('is not wider than the terminal', async () => {
    for (const words of ['--help', 'init --help']) {
      const command = `stty cols 60; "${process.execPath}" "${BIN}" ${words}`;
      const { screen, code } = await onTerminal(command, root, []);
      expect(code).toBe(0);
      const lines = screen.split(/\r?\n/);
      expect(lines.length).toBeGreaterThan(20);
      expect(lines.filter((line) => line.length > 60)).toEqual([]);
    }
  });
});

it('the page of exit codes has a row for each, and no others', () => {
  const page = readFileSync(join(root, 'docs/guides/exit-codes.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(rows).toEqual(Object.values(EXIT).sort((a, b) => a - b));
});
