import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';
import { root } from '../harness/root.js';
import { tempDir } from '../support/folder.js';

// Each rule of .dependency-cruiser.mjs is tested with imports that it must report and must not report. Otherwise, a
// rule whose pattern matches no file would pass forever.

const { default: config } = (await import(join(root, '.dependency-cruiser.mjs'))) as {
  default: Required<Pick<IConfiguration, 'forbidden' | 'options'>>;
};

/** The folders of src/, lowest first, as in ARCHITECTURE.md. */
const ROOMS =
  'core text atlas tools rewrite wrangler reports project apply scaffold checks plan doctor commands'.split(
    ' ',
  );
const AGENT_FILES = 'src/scaffold/agent-files.ts';
const SYNTAX = 'src/tools/syntax/syntax.ts';
const every = (...left: string[]) =>
  ROOMS.filter((room) => !left.includes(room)).map((room) => `src/${room}/a.ts`);

interface Probe {
  /** The import of the probe file: a file of the project, or a module. */
  readonly target: string;
  readonly fires: readonly string[];
  readonly silent?: readonly string[];
}

const below = (room: string) => ROOMS.slice(0, ROOMS.indexOf(room)).map((name) => `src/${name}/a.ts`);
const above = (room: string) => ROOMS.slice(ROOMS.indexOf(room)).map((name) => `src/${name}/a.ts`);

const probes: Record<string, readonly Probe[]> = {
  ...Object.fromEntries(
    ROOMS.slice(0, -1).map((room, index) => [
      `${room}-imports-downwards`,
      [
        {
          target: `src/${ROOMS[index + 1]}/b.ts`,
          fires: [`src/${room}/a.ts`],
          silent: above(ROOMS[index + 1] as string),
        },
      ],
    ]),
  ),
  'only-commands-apply': [
    {
      target: 'src/apply/b.ts',
      fires: every('apply', 'commands'),
      silent: ['src/apply/a.ts', 'src/commands/a.ts'],
    },
  ],
  'only-syntax-parses': [
    { target: 'ts-morph', fires: every(), silent: [SYNTAX] },
    { target: 'typescript', fires: every(), silent: [SYNTAX] },
  ],
  'only-commands-talk': [
    '@clack/prompts',
    'yargs',
    'yargs/helpers',
    'node:process',
    'node:readline/promises',
  ].map((target) => ({ target, fires: every('commands'), silent: ['src/commands/a.ts'] })),
  'only-project-and-apply-use-files': ['node:fs', 'node:fs/promises', 'fs'].map((target) => ({
    target,
    fires: every('project', 'apply'),
    silent: ['src/project/a.ts', 'src/apply/a.ts', 'packages/loom/src/a.ts'],
  })),
  'generator-imports-no-package': [
    {
      target: 'packages/observability/src/b.ts',
      fires: every(),
      silent: ['packages/observability/src/a.ts'],
    },
  ],
  'generator-shares-texts-for-agents': [
    { target: 'packages/loom/src/agents/setup.ts', fires: [AGENT_FILES] },
    { target: 'packages/loom/src/agents/mcp-entry.ts', fires: [], silent: [AGENT_FILES] },
  ],
  'packages-import-no-generator': [
    { target: 'src/core/b.ts', fires: ['packages/loom/src/a.ts', 'packages/observability/src/x/a.ts'] },
  ],
  'runtime-has-no-dependencies': [
    { target: 'ts-morph', fires: ['packages/observability/src/a.ts'], silent: ['packages/loom/src/a.ts'] },
  ],
  'server-asks-nothing-of-node': [
    {
      target: 'node:crypto',
      fires: ['packages/loom/src/server/a.ts', 'packages/loom/src/server/gate/a.ts'],
      silent: ['packages/loom/src/store/a.ts'],
    },
  ],
  'receiver-knows-no-page': [
    {
      target: 'packages/loom/src/dashboard/b.ts',
      fires: ['packages/loom/src/receiver/a.ts', 'packages/loom/src/store/a.ts'],
      silent: ['packages/loom/src/dashboard/a.ts'],
    },
  ],
  'page-knows-only-the-contract': [
    { target: 'packages/loom/src/dashboard/views/b.ts', fires: ['packages/loom/app/a.ts'] },
    { target: 'packages/loom/src/dashboard/contract.ts', fires: [], silent: ['packages/loom/app/a.ts'] },
  ],
  'no-circle': [
    { target: 'src/plan/a.ts', fires: ['src/plan/b.ts'] },
    { target: 'packages/loom/app/a.ts', fires: ['packages/loom/app/b.ts'] },
  ],
  'no-unresolved': [{ target: 'src/plan/missing.ts', fires: ['src/plan/a.ts'] }],
  'no-loose-file': [{ target: 'src/core/b.ts', fires: ['src/a.ts'], silent: below('text') }],
};

it('tests every rule', () => {
  expect(config.forbidden.map(({ name }) => name).sort()).toEqual(Object.keys(probes).sort());
});

describe.each(Object.entries(probes))('%s', (rule, cases) => {
  it.each(cases)('reports $target where it must, and nowhere else', async (probe) => {
    expect(await filesWhereFires(rule, probe)).toEqual([...probe.fires].sort());
  });
});

async function filesWhereFires(rule: string, { target, fires, silent = [] }: Probe): Promise<string[]> {
  const project = tempDir();
  const importers = [...fires, ...silent].filter((file) => file !== target);
  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(project, file)), { recursive: true });
    await writeFile(join(project, file), text);
  };
  await cp(join(root, '.dependency-cruiser.mjs'), join(project, '.dependency-cruiser.mjs'));
  await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
  await write('tsconfig.json', '{ "compilerOptions": { "module": "nodenext" } }');
  const isFile = target.startsWith('src/') || target.startsWith('packages/');
  if (isFile && rule !== 'no-unresolved') {
    await write(
      target,
      rule === 'no-circle' ? `import './b.js';\nexport const b = 1;\n` : 'export const b = 1;\n',
    );
  }
  for (const file of importers) {
    const up = '../'.repeat(file.split('/').length - 1);
    const from = isFile ? `${up}${target.replace(/\.ts$/, '.js')}` : target;
    await write(file, `import type { b } from '${from}';\nexport type A = typeof b;\n`);
  }
  const folders = [...new Set(importers.map((file) => file.split('/')[0] as string))];
  const { options, ...ruleSet } = config;
  const { output } = await cruise(
    folders,
    { ...options, baseDir: project, validate: true, ruleSet },
    { ...options.enhancedResolveOptions, bustTheCache: true },
  );
  const { modules, summary } = output as ICruiseResult;
  // A file that the tool ignores would count as one without a report.
  expect(modules.map(({ source }) => source)).toEqual(expect.arrayContaining(importers));
  const found = summary.violations.filter((violation) => violation.rule.name === rule);
  // A circle is reported once, from one of its files.
  const files = found.flatMap(({ from, cycle = [] }) => [from, ...cycle.map(({ name }) => name)]);
  return [...new Set(files)].filter((file) => file !== target).sort();
}
