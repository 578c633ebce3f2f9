import { dirname, join, relative, resolve } from 'node:path';
import { ExpectedError } from '../core/errors.js';
import { parseConfig } from '../wrangler/document.js';
import { CONFIG_NAMES } from '../wrangler/formats.js';
import { readConfigFile } from './config-file.js';
import type { Disk } from './disk.js';
import { findConfig } from './find-config.js';
import { slashed } from './paths.js';

/** One Worker (or Pages project) of a repository. */
export interface ListedWorker {
  /** Relative to the repository's root, with `/`; `.` for the root. */
  readonly dir: string;
  /** The config, relative to the root. */
  readonly config: string;
  /** undefined if the config names none or can't be read. */
  readonly name: string | undefined;
  /** The entry file as written in the config, relative to `dir`. */
  readonly main: string | undefined;
  readonly kind: 'worker' | 'pages' | 'broken';
  /** The config that Wrangler reads in `dir` instead of this one, relative to the root. */
  readonly shadowedBy: string | undefined;
}

/** Folders with built, installed or cached files, which contain no Worker of the repository. */
const PASSED_OVER = new Set([
  'node_modules',
  'bower_components',
  'dist',
  'build',
  'out',
  'coverage',
  'vendor',
]);

/** Every folder under `root` with a Wrangler config, by path. Folders whose name begins with a dot are left out. */
export function listWorkers(root: string, disk: Disk): ListedWorker[] {
  const top = resolve(root);
  const workers: ListedWorker[] = [];
  const visit = (dir: string): void => {
    const entries = disk.entries(dir);
    const files = new Set(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name));
    const name = CONFIG_NAMES.find((candidate) => files.has(candidate));
    if (name !== undefined) workers.push(listed(top, join(dir, name), disk));
    for (const entry of entries) {
      // Links are not followed. They can form circles, and packages that a workspace links are listed anyway.
      if (!entry.isDirectory() || entry.name.startsWith('.') || PASSED_OVER.has(entry.name)) continue;
      visit(join(dir, entry.name));
    }
  };
  visit(top);
  return workers.sort((a, b) => (a.dir < b.dir ? -1 : 1));
}

function listed(top: string, path: string, disk: Disk): ListedWorker {
  const dir = dirname(path);
  const facts = factsOf(path, disk);
  const used = winnerFor(dir, disk);
  return {
    dir: shown(top, dir),
    config: shown(top, path),
    ...facts,
    shadowedBy: used === undefined || used === path ? undefined : shown(top, used),
  };
}

function factsOf(path: string, disk: Disk): Pick<ListedWorker, 'name' | 'main' | 'kind'> {
  try {
    const config = parseConfig(readConfigFile(path, disk));
    const kind = config.pagesBuildOutputDir === undefined ? 'worker' : 'pages';
    return { name: config.name, main: config.main, kind };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { name: undefined, main: undefined, kind: 'broken' };
  }
}

function winnerFor(dir: string, disk: Disk): string | undefined {
  try {
    return findConfig(dir, disk)?.path;
  } catch (error) {
    if (error instanceof ExpectedError) return undefined;
    throw error;
  }
}

function shown(top: string, path: string): string {
  return slashed(relative(top, path)) || '.';
}
