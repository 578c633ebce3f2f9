import { dirname, join, resolve } from 'node:path';
import { parse } from 'jsonc-parser';
import type { Disk } from './disk.js';

/** `compilerOptions.paths` and `baseUrl` of the tsconfig.json for a folder. */
export interface PathAliases {
  /** Paths without an extension for a specifier, best first. */
  candidates(specifier: string): string[];
}

interface TsConfig {
  readonly extends?: string | readonly string[];
  readonly references?: readonly { path?: string }[];
  readonly compilerOptions?: { baseUrl?: string; paths?: Record<string, readonly string[]> };
}

/** The aliases of every folder below a root; each tsconfig.json is read once. */
export class AliasesOfFolders {
  readonly #known = new Map<string, PathAliases | undefined>();

  /** @param root absolute; a tsconfig.json above it is ignored */
  constructor(
    readonly root: string,
    readonly disk: Disk,
  ) {}

  /**
   * The aliases of the nearest tsconfig.json from `folder` upward and of the files that it extends; undefined
   * without aliases.
   */
  of(folder: string): PathAliases | undefined {
    if (!folder.startsWith(this.root)) return undefined;
    if (!this.#known.has(folder)) this.#known.set(folder, this.#read(folder));
    return this.#known.get(folder);
  }

  #read(folder: string): PathAliases | undefined {
    const file = join(folder, 'tsconfig.json');
    if (this.disk.isFile(file)) return aliasesOf(file, new Set(), this.disk);
    return folder === dirname(folder) ? undefined : this.of(dirname(folder));
  }
}

function aliasesOf(file: string, seen: Set<string>, disk: Disk): PathAliases | undefined {
  if (seen.has(file) || !disk.isFile(file)) return undefined;
  seen.add(file);
  const config = parse(disk.text(file), [], { allowTrailingComma: true }) as TsConfig | undefined;
  const options = config?.compilerOptions;
  const base = resolve(dirname(file), texts(options?.baseUrl)[0] ?? '.');
  if (options?.paths || options?.baseUrl) {
    const patterns = Object.entries(options.paths ?? {}).map(([name, to]) => [name, texts(to)] as const);
    const hasBase = options.baseUrl !== undefined;
    return {
      candidates: (specifier) => [
        ...matches(specifier, patterns, base),
        ...(hasBase ? [join(base, specifier)] : []),
      ],
    };
  }
  for (const parent of texts(config?.extends)) {
    if (!parent.startsWith('.')) continue;
    const path = resolve(dirname(file), parent.endsWith('.json') ? parent : `${parent}.json`);
    const inherited = aliasesOf(path, seen, disk);
    if (inherited) return inherited;
  }
  return ofReferences(config, dirname(file), seen, disk);
}

/**
 * A tsconfig.json may only list others (`tsconfig.app.json`, `tsconfig.worker.json`), which then have the
 * aliases.
 */
function ofReferences(
  config: TsConfig | undefined,
  folder: string,
  seen: Set<string>,
  disk: Disk,
): PathAliases | undefined {
  const references = Array.isArray(config?.references) ? config.references : [];
  const found = references.flatMap((reference) => {
    const [path] = texts(reference?.path);
    const file = path === undefined ? undefined : resolve(folder, path);
    const aliases =
      file && aliasesOf(file.endsWith('.json') ? file : join(file, 'tsconfig.json'), seen, disk);
    return aliases ? [aliases] : [];
  });
  if (found.length === 0) return undefined;
  return { candidates: (specifier) => found.flatMap((aliases) => aliases.candidates(specifier)) };
}

/** The strings of a field that is a string or a list. */
function texts(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === 'string');
}

function matches(
  specifier: string,
  patterns: readonly (readonly [string, readonly string[]])[],
  base: string,
): string[] {
  return patterns.flatMap(([pattern, targets]) => {
    const [head = '', tail] = pattern.split('*');
    if (tail === undefined)
      return pattern === specifier ? targets.map((target) => resolve(base, target)) : [];
    if (!specifier.startsWith(head) || !specifier.endsWith(tail)) return [];
    const rest = specifier.slice(head.length, specifier.length - tail.length);
    return targets.map((target) => resolve(base, target.replace('*', rest)));
  });
}
