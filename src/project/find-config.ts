import { dirname, join, relative, resolve } from 'node:path';
import { NoConfigError } from '../core/errors.js';
import { type Finding, finding } from '../core/findings.js';
import type { ConfigSource } from '../wrangler/format.js';
import { CONFIG_NAMES } from '../wrangler/formats.js';
import { exampleOf, exampleWithoutConfig } from './config-example.js';
import { readConfigFile } from './config-file.js';
import { newStyleNote } from './config-new-style.js';
import { redirectNotes } from './config-redirect.js';
import type { Disk } from './disk.js';
import { upwards } from './paths.js';

export interface FoundConfig extends ConfigSource {
  /**
   * `file` for the config that Wrangler reads. `example` if there is only a committed template such as
   * `wrangler.jsonc.example`, which users copy.
   */
  readonly kind: 'file' | 'example';
  /** The committed template of a git-ignored config. It needs the same change, so that clones get it. */
  readonly example: ConfigSource | undefined;
  /** Findings about other configs and why they lose, and about redirects. `file` is absolute here. */
  readonly notes: readonly Finding[];
}

/**
 * The config that Wrangler reads in `dir`. The name counts before the distance: a `wrangler.json` far above
 * wins over a `wrangler.toml` in this folder. With `config`, it is that file, relative to `dir`.
 * @returns undefined without a config (then see `findNewStyleConfig`).
 * @throws NoConfigError if `config` does not exist.
 */
export function findConfig(
  dir: string,
  disk: Disk,
  options: { config?: string } = {},
): FoundConfig | undefined {
  const from = resolve(dir);
  if (options.config !== undefined) return named(from, options.config, disk);

  const candidates = CONFIG_NAMES.map((name) => findUp(from, name, disk)).filter(
    (path) => path !== undefined,
  );
  const [winner] = candidates;
  if (winner === undefined) {
    const example = exampleWithoutConfig(from, disk);
    return example && { ...example.file, kind: 'example', example: undefined, notes: [example.note] };
  }
  const notes = [
    ...others(from, winner, disk).map((path) => shadowedNote(from, winner, path)),
    ...redirectNotes(from, winner, disk),
    ...newStyleNote(dirname(winner), disk),
  ];
  return { ...readConfigFile(winner, disk), kind: 'file', example: exampleOf(winner, disk), notes };
}

function named(from: string, config: string, disk: Disk): FoundConfig {
  const path = resolve(from, config);
  if (!disk.isFile(path)) {
    throw new NoConfigError(`There is no file "${config}".`, 'Pass --config the path of a Wrangler config.');
  }
  return { ...readConfigFile(path, disk), kind: 'file', example: exampleOf(path, disk), notes: [] };
}

/** Every config from `from` upward that Wrangler passes over in favour of `winner`. */
function others(from: string, winner: string, disk: Disk): string[] {
  const found: string[] = [];
  for (const dir of upwards(from, dirname(winner))) {
    for (const name of CONFIG_NAMES) {
      const path = join(dir, name);
      if (path !== winner && disk.isFile(path)) found.push(path);
    }
  }
  return found;
}

function shadowedNote(from: string, winner: string, path: string): Finding {
  const sameFolder = dirname(path) === dirname(winner);
  const reason = sameFolder
    ? 'in one folder it prefers json, then jsonc, then toml'
    : 'it searches up to the root for json, then for jsonc, then for toml';
  return finding({
    rule: 'wrangler/config-shadowed',
    file: path,
    line: 1,
    message: `Wrangler does not read ${relative(from, path)}: ${relative(from, winner)} wins, because ${reason}.`,
    fix: `Remove one of them, or name the one you mean with --config.`,
  });
}

function findUp(from: string, name: string, disk: Disk): string | undefined {
  for (const dir of upwards(from)) {
    const path = join(dir, name);
    if (disk.isFile(path)) return path;
  }
  return undefined;
}
