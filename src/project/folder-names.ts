import type { Dirent } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Disk } from './disk.js';

/**
 * Finds names with the spelling on disk. On a case-insensitive file system, an import of `./ai/mcp` finds
 * `ai/Mcp.ts`. Folder listings give the same path on every system, with one `readdir` per folder instead of a
 * `stat` per guess.
 */
export class FolderNames {
  readonly #listings = new Map<string, ReadonlyMap<string, readonly Dirent[]>>();
  readonly #folders = new Map<string, string | undefined>();

  /** @param root absolute; files outside are not found */
  constructor(
    readonly root: string,
    readonly disk: Disk,
  ) {}

  /** The file at `path` with its real spelling: an exact match, else the only match that ignores case. */
  file(path: string): string | undefined {
    const folder = this.#folder(dirname(path));
    const entry = folder === undefined ? undefined : this.#entry(folder, basename(path));
    if (folder === undefined || entry === undefined) return undefined;
    const found = join(folder, entry.name);
    // The listing shows the kind of each entry, except for links.
    return entry.isFile() || (entry.isSymbolicLink() && this.disk.isFile(found)) ? found : undefined;
  }

  #entry(folder: string, name: string): Dirent | undefined {
    const spellings = this.#listing(folder).get(name.toLowerCase()) ?? [];
    return (
      spellings.find((entry) => entry.name === name) ?? (spellings.length === 1 ? spellings[0] : undefined)
    );
  }

  #folder(path: string): string | undefined {
    if (path === this.root) return path;
    if (!path.startsWith(this.root) || path === dirname(path)) return undefined;
    if (!this.#folders.has(path)) {
      const above = this.#folder(dirname(path));
      const entry = above === undefined ? undefined : this.#entry(above, basename(path));
      this.#folders.set(path, above !== undefined && entry ? join(above, entry.name) : undefined);
    }
    return this.#folders.get(path);
  }

  #listing(folder: string): ReadonlyMap<string, readonly Dirent[]> {
    const known = this.#listings.get(folder);
    if (known) return known;
    const listing = new Map<string, Dirent[]>();
    for (const entry of this.disk.entries(folder)) {
      const key = entry.name.toLowerCase();
      const spellings = listing.get(key);
      if (spellings) spellings.push(entry);
      else listing.set(key, [entry]);
    }
    this.#listings.set(folder, listing);
    return listing;
  }
}
