import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { npmEnv } from '../../test/harness/npm.js';
import { mustRun } from '../../test/harness/process.js';
import type { Settings } from './settings.js';

/** Copies are outside this repository, so that Node does not find its node_modules above them. */
export const WORKSHOP = join(tmpdir(), 'observe-differential');

const NOT_COPIED = /[/\\](node_modules|\.git|\.wrangler)$/;

export interface Listed {
  readonly repo: string;
  readonly dir: string;
  readonly main_resolved?: string | null;
  readonly configs?: readonly { readonly file: string }[];
}

export interface Checkout {
  /** The project's folder in the copy. */
  readonly dir: string;
  /** Wrangler config, relative to `dir`; undefined for a Node server. */
  readonly config: string | undefined;
  /** The Worker's entry, relative to `dir`. */
  readonly main: string | undefined;
}

/** A fresh copy of a project with its packages; those of an earlier run are kept. */
export async function checkOut(repos: string, listed: Listed, settings: Settings): Promise<Checkout> {
  const name = listed.repo.replace('/', '+');
  const root = join(WORKSHOP, name);
  const dir = join(root, listed.dir);
  const source = join(repos, name);
  if (!existsSync(join(source, listed.dir))) throw new Error('no checkout');
  await mkdir(WORKSHOP, { recursive: true });
  await emptyBut(root);
  await cp(source, root, { recursive: true, force: true, filter: (path) => !NOT_COPIED.test(path) });
  if (!existsSync(join(root, '.git'))) await mustRun('git', ['init', '--quiet'], { cwd: root });
  await install(dir, settings);
  for (const folder of settings.folders ?? []) await mkdir(join(dir, folder), { recursive: true });
  for (const [path, text] of Object.entries(settings.files ?? {})) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  const config = listed.configs?.[0]?.file;
  const used = settings.configFrom ? settings.configFrom.replace(/\.example$/, '') : config;
  if (settings.configFrom) await cp(join(dir, settings.configFrom), join(dir, used as string));
  return { dir, config: used, main: listed.main_resolved ?? undefined };
}

/** Removes an earlier run's sources, and keeps installed packages. */
async function emptyBut(dir: string, kept = ['node_modules', '.git']): Promise<void> {
  if (!existsSync(dir)) return;
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (kept.includes(entry.name)) continue;
    const path = join(dir, entry.name);
    if (!entry.isDirectory()) await rm(path);
    else {
      await emptyBut(path, kept);
      // It stays if it contains packages.
      await rmdir(path).catch(() => {});
    }
  }
}

async function install(dir: string, { packages = {} }: Settings): Promise<void> {
  const stamp = join(dir, 'node_modules/.observe-differential');
  const wanted = JSON.stringify(packages);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return;
  const manifest = join(dir, 'package.json');
  if (existsSync(manifest)) {
    const text = await readFile(manifest, 'utf8');
    await writeFile(manifest, withPackages(text, packages));
    const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error'];
    // It runs no scripts of the project, and does not change the lockfile.
    const careful = ['--ignore-scripts', '--no-package-lock', '--legacy-peer-deps', '--no-workspaces'];
    try {
      await mustRun('npm', ['install', '--prefer-offline', ...quiet, ...careful], {
        cwd: dir,
        env: npmEnv(),
      });
    } finally {
      await writeFile(manifest, text);
    }
  }
  await mkdir(join(dir, 'node_modules'), { recursive: true });
  await writeFile(stamp, wanted);
}

function withPackages(manifest: string, packages: Readonly<Record<string, string | null>>): string {
  const { dependencies, devDependencies, ...rest } = JSON.parse(manifest) as Record<string, object>;
  const all = Object.entries({ ...devDependencies, ...dependencies, ...packages });
  return JSON.stringify({
    ...rest,
    dependencies: Object.fromEntries(all.filter(([, spec]) => spec !== null)),
  });
}

/** Puts the runtime package into the project's node_modules, as an install of its tarball would. */
export async function addRuntime(dir: string, tarball: string): Promise<void> {
  const into = join(dir, 'node_modules/@create-something/observability');
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true });
  await mustRun('tar', ['-xzf', tarball, '--strip-components=1', '-C', into], { cwd: dir });
}
