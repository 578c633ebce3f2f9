import { join } from 'node:path';
import { entriesOf } from './paths.js';

/**
 * The folders that workspace patterns name: `packages/*`, `apps/**`, `libs/{a,b}`, `!**` + `/test`.
 * What npm, pnpm, yarn and bun have in common; links and node_modules are passed over.
 * @param root absolute
 */
export function workspaceFolders(root: string, patterns: readonly string[]): string[] {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  const refused = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const isRefused = refused.flatMap(expanded).map((pattern) => matcher(segments(pattern)));
  const folders = new Set<string>();
  for (const pattern of wanted.flatMap(expanded)) walk(root, [], segments(pattern), folders);
  return [...folders]
    .filter((path) => !isRefused.some((matches) => matches(path)))
    .map((path) => join(root, path));
}

function walk(dir: string, at: readonly string[], pattern: readonly string[], into: Set<string>): void {
  const [head, ...rest] = pattern;
  if (head === undefined) {
    into.add(at.join('/'));
    return;
  }
  if (head === '**') walk(dir, at, rest, into);
  const matches = head === '**' ? () => true : segmentMatcher(head);
  for (const name of foldersIn(dir)) {
    if (matches(name)) walk(join(dir, name), [...at, name], head === '**' ? pattern : rest, into);
  }
}

function foldersIn(dir: string): string[] {
  return entriesOf(dir)
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
}

function segments(pattern: string): string[] {
  return pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
}

/** `{a,b}` written out. */
function expanded(pattern: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(pattern);
  if (!braces) return [pattern];
  const [whole, inner = ''] = braces;
  return inner.split(',').flatMap((choice) => expanded(pattern.replace(whole, () => choice)));
}

function segmentMatcher(segment: string): (name: string) => boolean {
  const source = segment
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`);
  return (name) => expression.test(name);
}

function matcher(pattern: readonly string[]): (path: string) => boolean {
  const fits = (path: readonly string[], left: readonly string[]): boolean => {
    const [head, ...rest] = left;
    if (head === undefined) return path.length === 0;
    if (head === '**') return fits(path, rest) || (path.length > 0 && fits(path.slice(1), left));
    const [name, ...deeper] = path;
    return name !== undefined && segmentMatcher(head)(name) && fits(deeper, rest);
  };
  return (path) => fits(path.split('/'), pattern);
}
