import { join } from 'node:path';
import { npmEnv } from './npm.js';
import { type Finished, run } from './process.js';
import { root } from './root.js';

/** Runs this repository's command line, as built, in a folder. */
export function observe(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  const program = join(root, 'bin/create-something-observe.js');
  return run(process.execPath, [program, ...args], { cwd, env: { ...npmEnv(), NO_COLOR: '1', ...env } });
}
