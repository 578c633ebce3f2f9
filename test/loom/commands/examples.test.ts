import { describe, expect, it } from 'vitest';
import yargs, { type Argv } from 'yargs';
import { EXAMPLES } from '../../../packages/loom/src/commands/examples.js';
import { checked } from '../../../packages/loom/src/commands/option-checks.js';
import type { GlobalArgs } from '../../../packages/loom/src/commands/spec.js';
import { COMMANDS, commandName, type Leaf } from '../../../packages/loom/src/commands/table.js';
import { tempDir } from '../../support/folder.js';
import { lm } from '../project.js';

const LEAVES = COMMANDS.flatMap((entry) =>
  'commands' in entry
    ? entry.commands.map((leaf) => [commandName(leaf.usage, entry.usage), leaf] as const)
    : [[commandName(entry.usage), entry] as const],
);

it('every command has examples, and every example a command', () => {
  expect(LEAVES.map(([name]) => name).filter((name) => !EXAMPLES[name]?.length)).toEqual([]);
  const names = LEAVES.map(([name]) => name);
  expect(Object.keys(EXAMPLES).filter((name) => !names.includes(name))).toEqual([]);
});

describe('an example has only arguments that its command takes', () => {
  it.each(LEAVES)('%s', async (_name, leaf) => {
    const own = commandName(leaf.usage);
    for (const [words] of EXAMPLES[_name] ?? []) {
      const parsed = await parserOf(leaf).parseAsync(`${own} ${words}`.trim());
      expect(parsed, words).toHaveProperty('$0');
    }
  });

  it('a wrong one would be noticed', async () => {
    const [, create] = LEAVES.find(([name]) => name === 'create') ?? [];
    await expect(parserOf(create as Leaf).parseAsync('create "A title" --nope')).rejects.toThrow(/nope/);
  });
});

function parserOf({ usage, load }: Leaf) {
  return yargs()
    .option('json', { type: 'boolean' })
    .command({
      command: usage,
      describe: '',
      builder: async (inner: Argv<GlobalArgs>) => checked((await load()).builder(inner)),
      handler: () => {},
    } as never)
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Error(message);
    });
}

it.each([
  [[], 'lm dashboard'],
  [['session'], 'lm session pause'],
  [['create'], 'lm create "Refund fails for old orders"'],
  [['session', 'start'], 'lm session start --agent codex'],
  [['route'], 'lm route lm-4f2k9x --strategy cheapest'],
])('lm %s --help shows them', (words, example) => {
  expect(lm(tempDir(), [...words, '--help']).stdout).toContain(example);
});
