import type { Modules } from '../../tools/values/modules.js';
import type { ReadFile } from './read.js';

/**
 * Specifiers of imports, re-exports and requires, as text. The pattern is bounded, so that very long runs of
 * blanks take no time.
 */
const SPECIFIER =
  /(?:\bfrom\s{0,50}|\bimport\s{0,50}(?:\(\s{0,50})?|\brequire\s{0,50}\(\s{0,50})(["'])([^"'\n]{1,300})\1/g;

/**
 * Files that a handler may reach: imports of files with handlers, and other imports of the files that import
 * them. A script in the server's folder is not one of them.
 */
export function servedFiles(files: readonly ReadFile[], modules: Modules): ReadonlySet<string> {
  const imports = new Imports(modules);
  const paths = files.map(({ source }) => source.path);
  for (const { source } of files) imports.know(source.path, source.text);
  const serving = files.filter(({ reading }) => hasHandlers(reading)).map(({ source }) => source.path);
  if (serving.length === 0) return new Set(paths);
  const served = new Set<string>();
  for (const path of serving) for (const one of imports.reachedFrom(path)) served.add(one);
  const calling = files.filter(({ reading }) => reading.models.length > 0);
  if (calling.every(({ source }) => served.has(source.path))) return served;
  for (const path of paths) {
    const reached = imports.reachedFrom(path);
    if (serving.some((one) => reached.has(one))) for (const one of reached) served.add(one);
  }
  return served;
}

function hasHandlers({ sites, servers, definitions, isMcp }: ReadFile['reading']): boolean {
  return sites.length > 0 || servers.length > 0 || (isMcp && definitions.length > 0);
}

class Imports {
  readonly #modules: Modules;
  readonly #texts = new Map<string, string>();
  readonly #targets = new Map<string, readonly string[]>();

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  know(path: string, text: string): void {
    this.#texts.set(path, text);
  }

  reachedFrom(start: string): ReadonlySet<string> {
    const reached = new Set<string>();
    const queue = [start];
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      queue.push(...this.#targetsOf(path));
    }
    return reached;
  }

  #targetsOf(path: string): readonly string[] {
    const known = this.#targets.get(path);
    if (known) return known;
    const targets: string[] = [];
    for (const [, , specifier = ''] of (this.#texts.get(path) ?? '').matchAll(SPECIFIER)) {
      const found = this.#modules.moduleAt(path, specifier);
      if (!found) continue;
      this.know(found.path, found.text);
      targets.push(found.path);
    }
    this.#targets.set(path, targets);
    return targets;
  }
}
