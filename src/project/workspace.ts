import { dirname, join, resolve } from 'node:path';
import type { Disk } from './disk.js';
import { entryCandidates, importCandidates, isObject, type Manifest } from './package-entry.js';
import { upwards } from './paths.js';
import { pnpmWorkspacePatterns } from './pnpm-workspace.js';
import { workspaceFolders } from './workspace-globs.js';

interface WorkspaceManifest extends Manifest {
  readonly workspaces?: unknown;
  readonly dependencies?: unknown;
  readonly devDependencies?: unknown;
}

interface FoundManifest {
  readonly dir: string;
  readonly manifest: WorkspaceManifest;
}

/** A dependency on a folder of this repository: `file:../core`, `link:../core`. */
const LOCAL_SPEC = /^(?:file|link|portal):(.+)$/;

/**
 * The packages of a repository, as npm, pnpm, yarn and bun define them. Only manifests are read, so nothing
 * has to be installed.
 */
export class Workspace {
  readonly #manifests = new Map<string, WorkspaceManifest | undefined>();
  #members: ReadonlyMap<string, FoundManifest> | undefined;

  /**
   * @param dir absolute folder of the project
   * @param root absolute top of the repository; every folder from here to the project may declare a workspace
   */
  constructor(
    readonly dir: string,
    readonly root: string,
    readonly disk: Disk,
  ) {}

  /** Absolute paths for an import of `specifier` in the file `from`, best first. */
  candidates(specifier: string, from: string): string[] {
    const governing = this.#nearest(dirname(from));
    if (specifier.startsWith('#')) {
      if (!governing) return [];
      return importCandidates(governing.manifest, specifier).map((path) => join(governing.dir, path));
    }
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
    if (name === undefined) return [];
    const found = this.members().get(name) ?? this.#linked(name, governing);
    if (!found) return [];
    const subpath = `.${specifier.slice(name.length)}`;
    return entryCandidates(found.manifest, subpath).map((path) => join(found.dir, path));
  }

  /** The packages by name. If two workspaces have the same name, the nearest one wins. */
  members(): ReadonlyMap<string, FoundManifest> {
    if (this.#members) return this.#members;
    const members = new Map<string, FoundManifest>();
    for (const folder of upwards(this.dir, this.root)) {
      const patterns = workspacePatterns(folder, this.disk);
      // An example in a repository may import the repository's own package.
      const dirs = [folder, ...(patterns.length === 0 ? [] : workspaceFolders(folder, patterns, this.disk))];
      for (const dir of dirs) {
        const manifest = this.#manifest(dir);
        if (manifest?.name !== undefined && !members.has(manifest.name)) {
          members.set(manifest.name, { dir, manifest });
        }
      }
    }
    this.#members = members;
    return members;
  }

  #linked(name: string, governing: FoundManifest | undefined): FoundManifest | undefined {
    if (!governing) return undefined;
    for (const list of [governing.manifest.dependencies, governing.manifest.devDependencies]) {
      const spec = isObject(list) ? list[name] : undefined;
      const path = typeof spec === 'string' ? LOCAL_SPEC.exec(spec)?.[1] : undefined;
      const dir = path === undefined ? undefined : resolve(governing.dir, path);
      const manifest = dir?.startsWith(this.root) ? this.#manifest(dir) : undefined;
      if (dir !== undefined && manifest) return { dir, manifest };
    }
    return undefined;
  }

  #nearest(from: string): FoundManifest | undefined {
    for (const dir of upwards(from, this.root)) {
      const manifest = this.#manifest(dir);
      if (manifest) return { dir, manifest };
    }
    return undefined;
  }

  #manifest(dir: string): WorkspaceManifest | undefined {
    if (!this.#manifests.has(dir))
      this.#manifests.set(dir, readManifest(join(dir, 'package.json'), this.disk));
    return this.#manifests.get(dir);
  }
}

/** Workspaces of a folder: from pnpm's file, else `workspaces` in package.json; empty without any. */
export function workspacePatterns(folder: string, disk: Disk): string[] {
  const pnpm = join(folder, 'pnpm-workspace.yaml');
  if (disk.isFile(pnpm)) return pnpmWorkspacePatterns(disk.text(pnpm));
  const declared = readManifest(join(folder, 'package.json'), disk)?.workspaces;
  const list = isObject(declared) ? declared.packages : declared;
  return Array.isArray(list) ? list.filter((pattern) => typeof pattern === 'string') : [];
}

/** The code that edits a manifest reports a broken one. */
function readManifest(path: string, disk: Disk): WorkspaceManifest | undefined {
  if (!disk.isFile(path)) return undefined;
  try {
    const value: unknown = JSON.parse(disk.text(path).replace(/^\uFEFF/, ''));
    return isObject(value) ? (value as WorkspaceManifest) : undefined;
  } catch {
    return undefined;
  }
}
