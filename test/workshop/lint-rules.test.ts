import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../harness/process.js';
import { root } from '../harness/root.js';
import { tempDir } from '../support/folder.js';

// Each rule is tested with code that it must report and must not report. Otherwise, a rule whose pattern matches no
// file would pass forever.
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
  'a team’s server has no process': {
    rule: 'style/noRestrictedGlobals',
    code: `export const folder = process.cwd();\n`,
    fires: ['packages/loom/src/server/a.ts'],
    silent: ['packages/loom/src/store/a.ts'],
  },
  'writing files is for apply': {
    rule: 'style/noRestrictedImports',
    code: `import { writeFileSync } from 'node:fs';\nexport const write = () => writeFileSync('x', 'y');\n`,
    fires: ['src/project/a.ts'],
    silent: ['src/apply/apply.ts', 'packages/loom/src/a.ts'],
  },
  'writing files is for apply, by a lazy import too': {
    rule: 'style/noRestrictedImports',
    code: `export const write = async () => (await import('node:fs/promises')).writeFile('x', 'y');\n`,
    fires: ['src/project/a.ts'],
    silent: ['src/apply/apply.ts'],
  },
  'a namespace import of node:fs is reported too': {
    rule: 'style/noRestrictedImports',
    code: `import * as fs from 'node:fs';\nexport const write = () => fs.writeFileSync('x', 'y');\n`,
    fires: ['src/project/a.ts'],
    silent: ['src/apply/apply.ts'],
  },
  'reading files is for project': {
    rule: 'style/noRestrictedImports',
    code: `import { readFileSync } from 'node:fs';\nexport const read = () => readFileSync('x');\n`,
    fires: [],
    silent: ['src/project/a.ts'],
  },
};

describe.each(Object.entries(probes))('%s', (_name, probe) => {
  it('is reported where it must be, and nowhere else', async () => {
    const firing = await filesWhereFires(probe);
    expect(firing).toEqual([...probe.fires].sort());
  });
});

async function filesWhereFires({ rule, code, fires, silent }: Probe): Promise<string[]> {
  const project = tempDir();
  await cp(join(root, 'biome.json'), join(project, 'biome.json'));
  for (const file of [...fires, ...silent]) {
    await mkdir(dirname(join(project, file)), { recursive: true });
    await writeFile(join(project, file), code);
  }
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const flags = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout } = await run(process.execPath, [biome, ...flags], { cwd: project });
  const { summary, diagnostics } = JSON.parse(stdout) as BiomeReport;
  // A path that biome excludes would count as one without a report.
  expect(summary.unchanged).toBe(fires.length + silent.length + 1);
  const found = diagnostics.filter(
    ({ category, severity }) => category === `lint/${rule}` && severity === 'error',
  );
  return [...new Set(found.map(({ location }) => location.path))].sort();
}

interface BiomeReport {
  readonly summary: { readonly unchanged: number };
  readonly diagnostics: readonly {
    readonly category: string;
    readonly severity: string;
    readonly location: { readonly path: string };
  }[];
}
