import { dirname, join, resolve } from 'node:path';
import type { Disk } from './disk.js';
import { FolderNames } from './folder-names.js';
import { AliasesOfFolders } from './path-aliases.js';
import { Workspace } from './workspace.js';

/** A source file that the entry reaches, with its text. */
export interface ReachedFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** Imports name the output of a TypeScript source. */
const OUTPUT_TO_SOURCE: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/** A larger file is a bundle or data, not hand-written registrations. */
export const MAX_SOURCE_BYTES = 1_000_000;

/**
 * Specifiers of static and dynamic imports, re-exports and requires, as text: no parser needed. The pattern
 * is bounded, so that very long runs of blanks take no time.
 */
const SPECIFIER =
  /(?:\bfrom\s{0,200}|\bimport\s{0,200}(?:\(\s{0,200})?|\brequire\s{0,200}\(\s{0,200})(["'])([^"'\n]{1,300})\1/g;

/** Context for resolving imports. */
interface Surroundings {
  readonly root: string;
  readonly names: FolderNames;
  readonly workspace: Workspace;
  readonly aliases: AliasesOfFolders;
}

/**
 * Every file that `entry` reaches through relative imports, tsconfig `paths` and packages of the repository,
 * `entry` first. Installed packages are not followed.
 * @param root files outside this folder are not followed
 */
export function reachableFiles(entry: string, root: string, disk: Disk): ReachedFile[] {
  const reached = new Map<string, ReachedFile>();
  const around: Surroundings = {
    root,
    names: new FolderNames(root, disk),
    workspace: new Workspace(dirname(entry), root, disk),
    aliases: new AliasesOfFolders(root, disk),
  };
  const queue = [entry];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path) || !path.startsWith(root) || path.includes('/node_modules/')) continue;
    if (disk.size(path) > MAX_SOURCE_BYTES) continue;
    const text = disk.text(path);
    reached.set(path, { path, text });
    for (const specifier of specifiersIn(text)) {
      const target = resolveSpecifier(specifier, path, around);
      if (target && !reached.has(target)) queue.push(target);
    }
  }
  return [...reached.values()];
}

/** Resolves single imports. Paths are absolute. */
export function moduleFinder(
  dir: string,
  root: string,
  disk: Disk,
): (from: string, specifier: string) => ReachedFile | undefined {
  let around: Surroundings | undefined;
  return (from, specifier) => {
    around ??= {
      root,
      names: new FolderNames(root, disk),
      workspace: new Workspace(dir, root, disk),
      aliases: new AliasesOfFolders(root, disk),
    };
    const path = resolveSpecifier(specifier, from, around);
    const isOwn = path?.startsWith(root) && !path.includes('/node_modules/');
    if (!path || !isOwn || disk.size(path) > MAX_SOURCE_BYTES) return undefined;
    return { path, text: disk.text(path) };
  };
}

function specifiersIn(text: string): Set<string> {
  return new Set([...text.matchAll(SPECIFIER)].map((match) => match[2] as string));
}

function resolveSpecifier(specifier: string, from: string, around: Surroundings): string | undefined {
  const folder = dirname(from);
  if (/^\.{1,2}(\/|$)/.test(specifier)) return resolveFile(resolve(folder, specifier), around.names);
  const { aliases, names, workspace } = around;
  return (
    firstFile(aliases.of(folder)?.candidates(specifier) ?? [], names) ??
    firstFile(workspace.candidates(specifier, from), names)
  );
}

function firstFile(candidates: readonly string[], names: FolderNames): string | undefined {
  for (const candidate of candidates) {
    const file = resolveFile(candidate, names);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** The source file for a path without an extension or with an output's extension. */
export function resolveFile(path: string, names: FolderNames): string | undefined {
  const file = names.file(path);
  if (file !== undefined) return isSource(file) ? file : undefined;
  for (const candidate of spellings(path)) {
    const source = names.file(candidate);
    if (source !== undefined) return source;
  }
  return undefined;
}

function* spellings(path: string): Generator<string> {
  for (const [output, sources] of Object.entries(OUTPUT_TO_SOURCE)) {
    if (!path.endsWith(output)) continue;
    for (const extension of sources) yield path.slice(0, -output.length) + extension;
  }
  for (const extension of EXTENSIONS) {
    yield path + extension;
    yield join(path, `index${extension}`);
  }
}

export function isSource(path: string): boolean {
  return EXTENSIONS.some((extension) => path.endsWith(extension)) && !/\.d\.[cm]?ts$/.test(path);
}
