import { join } from 'node:path';
import type { Disk } from './disk.js';

/**
 * The folders that workspace patterns name: `packages/*`, `apps/**`, `libs/{a,b}`, `!**` + `/test`.
 * The common subset of npm, pnpm, yarn and bun; links and node_modules are skipped.
 * @param root absolute
 */
export function workspaceFolders(root: string, patterns: readonly string[], disk: Disk): string[] {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  const refused = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const isRefused = refused.flatMap(expanded).map((pattern) => matcher(segments(pattern)));
  const folders = new Set<string>();
  const visited = new Set<string>();
  for (const pattern of wanted.flatMap(expanded)) {
    visited.clear();
    walk(root, [], segments(pattern), { into: folders, visited, disk });
  }
  return [...folders]
    .filter((path) => !isRefused.some((matches) => matches(path)))
    .map((path) => join(root, path));
}

interface Walk {
  readonly into: Set<string>;
  /**
   * Visited folders, with the rest of the pattern. With two `**`, each folder would be visited many times.
   */
  readonly visited: Set<string>;
  readonly disk: Disk;
}

function walk(dir: string, at: readonly string[], pattern: readonly string[], found: Walk): void {
  const { into, visited } = found;
  const visit = `${pattern.length}:${dir}`;
  if (visited.has(visit)) return;
  visited.add(visit);
  const [head, ...rest] = pattern;
  if (head === undefined) {
    into.add(at.join('/'));
    return;
  }
  if (head === '**') walk(dir, at, rest, found);
  const matches = head === '**' ? () => true : segmentMatcher(head);
  for (const name of foldersIn(dir, found.disk)) {
    if (matches(name)) walk(join(dir, name), [...at, name], head === '**' ? pattern : rest, found);
  }
}

function foldersIn(dir: string, disk: Disk): string[] {
  return disk
    .entries(dir)
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
}

function segments(pattern: string): string[] {
  const all = pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
  return all.filter((segment, at) => segment !== '**' || all[at - 1] !== '**');
}

/** No repository has so many packages, so a pattern with more alternatives is an attack. */
const MOST_ALTERNATIVES = 1_000;

/** Expands `{a,b}`. */
function expanded(pattern: string): string[] {
  let patterns = [pattern];
  for (;;) {
    const next = patterns.flatMap(withoutBraces);
    if (next.length > MOST_ALTERNATIVES) return [];
    if (next.length === patterns.length && next.every((one, at) => one === patterns[at])) return next;
    patterns = next;
  }
}

function withoutBraces(pattern: string): string[] {
  const close = pattern.indexOf('}');
  const open = close === -1 ? -1 : pattern.lastIndexOf('{', close);
  if (open === -1) return [pattern];
  const [head, tail] = [pattern.slice(0, open), pattern.slice(close + 1)];
  return pattern
    .slice(open + 1, close)
    .split(',')
    .map((choice) => head + choice + tail);
}

function segmentMatcher(segment: string): (name: string) => boolean {
  return (name) => fitsSegment(name, segment);
}

/**
 * Matches `*` and `?`. It only goes back to the last star, so the time is at most the length of the name
 * times the length of the pattern.
 */
function fitsSegment(name: string, pattern: string): boolean {
  let [at, next] = [0, 0];
  let star: { readonly next: number; readonly at: number } | undefined;
  while (at < name.length) {
    if (pattern[next] === '*') {
      star = { next: next + 1, at };
      next += 1;
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === name[at])) {
      at += 1;
      next += 1;
    } else if (star) {
      star = { ...star, at: star.at + 1 };
      at = star.at;
      next = star.next;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(next));
}

function matcher(pattern: readonly string[]): (path: string) => boolean {
  return (path) => {
    const names = path.split('/');
    const known = new Map<string, boolean>();
    const fits = (at: number, next: number): boolean => {
      const key = `${at}:${next}`;
      const answer = known.get(key) ?? look(at, next);
      known.set(key, answer);
      return answer;
    };
    const look = (at: number, next: number): boolean => {
      const [head, name] = [pattern[next], names[at]];
      if (head === undefined) return name === undefined;
      if (head === '**') return fits(at, next + 1) || (name !== undefined && fits(at + 1, next));
      return name !== undefined && fitsSegment(name, head) && fits(at + 1, next + 1);
    };
    return fits(0, 0);
  };
}
