import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/error-codes.js';
import { observeHere } from '../checks/in-process.js';
import { hashFiles } from '../harness/files.js';
import { observe } from '../support/cli.js';
import { jsonc, repository, worker } from './repository.js';

const project = () => repository(worker('.', { 'wrangler.jsonc': jsonc('calc') }));

/** Each was once misunderstood, or reported as an internal error. */
const REFUSED: readonly (readonly [command: string, words: readonly string[], says: RegExp])[] = [
  ['init', ['--dry-run=3'], /--dry-run takes no value/],
  ['init', ['-y=maybe'], /-y takes no value/],
  ['init', ['--sampling='], /--sampling has no value/],
  ['init', ['--cwd', ''], /is empty/],
  ['init', ['--registrar', ''], /is empty/],
  ['init', ['--sampling', 'half'], /--sampling takes a number, but was given "half"/],
  ['check', ['--max-warnings=few'], /--max-warnings takes a number, but was given "few"/],
  ['init', ['--runtime', 'elsewhere'], /Given: "elsewhere"/],
  ['init', ['--layers', 'clouds'], /no layer "clouds"/],
  ['init', ['--sampling'], /Not enough arguments following: sampling/],
  ['init', ['--worker='], /--worker has no value/],
  ['init', ['--layers', 'loom', '--layers', 'langfuse'], /--layers is given twice/],
  ['init', ['--ci', 'github', '--ci', 'gitlab'], /--ci is given twice/],
  ['init', ['--cwd', '.', '--cwd', '.'], /--cwd is given twice/],
  ['init', ['--no-sampling'], /no flag --no-sampling/],
  ['init', ['--no-task'], /no flag --no-task/],
  ['init', ['--no-config'], /no flag --no-config/],
  ['init', ['--cwd.a=1'], /Unknown argument: cwd\.a/],
  ['init', ['--', 'elsewhere'], /Unknown argument: elsewhere/],
  ['init', ['--DRY-RUN'], /Unknown argument/],
  ['init', ['--config', 'package.json'], /package\.json belongs to another program/],
  ['check', ['--max-warnings='], /--max-warnings has no value/],
  ['check', ['--fix', '--dry-run'], /--fix writes files, but --dry-run does not/],
  ['check', ['--rule', 'langfuse/tool-untraced=off=x'], /can't be set to "off=x"/],
  ['remove', ['--sampling', '0.5'], /Unknown argument: sampling/],
];

describe('words', () => {
  it.each(REFUSED)('%s %j is refused, and nothing is written', async (command, words, says) => {
    const dir = project();
    const before = await hashFiles(dir);
    const { code, stdout, stderr } = await observeHere(command, dir, '--yes', '--no-install', ...words);
    expect(stderr).toMatch(says);
    expect({ code, stdout }).toEqual({
      code: command === 'check' ? EXIT.couldNotCheck : EXIT.usage,
      stdout: '',
    });
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('remove does not take out all where some layers are named', async () => {
    const dir = project();
    await observeHere('init', dir, '--yes', '--no-install');
    const before = await hashFiles(dir);
    const { code, stderr } = await observeHere('remove', dir, '--yes', '--layers', 'loom');
    expect(stderr).toMatch(/removes every layer[\s\S]*init --layers/);
    expect(code).toBe(EXIT.usage);
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('remove accepts the flags that choose the Workers', async () => {
    const dir = project();
    const before = await hashFiles(dir);
    await observeHere('init', dir, '--yes', '--no-install');
    expect(await observeHere('remove', dir, '-y', '--force', '-w', '.')).toMatchObject({ code: EXIT.ok });
    await observeHere('init', dir, '--yes', '--no-install');
    expect(await observeHere('remove', dir, '-y', '-c', 'wrangler.jsonc')).toMatchObject({ code: EXIT.ok });
    expect(await hashFiles(dir)).toEqual(before);
  });

  it('the command comes from yargs, in any order of words', async () => {
    const dir = project();
    expect(await observeHere('check', dir, '--cwd', 'init', '--bogus')).toMatchObject({
      code: EXIT.couldNotCheck,
    });
    const home = repository(worker('check', { 'wrangler.jsonc': jsonc('calc') }));
    const ended = await observe(['--cwd', 'check', 'init', '--bogus'], home);
    expect(ended).toMatchObject({ code: EXIT.usage });
  });

  it('a folder with the name of a command is not a command', async () => {
    expect(await observeHere('init', 'check')).toMatchObject({ code: EXIT.usage });
  });
});
