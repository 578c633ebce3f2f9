import { basename, join, relative } from 'node:path';
import { type Finding, finding } from '../core/findings.js';
import type { Disk } from './disk.js';
import { upwards } from './paths.js';
import { workspacePatterns } from './workspace.js';
import { workspaceFolders } from './workspace-globs.js';

export type PackageManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun';

export interface PackageManager {
  readonly name: PackageManagerName;
  /**
   * Absolute folder of the lockfile, in which an install runs. Without a lockfile, it is the folder of the
   * workspace or the project.
   */
  readonly root: string;
  /** Absolute path of the lockfile, if there is one. */
  readonly lockfile: string | undefined;
  /** True for Yarn 1, whose flags differ from later versions. */
  readonly isYarnClassic: boolean;
  /** Findings about the choice, if there were several. `file` is absolute here. */
  readonly notes: readonly Finding[];
}

const LOCKFILES: readonly (readonly [string, PackageManagerName])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** Files that only one package manager creates, the most reliable first: settings, then install output. */
const SIGNS: readonly (readonly [string, PackageManagerName])[] = [
  ['pnpm-workspace.yaml', 'pnpm'],
  ['.yarnrc.yml', 'yarn'],
  ['bunfig.toml', 'bun'],
  ['node_modules/.modules.yaml', 'pnpm'],
  ['node_modules/.yarn-state.yml', 'yarn'],
  ['node_modules/.yarn-integrity', 'yarn'],
  ['node_modules/.package-lock.json', 'npm'],
];

interface Lock {
  readonly name: PackageManagerName;
  readonly path: string;
}

/**
 * The package manager of `dir`: the nearest lockfile up to `root`. The lockfile of a workspace wins over a
 * stray one inside it, and a package that the workspace excludes is installed alone. Without a lockfile,
 * these count in order: `packageManager` or `devEngines` in package.json, other signs, the package manager
 * that started this program, npm.
 * @param userAgent `npm_config_user_agent`, which package managers set for the programs that they run
 */
export function detectPackageManager(
  dir: string,
  root: string,
  disk: Disk,
  userAgent?: string,
): PackageManager {
  const folders = [...upwards(dir, root)];
  const workspace = folders.find((folder) => folder !== dir && holds(folder, dir, disk));
  const nearest = folders.find((folder) => locksIn(folder, disk).length > 0);
  const field = folders.map((folder) => declared(folder, disk)).find((found) => found !== undefined);
  if (nearest === undefined) {
    const signed = folders.map((folder) => signIn(folder, disk)?.name).find((name) => name !== undefined);
    const name = field?.name ?? signed ?? startedBy(userAgent) ?? 'npm';
    const home = workspace ?? field?.folder ?? dir;
    return { ...found(name, home, undefined, { field, disk }), notes: [] };
  }
  const place = isStray(nearest, workspace, disk) ? (workspace as string) : nearest;
  const { lock, notes } = chosen(place, field, disk);
  const stray = place === nearest ? [] : [strayNote(dir, nearest, lock, disk)];
  const apart = outside(place, folders, disk);
  if (apart !== undefined) return { ...found(lock.name, apart, undefined, { field, disk }), notes };
  return { ...found(lock.name, place, lock.path, { field, disk }), notes: [...notes, ...stray] };
}

/**
 * The package below a lockfile whose workspace does not contain it. An install at the lockfile would skip it.
 */
function outside(place: string, folders: readonly string[], disk: Disk): string | undefined {
  const home = folders.find((folder) => disk.isFile(join(folder, 'package.json')));
  if (home === undefined || home.length <= place.length) return undefined;
  return folders.some((folder) => folder.length < home.length && holds(folder, home, disk))
    ? undefined
    : home;
}

/** pnpm can keep a lockfile in each member. A lockfile of another manager there is a leftover. */
function isStray(nearest: string, workspace: string | undefined, disk: Disk): boolean {
  if (workspace === undefined || nearest.length <= workspace.length) return false;
  const outer = locksIn(workspace, disk).map((lock) => lock.name);
  return outer.length > 0 && !locksIn(nearest, disk).some((lock) => outer.includes(lock.name));
}

function chosen(folder: string, field: Declared | undefined, disk: Disk): { lock: Lock; notes: Finding[] } {
  const locks = locksIn(folder, disk);
  const [first] = locks as [Lock, ...Lock[]];
  const names = new Set(locks.map((lock) => lock.name));
  if (names.size === 1) {
    const differs = field && field.name !== first.name ? [mismatchNote(field, first)] : [];
    return { lock: first, notes: differs };
  }
  const byField = field && locks.find((lock) => lock.name === field.name);
  const sign = SIGNS.find(([file, name]) => names.has(name) && disk.exists(join(folder, file)));
  const bySign = sign && locks.find((lock) => lock.name === sign[1]);
  const lock = byField ?? bySign ?? first;
  const reason = byField
    ? `${field?.source} in package.json names it`
    : bySign
      ? `${sign?.[0]} is there`
      : 'it comes first in our order';
  return { lock, notes: [severalNote(locks, lock, reason)] };
}

function found(
  name: PackageManagerName,
  root: string,
  lockfile: string | undefined,
  given: { readonly field: Declared | undefined; readonly disk: Disk },
): Omit<PackageManager, 'notes'> {
  return { name, root, lockfile, isYarnClassic: name === 'yarn' && isClassic(root, lockfile, given) };
}

