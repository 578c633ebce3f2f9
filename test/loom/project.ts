import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Database } from '../../packages/loom/src/store/database.js';
import { openLoom } from '../../packages/loom/src/store/open.js';
import { tempDir } from '../support/folder.js';

export const LM = fileURLToPath(new URL('../../packages/loom/bin/lm.js', import.meta.url));

export interface Project {
  readonly dir: string;
  readonly loomDir: string;
  readonly db: Database;
}

/** A project with an empty, open Loom. */
export function project(): Project {
  const dir = tempDir();
  const loomDir = join(dir, '.loom');
  mkdirSync(loomDir);
  const db = openLoom(loomDir);
  onTestFinished(() => {
    try {
      db.close();
    } catch {
      // The test itself has closed it.
    }
  });
  return { dir, loomDir, db };
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a machine without agents, keys and sessions. */
export function bareEnv(home: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    LOOM_BACKGROUND: 'off',
    LOOM_AGENT: 'tester',
    TZ: 'UTC',
    // V8's compile cache of `lm` is shared between tests, so it is not in the project, which is this user's
    // home.
    XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    ...more,
  };
}

/** Runs the built `lm` as a user's shell would. */
export function lm(cwd: string, args: readonly string[], env: Record<string, string> = {}, input = ''): Ran {
  if (!existsSync(fileURLToPath(new URL('../../packages/loom/dist/start.cjs', import.meta.url)))) {
    throw new Error('packages/loom is not built: npm run build -w @create-something/loom');
  }
  const ran = spawnSync(process.execPath, [LM, ...args], {
    cwd,
    env: bareEnv(cwd, env),
    input,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

/** The same without waiting. Resolves when it has ended. */
export function lmStarted(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [LM, ...args], { cwd, env: bareEnv(cwd, env) }, (error, stdout, stderr) => {
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : null) : 0, stdout, stderr });
    });
  });
}

/** `data` of a command's JSON output. Fails if the command failed. */
export function data<T>(ran: Ran): T {
  const answer = JSON.parse(ran.stdout) as { schema_version: number; data: T; error?: unknown };
  if (ran.code !== 0 || answer.schema_version !== 1 || answer.error !== undefined) {
    throw new Error(`lm ended with ${ran.code}: ${ran.stdout}${ran.stderr}`);
  }
  return answer.data;
}

/** A process that only waits, killed at the end of the test. */
export function sleeper(): { pid: number; kill: () => Promise<void> } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  return { pid: child.pid ?? 0, kill };
}
