import { cp, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { npmEnv } from '../../harness/npm.js';
import { mustRun } from '../../harness/process.js';
import { root } from '../../harness/root.js';

/**
 * Installs programs that are too large to be everybody's dependency, once, into a folder that git ignores.
 * @param name a folder beside this file, with a package.json and a lockfile
 * @returns its node_modules
 */
export async function installPinned(name: string): Promise<string> {
  const folder = join(root, 'node_modules/.cache/create-something-observe', name);
  const modules = join(folder, 'node_modules');
  if (await stat(join(modules, '.package-lock.json')).catch(() => undefined)) return modules;
  await mkdir(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    await cp(join(root, 'test/e2e/registry', name, file), join(folder, file));
  }
  await mustRun('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder, env: npmEnv() });
  return modules;
}
