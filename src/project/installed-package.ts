import { join } from 'node:path';
import type { Disk } from './disk.js';
import { upwards } from './paths.js';

/** A package in `node_modules`. */
export interface InstalledPackage {
  readonly version: string;
  /** The oldest supported Node, if its manifest has a plain `>=`. */
  readonly minimumNode: string | undefined;
}

/**
 * The package that an import in `dir` finds. Only its manifest is read.
 * @returns undefined if it is not installed, or its manifest can't be read
 */
export function installedPackage(dir: string, name: string, disk: Disk): InstalledPackage | undefined {
  for (const folder of upwards(dir)) {
    const manifest = join(folder, 'node_modules', name, 'package.json');
    if (disk.isFile(manifest)) return readManifest(manifest, disk);
  }
  return undefined;
}

/** Yarn's Plug'n'Play keeps packages in archives, where only its own loader finds them. */
export function isPlugAndPlay(dir: string, disk: Disk): boolean {
  return [...upwards(dir)].some((folder) => disk.exists(join(folder, '.pnp.cjs')));
}

function readManifest(path: string, disk: Disk): InstalledPackage | undefined {
  try {
    const { version, engines } = JSON.parse(disk.text(path)) as {
      version?: unknown;
      engines?: { node?: unknown };
    };
    if (typeof version !== 'string') return undefined;
    const range = typeof engines?.node === 'string' ? engines.node : '';
    return { version, minimumNode: /^>=\s*v?(\d+(?:\.\d+){0,2})$/.exec(range.trim())?.[1] };
  } catch {
    return undefined;
  }
}