function isClassic(
  root: string,
  lockfile: string | undefined,
  { field, disk }: { readonly field: Declared | undefined; readonly disk: Disk },
): boolean {
  if (lockfile !== undefined && /^# yarn lockfile v1$/m.test(disk.text(lockfile))) return true;
  if (lockfile !== undefined && /^__metadata:/m.test(disk.text(lockfile))) return false;
  if (field?.name === 'yarn' && field.version !== undefined) return field.version.startsWith('1.');
  return !disk.exists(join(root, '.yarnrc.yml'));
}

interface Declared {
  readonly name: PackageManagerName;
  readonly version: string | undefined;
  readonly folder: string;
  readonly source: 'packageManager' | 'devEngines.packageManager';
}

function declared(folder: string, disk: Disk): Declared | undefined {
  const path = join(folder, 'package.json');
  if (!disk.isFile(path)) return undefined;
  const text = disk.text(path);
  const field = /"packageManager"\s{0,200}:\s{0,200}"(npm|pnpm|yarn|bun)@([^"+]{0,200})/.exec(text);
  if (field)
    return { name: field[1] as PackageManagerName, version: field[2], folder, source: 'packageManager' };
  const engines = text.indexOf('"devEngines"');
  const chosen = engines === -1 ? -1 : text.indexOf('"packageManager"', engines);
  const block = chosen === -1 ? '' : (text.slice(chosen, chosen + 1000).split('}')[0] ?? '');
  const name = /"name"\s*:\s*"(npm|pnpm|yarn|bun)"/.exec(block)?.[1] as PackageManagerName | undefined;
  return name && { name, version: undefined, folder, source: 'devEngines.packageManager' };
}

function locksIn(folder: string, disk: Disk): Lock[] {
  return LOCKFILES.map(([file, name]) => ({ name, path: join(folder, file) })).filter(({ path }) =>
    disk.isFile(path),
  );
}

function signIn(folder: string, disk: Disk): { name: PackageManagerName } | undefined {
  const sign = SIGNS.find(([file]) => disk.exists(join(folder, file)));
  return sign && { name: sign[1] };
}

/** True if `folder` declares a workspace with the member `dir`. */
function holds(folder: string, dir: string, disk: Disk): boolean {
  const patterns = workspacePatterns(folder, disk);
  return patterns.length > 0 && workspaceFolders(folder, patterns, disk).includes(dir);
}

function startedBy(userAgent: string | undefined): PackageManagerName | undefined {
  return /^(npm|pnpm|yarn|bun)\//.exec(userAgent ?? '')?.[1] as PackageManagerName | undefined;
}

function severalNote(locks: readonly Lock[], lock: Lock, reason: string): Finding {
  const names = locks.map(({ path }) => basename(path)).join(', ');
  const message = `There are several lockfiles (${names}); ${lock.name} is used, because ${reason}.`;
  const fix = 'Delete the ones you do not use, or set "packageManager" in package.json.';
  return finding({ rule: 'project/several-lockfiles', file: lock.path, line: 1, message, fix });
}

function strayNote(dir: string, folder: string, lock: Lock, disk: Disk): Finding {
  const stray = (locksIn(folder, disk) as [Lock, ...Lock[]])[0].path;
  const message = `This folder belongs to the ${lock.name} workspace of ${relative(dir, lock.path)}, so ${basename(stray)} is ignored.`;
  const fix = `Delete ${basename(stray)} if it is not used.`;
  return finding({ rule: 'project/stray-lockfile', file: stray, line: 1, message, fix });
}

function mismatchNote(field: Declared, lock: Lock): Finding {
  const message = `${field.source} names ${field.name}, but the lockfile is ${lock.name}'s; ${lock.name} is used.`;
  const fix = 'Use the same package manager in both.';
  const file = join(field.folder, 'package.json');
  return finding({ rule: 'project/package-manager-differs', file, line: 1, message, fix });
}

/** The command that runs an installed program, such as Wrangler. */
export function execWith({ name }: Pick<PackageManager, 'name'>): string {
  return { npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' }[name];
}

/** The command that runs a program that is not installed. Yarn 1 has none. */
export function downloadWith({
  name,
  isYarnClassic,
}: Pick<PackageManager, 'name' | 'isYarnClassic'>): string {
  return { npm: 'npx', pnpm: 'pnpm dlx', yarn: isYarnClassic ? 'npx' : 'yarn dlx', bun: 'bunx' }[name];
}

/** The command that adds a development dependency. */
export function addDevWith({ name }: Pick<PackageManager, 'name'>): string {
  return {
    npm: 'npm install --save-dev',
    pnpm: 'pnpm add --save-dev',
    yarn: 'yarn add --dev',
    bun: 'bun add --dev',
  }[name];
}

/** Absolute path of the lockfile that an install uses, even if it does not exist yet. */
export function lockfileIn({ name, root, lockfile }: PackageManager): string {
  return lockfile ?? join(root, NEW_LOCKFILE[name]);
}

const NEW_LOCKFILE: Readonly<Record<PackageManagerName, string>> = {
  npm: 'package-lock.json',
  pnpm: 'pnpm-lock.yaml',
  yarn: 'yarn.lock',
  bun: 'bun.lock',
};
