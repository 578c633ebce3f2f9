import { join, relative } from 'node:path';
import type { Disk } from './disk.js';
import { isSource, MAX_SOURCE_BYTES, reachableFiles } from './module-graph.js';
import { slashed } from './paths.js';

/** A source file that may register tools. */
export interface CandidateFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly text: string;
  /** True if the Worker's entry imports it, directly or through other files. */
  readonly reachable: boolean;
}

const DEFAULT_EXPORT = /^[ \t]*export\s+default\b/m;

const SKIPPED_FOLDERS = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'coverage',
  'vendor',
  'public',
  'test',
  'tests',
  '__tests__',
]);

/**
 * The files below `dir` or reached from `entry` whose text passes `filter`.
 * @param entry absolute path of the Worker's entry; without one, every file counts as reachable
 * @param root the repository; imports of files outside are not followed
 */
export function candidateFiles(options: {
  dir: string;
  root: string;
  entry: string | undefined;
  filter: RegExp;
  disk: Disk;
  /** True if the path alone makes a file a tool. */
  isTool?: (path: string) => boolean;
}): CandidateFile[] {
  const { dir, root, entry, filter, disk, isTool = () => false } = options;
  const isWanted = (path: string, text: string) =>
    filter.test(text) || (DEFAULT_EXPORT.test(text) && isTool(path));
  const reached = new Map(
    (entry ? reachableFiles(entry, root, disk) : []).map((file) => [file.path, file.text]),
  );
  const candidates: CandidateFile[] = [];
  for (const [path, text] of reached) {
    if (isWanted(path, text)) candidates.push({ path: slashed(relative(dir, path)), text, reachable: true });
  }
  for (const path of sourcesBelow(dir, disk)) {
    if (reached.has(path)) continue;
    const text = disk.text(path);
    if (isWanted(path, text)) {
      candidates.push({ path: slashed(relative(dir, path)), text, reachable: entry === undefined });
    }
  }
  return candidates.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function* sourcesBelow(dir: string, disk: Disk): Generator<string> {
  for (const entry of disk.entries(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name) && !entry.name.startsWith('.')) yield* sourcesBelow(path, disk);
    } else if (entry.isFile() && isSource(path) && !/\.(test|spec)\.[^.]+$/.test(entry.name)) {
      if (disk.size(path) <= MAX_SOURCE_BYTES) yield path;
    }
  }
}
