import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FixtureCopy } from '../../test/harness/fixture.js';
import { npmInstall, npmPack } from '../../test/harness/npm.js';
import { observe } from '../../test/harness/observe.js';
import { type Finished, mustRun } from '../../test/harness/process.js';
import { color } from './page.js';

/** Makes a user's project of a copy: installed, and committed to a git repository of its own. */
export async function settle({ dir }: FixtureCopy): Promise<void> {
  await npmInstall(dir);
  await git(dir, 'init', '--quiet');
  await commit(dir, 'Field notes');
}

/** Both `init` and `remove` want a clean tree first, so that their change can be reviewed by itself. */
export async function commit(dir: string, message: string): Promise<void> {
  await git(dir, 'add', '--all');
  await git(dir, 'commit', '--quiet', '--message', message);
}

/** Packs what is not in a registry yet, beside the project. */
export async function packPackages(project: FixtureCopy): Promise<string> {
  const folder = join(project.dir, '../packages');
  await npmPack(['packages/observability', 'packages/loom'], folder);
  return folder;
}

/** The program a user calls with `npx create-something-observe`. */
export function command(args: readonly string[], cwd: string): Promise<Finished> {
  return observe(args, cwd, color ? { FORCE_COLOR: '1', NO_COLOR: undefined } : {});
}

/** What git sees as changed, in colour: the lines of changed files, and new files by name. */
export async function diff(dir: string): Promise<string> {
  const painted = `color.ui=${color ? 'always' : 'never'}`;
  // The lockfile changes with every install, and says nothing that package.json does not.
  const changed = await git(dir, '-c', painted, 'diff', '--unified=2', '--', '.', ':!package-lock.json');
  const created = await git(dir, 'ls-files', '--others', '--exclude-standard');
  return `${changed.trimEnd()}\n\nNew files:\n${created.trimEnd()}`;
}

/** Where wrangler reads secrets on a developer's machine. */
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
  // Whoever runs the demo may have no git identity, or sign every commit.
  const identity = ['user.name=Demo', 'user.email=demo@example.com', 'commit.gpgsign=false'];
  const settings = identity.flatMap((setting) => ['-c', setting]);
  return (await mustRun('git', [...settings, ...args], { cwd: dir })).stdout;
}
