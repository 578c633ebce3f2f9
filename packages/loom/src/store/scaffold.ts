import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { packageRoot } from '../package.js';
import { knownMigrations } from './migrations.js';

export interface ScaffoldReport {
  /** Paths inside `.loom`, with `/`. */
  readonly created: string[];
  /** Existing files. Those that differ from this release's are kept. */
  readonly kept: { path: string; differs: boolean }[];
}

/** Content of a new `.loom` folder: the same files as the generator writes. */
export function scaffoldFiles(): { path: string; text: string }[] {
  const rendered = (name: string) => readFileSync(join(packageRoot, 'dist/scaffold', name), 'utf8');
  return [
    ...knownMigrations().map(({ name, sql }) => ({ path: `migrations/${name}`, text: sql })),
    { path: 'sync.mjs', text: rendered('sync.mjs') },
    { path: '.gitignore', text: rendered('gitignore') },
  ];
}

export function writeScaffold(loomDir: string): ScaffoldReport {
  const report: ScaffoldReport = { created: [], kept: [] };
  for (const { path, text } of scaffoldFiles()) {
    const target = join(loomDir, path);
    if (existsSync(target)) {
      const differs = readFileSync(target, 'utf8').replaceAll('\r\n', '\n') !== text;
      report.kept.push({ path, differs });
      continue;
    }
    try {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text, { flag: 'wx' });
    } catch (error) {
      throw new LoomError(
        `${target} can't be written: ${(error as Error).message}`,
        'Make the folder writable, then run `lm init` again.',
        EXIT.database,
      );
    }
    report.created.push(path);
  }
  return report;
}
