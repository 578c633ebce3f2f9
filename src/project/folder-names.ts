import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Names as they are written on the disk. An import of `./ai/mcp` finds `ai/Mcp.ts` on a file system
 * that does not tell the two apart, so such projects exist; answering from listings gives the same
 * path everywhere, and one `readdir` for each folder instead of a `stat` for each guess.
 */
export class FolderNames {
  readonly #listings = new Map<string, ReadonlyMap<string, readonly string[]>>();
  readonly #folders = new Map<string, string | undefined>();

  /** @param root absolute; nothing outside of it is found */
  constructor(readonly root: string) {}

  /** The file that `path` means, as it is really spelled: exactly so, else the only one but for its case. */
  file(path: string): string | undefined {
    const found = this.#entry(path);
    return found !== undefined && isFile(found) ? found : undefined;
  }

  #entry(path: string): string | undefined {
    const folder = this.#folder(dirname(path));
    if (folder === undefined) return undefined;
    const name = basename(path);
    const spellings = this.#listing(folder).get(name.toLowerCase()) ?? [];
    if (spellings.includes(name)) return join(folder, name);
    return spellings.length === 1 ? join(folder, spellings[0] as string) : undefined;
  }

  #folder(path: string): string | undefined {
    if (path === this.root) return path;
    if (!path.startsWith(this.root) || path === dirname(path)) return undefined;
    if (!this.#folders.has(path)) this.#folders.set(path, this.#entry(path));
    return this.#folders.get(path);
  }

  #listing(folder: string): ReadonlyMap<string, readonly string[]> {
    const known = this.#listings.get(folder);
    if (known) return known;
    const listing = new Map<string, string[]>();
    for (const name of namesIn(folder)) {
      const key = name.toLowerCase();
      listing.set(key, [...(listing.get(key) ?? []), name]);
    }
    this.#listings.set(folder, listing);
    return listing;
  }
}

/** A file in a folder's place, or a folder that may not be read, holds nothing. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
