import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../test/harness/root.js';
import { best, type Run, runMeasured } from '../codemod/run-subject.js';
import { writeTree } from '../codemod/tree.js';

const SIZES = [500, 2000, 8000];
const ROUNDS = 3;
const WORDS = ['--layers', 'langfuse'];

/** How `init`, a `check` without findings, and `remove` grow with the number of source files. */
export async function main(): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'observe-growth-'));
  const program = join(root, 'bin/create-something-observe.js');
  const commands = {
    init: [program, 'init', '--yes', '--force', '--no-install', ...WORDS],
    check: [program, 'check', ...WORDS],
    remove: [program, 'remove', '--yes', '--force'],
  };
  try {
    console.log('| files | command | wall ms | CPU ms | CPU, µs a file | peak MB |');
    console.log('|---:|---|---:|---:|---:|---:|');
    for (const files of SIZES) {
      const tree = join(scratch, 'tree');
      await writeTree(tree, files);
      const runs: Record<string, Run[]> = { init: [], check: [], remove: [] };
      for (let round = 0; round < ROUNDS; round++) {
        const copy = join(scratch, 'copy');
        await cp(tree, copy, { recursive: true });
        for (const [name, args] of Object.entries(commands)) {
          runs[name]?.push(await runMeasured(args, { cwd: copy, env: { NO_COLOR: '1' } }));
        }
        await rm(copy, { recursive: true });
      }
      for (const [name, all] of Object.entries(runs)) {
        const { ms, cpuMs, mb } = best(all);
        console.log(
          `| ${files} | \`${name}\` | ${ms} | ${cpuMs} | ${Math.round((cpuMs / files) * 1000)} | ${mb} |`,
        );
      }
    }
    return 0;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
