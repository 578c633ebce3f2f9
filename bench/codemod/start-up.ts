import { join } from 'node:path';
import { copyFixture } from '../../test/harness/fixture.js';
import { mustRun } from '../../test/harness/process.js';
import { root } from '../../test/harness/root.js';
import { best, type Run, runMeasured } from './run-subject.js';

const ROUNDS = 7;

/**
 * Measures the waiting time of a person for help, and for `check` without findings. The runs are interleaved, so that
 * the machine's load is equal for all of them.
 */
export async function startUp(program: string): Promise<void> {
  const fixture = await copyFixture('demo', { modules: 'none' });
  try {
    const init = [program, 'init', '--yes', '--force', '--no-install'];
    await mustRun(process.execPath, init, { cwd: fixture.dir });
    const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');
    const commands = new Map<string, readonly string[]>([
      ['`node -e 0`', ['-e', '0']],
      ['`create-something-observe --help`', [program, '--help']],
      ['`wrangler --version`', [wrangler, '--version']],
      ['`create-something-observe check`, one clean Worker', [program, 'check']],
    ]);
    const runs = new Map<string, Run[]>([...commands.keys()].map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, args] of commands) {
        runs.get(name)?.push(await runMeasured(args, { cwd: fixture.dir, env: { NO_COLOR: '1' } }));
      }
    }
    console.log(
      `Start to end, best of ${ROUNDS}\n\n| command | wall ms | CPU ms | peak MB |\n|---|---:|---:|---:|`,
    );
    for (const [name, all] of runs) {
      const { ms, cpuMs, mb } = best(all);
      console.log(`| ${name} | ${ms} | ${cpuMs} | ${mb} |`);
    }
  } finally {
    await fixture.remove();
  }
}
