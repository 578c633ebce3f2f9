import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { COMMAND_TABLE } from '../../src/commands/command-table.js';
import { COMMAND_NAMES, FLAGS, flagsOf } from '../../src/commands/flags.js';
import { ERROR_CODES, EXIT } from '../../src/core/error-codes.js';
import { root } from '../harness/root.js';
import { observe } from '../support/cli.js';

interface Listed {
  readonly name: string;
  readonly flags: readonly { readonly name: string; readonly type: string; readonly repeatable: boolean }[];
  readonly exitCodes: readonly number[];
  readonly examples: readonly { readonly command: string }[];
}

it('commands --json lists every command with all flags that yargs knows', async () => {
  const { stdout, stderr, code } = await observe(['commands', '--json'], root);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const listed = JSON.parse(stdout);
  const schema = JSON.parse(readFileSync(join(root, 'schemas/commands.schema.json'), 'utf8'));
  const isListed = new Ajv2020({ allowUnionTypes: true }).compile(schema);
  expect(isListed(listed), JSON.stringify(isListed.errors)).toBe(true);
  expect(listed.commands.map(({ name }: Listed) => name)).toEqual(COMMAND_NAMES);
  for (const { name, flags, exitCodes, examples } of listed.commands as Listed[]) {
    const own = flagsOf(name as (typeof COMMAND_NAMES)[number]);
    expect(flags.map((flag) => flag.name)).toEqual(Object.keys(own).map((flag) => `--${flag}`));
    expect(exitCodes).toContain(EXIT.ok);
    for (const { command } of examples) expect(command).toMatch(/^create-something-observe /);
  }
  const [init] = listed.commands as [Listed];
  const flag = (name: string) => init.flags.find((one) => one.name === name);
  expect(flag('--task')).toMatchObject({ type: 'string', repeatable: true });
  expect(flag('--runtime')).toMatchObject({ choices: FLAGS.runtime.yargs.choices, default: null });
  expect(flag('--install')).toMatchObject({ type: 'boolean', default: true });
  expect(flag('--sampling')).toMatchObject({ type: 'number' });
  expect(listed.errors.map((error: { code: string }) => error.code)).toEqual(Object.keys(ERROR_CODES));
});

it('every example has only flags of its command', () => {
  for (const name of COMMAND_NAMES) {
    const known = Object.keys(flagsOf(name));
    for (const [words] of COMMAND_TABLE[name].examples) {
      expect(words.split(' ')[0]).toBe(name);
      for (const [, flag = ''] of words.matchAll(/--([a-z-]+)/g)) expect(known).toContain(flag);
    }
  }
});
