import { cp, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mustRun } from './process.js';
import { root } from './root.js';

/** The packages that users install, by their folders. */
export const PUBLISHED = ['.', 'packages/observability', 'packages/loom'] as const;

/** `npm install` in a folder, from npm's cache if possible. `registry` is set only if a test has its own. */
export async function npmInstall(dir: string, options: { registry?: string } = {}): Promise<void> {
  const registry = options.registry ? ['--registry', options.registry] : [];
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error', ...registry];
  // Wrangler alone has 200 MB, and the machine or the network may be slow.
  await mustRun('npm', ['install', ...flags], { cwd: dir, env: npmEnv(), timeoutMs: 900_000 });
}

/**
 * Installs packages that only a test needs, once, into a folder that git ignores. `from` contains the package.json and
 * the lockfile, and is relative to the root.
 * @returns the path of its node_modules
 */
export async function installApart(name: string, from: string): Promise<string> {
  const folder = join(root, 'node_modules/.cache/create-something-observe', name);
  const modules = join(folder, 'node_modules');
  if (await stat(join(modules, '.package-lock.json')).catch(() => undefined)) return modules;
  await mkdir(dirname(folder), { recursive: true });
  // Install into another folder first: several tests may need it at the same time, and a stopped test must not leave
  // half an install.
  const fresh = await mkdtemp(`${folder}-`);
  for (const file of ['package.json', 'package-lock.json']) {
    await cp(join(root, from, file), join(fresh, file));
  }
  await mustRun('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: fresh, env: npmEnv() });
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true }));
  return modules;
}

/**
 * Packs workspaces (folders relative to the repository) as for publishing.
 * @returns the paths of the tarballs, in the same order
 */
export async function npmPack(folders: readonly string[], into: string): Promise<string[]> {
  await mkdir(into, { recursive: true });
  const tarballs: string[] = [];
  for (const folder of folders) {
    const flags = ['--json', '--ignore-scripts', '--pack-destination', into];
    const { stdout } = await mustRun('npm', ['pack', ...flags], { cwd: join(root, folder), env: npmEnv() });
    const [packed] = JSON.parse(stdout) as [{ filename: string }];
    tarballs.push(join(into, packed.filename));
  }
  return tarballs;
}

/** `npm run` and `npx` pass their settings in the environment. A command in another project must not get them. */
export function npmEnv(): NodeJS.ProcessEnv {
  const inherited = Object.keys(process.env).filter((name) => /^(npm_|INIT_CWD$)/.test(name));
  return Object.fromEntries(inherited.map((name) => [name, undefined]));
}
