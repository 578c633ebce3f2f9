import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type PackageManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun';

export interface PackageManager {
  readonly name: PackageManagerName;
  /** Absolute folder of the lockfile, where an install runs; the project's own without a lockfile. */
  readonly root: string;
  /** Absolute path of the lockfile, if there is one. */
  readonly lockfile: string | undefined;
  /** Yarn 1, which has other flags than what came after it. */
  readonly isYarnClassic: boolean;
}

const LOCKFILES: readonly (readonly [string, PackageManagerName])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** The nearest lockfile from `dir` up to `root` decides; then `packageManager` in package.json; then npm. */
export function detectPackageManager(dir: string, root: string): PackageManager {
  let named: PackageManager | undefined;
  for (let folder = dir; folder.startsWith(root); folder = dirname(folder)) {
    for (const [file, name] of LOCKFILES) {
      const lockfile = join(folder, file);
      if (existsSync(lockfile)) return found(name, folder, lockfile);
    }
    const field = packageManagerField(join(folder, 'package.json'));
    if (field && !named) named = found(field, folder, undefined);
    if (folder === dirname(folder)) break;
  }
  return named ?? found('npm', dir, undefined);
}

function found(name: PackageManagerName, root: string, lockfile: string | undefined): PackageManager {
  const isYarnClassic = name === 'yarn' && !existsSync(join(root, '.yarnrc.yml'));
  return { name, root, lockfile, isYarnClassic };
}

function packageManagerField(path: string): PackageManagerName | undefined {
  if (!existsSync(path)) return undefined;
  const match = /"packageManager"\s*:\s*"(npm|pnpm|yarn|bun)@/.exec(readFileSync(path, 'utf8'));
  return match?.[1] as PackageManagerName | undefined;
}

/** The lockfile that an install of `name` writes where there was none. */
export function lockfileOf(name: PackageManagerName): string {
  return { npm: 'package-lock.json', pnpm: 'pnpm-lock.yaml', yarn: 'yarn.lock', bun: 'bun.lock' }[name];
}
