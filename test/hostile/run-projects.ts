import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../../src/core/error-codes.js';
import { type Finished, run } from '../harness/process.js';
import { root } from '../harness/root.js';

const RUNNER = fileURLToPath(new URL('run-projects.mjs', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** It only ends a run that hangs. */
const HANG_MS = 120_000;

export interface ProjectRuns extends Finished {
  /** Exit codes by folder. If a folder is missing, its run did not end. */
  readonly codes: Map<string, { readonly init: number; readonly check: number; readonly remove?: number }>;
}

/** Exit codes for errors of the project. It does not include the code for our own errors. */
export const EXPECTED_CODES: readonly number[] = Object.values(EXIT).filter((code) => code !== EXIT.bug);

/** Runs init, check and remove on each folder, in one child process. */
export async function runProjects(
  dirs: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<ProjectRuns> {
  const finished = await run(process.execPath, [RUNNER, version, ...dirs], {
    cwd: root,
    env: { CI: undefined, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
    timeoutMs: HANG_MS,
  });
  const codes = new Map<string, { init: number; check: number; remove?: number }>();
  for (const part of finished.stdout.split('\u001e')) {
    if (!part.startsWith('{"dir"')) continue;
    const { dir, ...rest } = JSON.parse(part);
    codes.set(dir, rest);
  }
  return { ...finished, codes };
}
