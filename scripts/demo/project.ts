import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FixtureCopy } from '../../test/harness/fixture.js';
import { npmInstall, npmPack, PUBLISHED } from '../../test/harness/npm.js';
import { observe } from '../../test/harness/observe.js';
import { type Finished, mustRun } from '../../test/harness/process.js';

/** Turns a copy into a user's project: installs it, and commits it to a new git repository. */
export async function settle({ dir }: FixtureCopy): Promise<void> {
  await npmInstall(dir);
  await git(dir, 'init', '--quiet');
  await commit(dir, 'Field notes');
}

/** `init` and `remove` need a clean tree, so that their change can be reviewed separately. */
export async function commit(dir: string, message: string): Promise<void> {
  await git(dir, 'add', '--all');
  await git(dir, 'commit', '--quiet', '--message', message);
}

/** Packs packages that are not in a registry yet, next to the project. */
export async function packPackages(project: FixtureCopy): Promise<string> {
  const folder = join(project.dir, '../packages');
  await npmPack(PUBLISHED, folder);
  return folder;
}

/** The program that a user runs with `npx create-something-observe`. */
export function command(args: readonly string[], cwd: string): Promise<Finished> {
  return observe(args, cwd);
}

/** The numbers of changed and new files in git, and of changed lines in sources. */
export async function countChanges(dir: string): Promise<string> {
  const numbers = await git(dir, 'diff', '--numstat', '--', '.', ':!package-lock.json');
  const rows = numbers
    .trim()
    .split('\n')
    .map((row) => row.split('\t'));
  const source = rows.find(([, , path]) => path?.startsWith('src/'));
  const created = (await git(dir, 'ls-files', '--others', '--exclude-standard')).trim().split('\n');
  return `${source?.[2]} +${source?.[0]} -${source?.[1]}; ${rows.length} files edited, ${created.length} new`;
}

/** The file with secrets for local runs of Wrangler. */
export async function writeKeys(dir: string, receiver: string): Promise<() => Promise<void>> {
  const file = join(dir, '.dev.vars');
  const keys = {
    LANGFUSE_PUBLIC_KEY: 'pk-lf-demo',
    LANGFUSE_SECRET_KEY: 'sk-lf-demo',
    LANGFUSE_BASE_URL: receiver,
  };
  const lines = Object.entries(keys).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(file, lines.join(''));
  return () => rm(file);
}

async function git(dir: string, ...args: string[]): Promise<string> {
  // The user may have no git identity, or may sign every commit.
  const identity = ['user.name=Demo', 'user.email=demo@example.com', 'commit.gpgsign=false'];
  const settings = identity.flatMap((setting) => ['-c', setting]);
  return (await mustRun('git', [...settings, ...args], { cwd: dir })).stdout;
}
