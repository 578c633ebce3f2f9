import { dirname, join, relative, resolve } from 'node:path';
import { NoConfigError } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import { exampleOf, lonelyExample } from './config-example.js';
import { CONFIG_NAMES, type ConfigFile, readConfigFile } from './config-file.js';
import { newStyleNote } from './config-new-style.js';
import { redirectNotes } from './config-redirect.js';
import { isFile, upwards } from './paths.js';

export interface FoundConfig extends ConfigFile {
  /**
   * `file` when it is the config Wrangler reads; `example` when only a committed template such as
   * `wrangler.jsonc.example` is there, to be copied by whoever deploys.
   */
  readonly kind: 'file' | 'example';
  /** The committed template beside a git-ignored config: it needs the same change to be shared. */
  readonly example: ConfigFile | undefined;
  /** Which file wins and why, where several could; redirects. `file` is absolute here. */
  readonly notes: readonly Finding[];
}

/**
 * The config Wrangler would read in `dir`: the name beats nearness, so a `wrangler.json` far above
 * wins over a `wrangler.toml` right here. With `config`, that file, relative to `dir`.
 * @returns undefined when there is none (then see `findNewStyleConfig`).
 * @throws NoConfigError when `config` names no file.
 */
export function findConfig(dir: string, options: { config?: string } = {}): FoundConfig | undefined {
  const from = resolve(dir);
  if (options.config !== undefined) return named(from, options.config);

  const candidates = CONFIG_NAMES.map((name) => findUp(from, name)).filter((path) => path !== undefined);
  const [winner] = candidates;
  if (winner === undefined) {
    const example = lonelyExample(from);
    return example && { ...example.file, kind: 'example', example: undefined, notes: [example.note] };
  }
  const notes = [
    ...others(from, winner).map((path) => shadowedNote(from, winner, path)),
    ...redirectNotes(from, winner),
    ...newStyleNote(dirname(winner)),
  ];
  return { ...readConfigFile(winner), kind: 'file', example: exampleOf(winner), notes };
}

function named(from: string, config: string): FoundConfig {
  const path = resolve(from, config);
  if (!isFile(path)) {
    throw new NoConfigError(`There is no file ${config}.`, 'Give --config the path of a Wrangler config.');
  }
  return { ...readConfigFile(path), kind: 'file', example: exampleOf(path), notes: [] };
}

/** Every config from `from` upward that Wrangler passes over in favour of `winner`. */
function others(from: string, winner: string): string[] {
  const found: string[] = [];
  for (const dir of upwards(from, dirname(winner))) {
    for (const name of CONFIG_NAMES) {
      const path = join(dir, name);
      if (path !== winner && isFile(path)) found.push(path);
    }
  }
  return found;
}

function shadowedNote(from: string, winner: string, path: string): Finding {
  const sameFolder = dirname(path) === dirname(winner);
  const reason = sameFolder
    ? 'of two in one folder it takes json, then jsonc, then toml'
    : 'it takes the name before the folder: json, then jsonc, then toml, each looked for up to the root';
  return {
    rule: 'wrangler/config-shadowed',
    level: 'warning',
    file: path,
    line: 1,
    message: `Wrangler does not read ${relative(from, path)}: ${relative(from, winner)} wins, because ${reason}.`,
    fix: `Remove one of them, or name the one you mean with --config.`,
  };
}

function findUp(from: string, name: string): string | undefined {
  for (const dir of upwards(from)) {
    const path = join(dir, name);
    if (isFile(path)) return path;
  }
  return undefined;
}
