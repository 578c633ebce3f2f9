/** Fields of package.json that lead to a package's sources. */
export interface Manifest {
  readonly name?: string;
  readonly source?: unknown;
  readonly module?: unknown;
  readonly main?: unknown;
  readonly types?: unknown;
  readonly exports?: unknown;
  readonly imports?: unknown;
}

/** Build folders; the source is elsewhere. `lib` contains builds in some packages, and sources in others. */
const OUTPUT_FOLDERS = new Set([
  'dist',
  'build',
  'out',
  'output',
  'esm',
  'cjs',
  'types',
  'lib',
  '_esm',
  '_cjs',
]);

const SOURCE_FOLDERS = ['src', 'source', 'lib'];

/**
 * Possible source files for an import of a package, best first. `exports`, `source`, `main` and `types` may
 * name built files. For these, it returns the likely source files.
 * @param subpath as in exports: `.` or `./server`
 * @returns paths in the package's folder, without an extension for built files
 */
export function entryCandidates(manifest: Manifest, subpath: string): string[] {
  const named =
    manifest.exports === undefined
      ? subpath === '.'
        ? texts([manifest.source, manifest.module, manifest.main, manifest.types])
        : [subpath]
      : mapped(manifest.exports, subpath);
  const usual = subpath === '.' ? 'index' : subpath.slice(2);
  return unique([
    ...named.flatMap(sourcesOf),
    ...SOURCE_FOLDERS.map((folder) => `${folder}/${usual}`),
    usual,
  ]);
}

/** Target of an import such as `#db`, from `imports` of its package. */
export function importCandidates(manifest: Manifest, specifier: string): string[] {
  return unique(mapped(manifest.imports, specifier).flatMap(sourcesOf));
}

/**
 * The targets of one key of `exports` or `imports`: an exact match first, then patterns, the longest prefix
 * first.
 */
function mapped(table: unknown, key: string): string[] {
  const entries = isObject(table) ? Object.entries(table) : [];
  const hasKeys = entries.some(([name]) => name.startsWith('.') || name.startsWith('#'));
  if (!hasKeys) return key === '.' ? targets(table) : [];
  const exact = entries.find(([name]) => name === key);
  if (exact) return targets(exact[1]);
  const patterns = entries
    .filter(([name]) => name.includes('*'))
    .sort(([a], [b]) => b.indexOf('*') - a.indexOf('*'));
  for (const [pattern, value] of patterns) {
    const [head = '', tail = ''] = pattern.split('*');
    if (!key.startsWith(head) || !key.endsWith(tail) || key.length < head.length + tail.length) continue;
    const rest = key.slice(head.length, key.length - tail.length);
    return targets(value).map((target) => target.replaceAll('*', () => rest));
  }
  return [];
}

/** Every file in a tree of conditions, with the condition `source` (or `@repo/source`) first. */
function targets(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(targets);
  if (!isObject(value)) return [];
  const conditions = Object.entries(value);
  const isSource = ([name]: readonly [string, unknown]) => /\bsource\b/.test(name);
  const first = conditions.filter(isSource);
  return [...first, ...conditions.filter((one) => !isSource(one))].flatMap(([, target]) => targets(target));
}

function sourcesOf(target: string): string[] {
  const path = target.replace(/^(?:\.?\/)+/, '');
  const [folder = '', ...rest] = path.split('/');
  if (!OUTPUT_FOLDERS.has(folder) || rest.length === 0) return [path, stem(path)];
  // dist/esm/server.js: sources have no folder for the format.
  const inner = rest.length > 1 && OUTPUT_FOLDERS.has(rest[0] ?? '') ? rest.slice(1) : rest;
  const built = stem(inner.join('/'));
  const itself = folder === 'lib' ? [path] : [];
  return [...SOURCE_FOLDERS.map((source) => `${source}/${built}`), built, ...itself];
}

function stem(path: string): string {
  return path.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '');
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string');
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)].filter((path) => path !== '' && !path.split('/').includes('..'));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
