import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../harness/process.js';
import { root } from '../harness/root.js';

// Each rule of the road is probed where it must fire and where it must not: a rule whose pattern no
// longer matches any file would otherwise pass for ever.
interface Probe {
  readonly rule: 'style/noRestrictedImports' | 'style/noRestrictedGlobals' | 'suspicious/noConsole';
  readonly code: string;
  readonly fires: readonly string[];
  readonly silent: readonly string[];
}

const PLANNING = [
  'src/wrangler/a.ts',
  'src/tools/a.ts',
  'src/rewrite/a.ts',
  'src/scaffold/a.ts',
  'src/checks/a.ts',
  'src/reports/a.ts',
  'src/doctor/a.ts',
];
const TEXT = ['src/text/a.ts', 'src/core/a.ts'];

const probes: Record<string, Probe> = {
  'console is for commands': {
    rule: 'suspicious/noConsole',
    code: `console.error('x');\n`,
    fires: [
      ...PLANNING,
      ...TEXT,
      'src/project/a.ts',
      'src/apply/apply.ts',
      'packages/observability/src/a.ts',
    ],
    silent: ['src/commands/a.ts', 'bin/create-something-observe.js', 'scripts/a.mjs'],
  },
  'process is for commands': {
    rule: 'style/noRestrictedGlobals',
    code: `export const folder = process.cwd();\n`,
    fires: [...PLANNING, ...TEXT, 'src/project/a.ts', 'src/apply/apply.ts'],
    silent: ['src/commands/a.ts', 'bin/create-something-observe.js'],
  },
  'process is for commands, by import too': {
    rule: 'style/noRestrictedImports',
    code: `import process from 'node:process';\nexport const folder = process.cwd();\n`,
    fires: [...PLANNING, ...TEXT, 'src/project/a.ts', 'src/apply/apply.ts'],
    silent: ['src/commands/a.ts'],
  },
  'prompts are for commands': {
    rule: 'style/noRestrictedImports',
    code: `import { confirm } from '@clack/prompts';\nexport const ask = () => confirm({ message: 'x' });\n`,
    fires: [...PLANNING, ...TEXT, 'src/project/a.ts', 'src/apply/apply.ts'],
    silent: ['src/commands/a.ts'],
  },
  'reading files is for project': {
    rule: 'style/noRestrictedImports',
    code: `import { readFileSync } from 'node:fs';\nexport const read = () => readFileSync('x');\n`,
    fires: [...PLANNING, ...TEXT, 'src/commands/a.ts', 'src/plan/init.ts'],
    silent: ['src/project/a.ts', 'src/apply/apply.ts', 'packages/loom/src/a.ts'],
  },
  'a lazy import of node:fs counts': {
    rule: 'style/noRestrictedImports',
    code: `export const read = async () => (await import('node:fs/promises')).readFile('x');\n`,
    fires: [...PLANNING, ...TEXT, 'src/commands/a.ts', 'src/plan/init.ts'],
    silent: ['src/apply/apply.ts'],
  },
  'writing files is for apply': {
    rule: 'style/noRestrictedImports',
    code: `import { writeFileSync } from 'node:fs';\nexport const write = () => writeFileSync('x', 'y');\n`,
    fires: [...PLANNING, ...TEXT, 'src/project/a.ts', 'src/commands/a.ts'],
    silent: ['src/apply/apply.ts', 'packages/loom/src/a.ts'],
  },
  'a namespace import of node:fs is no way around it': {
    rule: 'style/noRestrictedImports',
    code: `import * as fs from 'node:fs';\nexport const write = () => fs.writeFileSync('x', 'y');\n`,
    fires: ['src/project/a.ts'],
    silent: ['src/apply/apply.ts'],
  },
  'ts-morph is for one module': {
    rule: 'style/noRestrictedImports',
    code: `import { Project } from 'ts-morph';\nexport const project = new Project();\n`,
    fires: [...PLANNING, ...TEXT, 'src/project/a.ts', 'src/apply/apply.ts', 'src/commands/a.ts'],
    silent: ['src/tools/syntax/syntax.ts'],
  },
  'packages import nothing from the generator': {
    rule: 'style/noRestrictedImports',
    code: `import { splice } from '../../../src/edits.js';\nexport const edit = splice;\n`,
    fires: ['packages/observability/src/a.ts', 'packages/loom/src/a.ts'],
    silent: [],
  },
  'packages import nothing from the generator, from a deeper folder': {
    rule: 'style/noRestrictedImports',
    code: `import { splice } from '../../../../src/edits.js';\nexport const edit = splice;\n`,
    fires: ['packages/loom/src/store/a.ts'],
    silent: [],
  },
  'the generator imports nothing from the packages': {
    rule: 'style/noRestrictedImports',
    code: `import { createTrace } from '../../packages/observability/src/trace.js';\nexport const t = createTrace;\n`,
    fires: [...PLANNING, 'src/commands/a.ts', 'src/project/a.ts'],
    silent: ['test/tools/a.test.ts'],
  },
  'planning does not know the commands': {
    rule: 'style/noRestrictedImports',
    code: `import { init } from '../commands/init.js';\nexport const start = init;\n`,
    fires: [...PLANNING, 'src/text/a.ts', 'src/project/a.ts'],
    silent: ['src/commands/a.ts'],
  },
  'planning does not apply': {
    rule: 'style/noRestrictedImports',
    code: `import { apply } from '../apply/apply.js';\nexport const start = apply;\n`,
    fires: [...PLANNING, 'src/text/a.ts', 'src/project/a.ts'],
    silent: ['src/commands/a.ts'],
  },
  'text does not know planning': {
    rule: 'style/noRestrictedImports',
    code: `import { wrap } from '../rewrite/wrap.js';\nexport const start = wrap;\n`,
    fires: ['src/text/a.ts'],
    silent: ['src/rewrite/a.ts', 'src/commands/a.ts'],
  },
};

describe.each(Object.entries(probes))('%s', (_name, probe) => {
  it('fires where it must, and nowhere else', async () => {
    const firing = await filesWhereFires(probe);
    expect(firing).toEqual([...probe.fires].sort());
  });
});

async function filesWhereFires({ rule, code, fires, silent }: Probe): Promise<string[]> {
  const project = await mkdtemp(join(tmpdir(), 'observe-rules-'));
  try {
    await cp(join(root, 'biome.json'), join(project, 'biome.json'));
    for (const file of [...fires, ...silent]) {
      await mkdir(dirname(join(project, file)), { recursive: true });
      await writeFile(join(project, file), code);
    }
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const flags = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
    const { stdout } = await run(process.execPath, [biome, ...flags], { cwd: project });
    const { summary, diagnostics } = JSON.parse(stdout) as BiomeReport;
    // A path that biome leaves out would pass for a silent one.
    expect(summary.unchanged).toBe(fires.length + silent.length + 1);
    const found = diagnostics.filter(
      ({ category, severity }) => category === `lint/${rule}` && severity === 'error',
    );
    return [...new Set(found.map(({ location }) => location.path))].sort();
  } finally {
    await rm(project, { recursive: true });
  }
}

interface BiomeReport {
  readonly summary: { readonly unchanged: number };
  readonly diagnostics: readonly {
    readonly category: string;
    readonly severity: string;
    readonly location: { readonly path: string };
  }[];
}
