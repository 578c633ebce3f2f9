import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { copyFixture, type FixtureCopy, type FixtureName } from '../harness/fixture.js';
import { type Finished, run } from '../harness/process.js';
import { root } from '../harness/root.js';

export const BIN = join(root, 'bin/create-something-observe.js');

/** Runs the built command line as a user would, without a terminal. */
export function observe(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  return run(process.execPath, [BIN, ...args], {
    cwd,
    env: { CI: undefined, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
  });
}

/** A copy of a fixture Worker with everything committed. */
export async function committedWorker(name: FixtureName = 'demo'): Promise<FixtureCopy> {
  const copy = await copyFixture(name, { modules: 'none' });
  git(copy.dir, 'init', '--quiet');
  commitAll(copy.dir);
  return copy;
}

export function commitAll(dir: string): void {
  git(dir, 'add', '--all');
  git(dir, '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message', 'x');
}

export function git(dir: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: dir, encoding: 'utf8' });
}
