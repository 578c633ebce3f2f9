import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type PathAliases, readPathAliases } from './path-aliases.js';

/** A source file that the entry reaches, with its text. */
export interface ReachedFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** TypeScript sources are imported by the name of their output. */
const OUTPUT_TO_SOURCE: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/** Beyond this a file is a bundle or data, which nobody registers tools in by hand. */
export const MAX_SOURCE_BYTES = 1_000_000;

/** Specifiers of static and dynamic imports, re-exports and requires, as text: no parser needed. */
const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([^"'\n]{1,300})\1/g;

/**
 * Every file that `entry` reaches through relative imports and tsconfig `paths`, itself first.
 * Imports of packages are not followed.
 * @param root files outside this folder are not followed
 */
export function reachableFiles(entry: string, root: string): ReachedFile[] {
  const reached = new Map<string, ReachedFile>();
  const aliases = new Map<string, PathAliases | undefined>();
  const queue = [entry];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path) || !path.startsWith(root) || path.includes('/node_modules/')) continue;
    if (statSync(path).size > MAX_SOURCE_BYTES) continue;
    const text = readFileSync(path, 'utf8');
    reached.set(path, { path, text });
    for (const specifier of specifiersIn(text)) {
      const target = resolveSpecifier(specifier, path, root, aliases);
      if (target && !reached.has(target)) queue.push(target);
    }
  }
  return [...reached.values()];
}

function specifiersIn(text: string): Set<string> {
  return new Set([...text.matchAll(SPECIFIER)].map((match) => match[2] as string));
}

function resolveSpecifier(
  specifier: string,
  from: string,
  root: string,
  aliases: Map<string, PathAliases | undefined>,
): string | undefined {
  if (/^\.{1,2}(\/|$)/.test(specifier)) return resolveFile(resolve(dirname(from), specifier));
  const folder = dirname(from);
  if (!aliases.has(folder)) aliases.set(folder, readPathAliases(folder, root));
  for (const candidate of aliases.get(folder)?.candidates(specifier) ?? []) {
    const file = resolveFile(candidate);
    if (file) return file;
  }
  return undefined;
}

/** The source file that a path without or with an output's extension stands for. */
export function resolveFile(path: string): string | undefined {
  if (isFile(path)) return isSource(path) ? path : undefined;
  for (const [output, sources] of Object.entries(OUTPUT_TO_SOURCE)) {
    if (!path.endsWith(output)) continue;
    const stem = path.slice(0, -output.length);
    const source = sources.map((extension) => stem + extension).find(isFile);
    if (source) return source;
  }
  return EXTENSIONS.flatMap((extension) => [path + extension, join(path, `index${extension}`)]).find(isFile);
}

export function isSource(path: string): boolean {
  return EXTENSIONS.some((extension) => path.endsWith(extension)) && !/\.d\.[cm]?ts$/.test(path);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
