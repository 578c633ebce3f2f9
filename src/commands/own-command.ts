import { join, sep } from 'node:path';
import { packageRoot } from '../project/assets.js';
import { Disk } from '../project/disk.js';
import { shellWord } from './shell-word.js';

/**
 * The command in our texts. It works if the program comes from a registry, or if the project depends on it.
 */
const NAME = /npx create-something-observe(?![\w@-])/g;

let known: string | undefined;

/**
 * The command that started this program. If it came from a tarball or a clone, `npx` with its name would
 * fetch whatever has this name in the registry.
 */
function ownCommand(): string {
  known ??= commandOf(packageRoot(), read);
  return known;
}

/** Replaces the command in a text with the one that started this program. */
export function asStarted(text: string): string {
  // A patch must show the exact files.
  return text.includes('diff --git') ? text : text.replace(NAME, () => ownCommand());
}

/** The same for a JSON text, but only in members with texts for people. Texts of files stay unchanged. */
export function asStartedInJson(json: string): string {
  const words = json.startsWith('{\n  "$schema"') ? REPORT_WORDS : WORDS;
  return json.replace(words, (line) => line.replace(NAME, () => JSON.stringify(ownCommand()).slice(1, -1)));
}

const WORDS = /^ *"(?:command|fix|why|next|message)": .*$/gm;
const REPORT_WORDS = /^ *"(?:text|markdown)": .*$/gm;

/**
 * @param root the program's folder, absolute
 * @param text of a file; undefined if it does not exist
 */
export function commandOf(root: string, text: (path: string) => string | undefined): string {
  const [, cache] = /^(.*[/\\]_npx[/\\][^/\\]+)[/\\]node_modules[/\\]/.exec(root) ?? [];
  if (cache !== undefined) {
    const tarball = packagesIn(text(join(cache, 'package.json'))).find((spec) => spec.endsWith('.tgz'));
    if (tarball !== undefined)
      return `npx --yes --package=${shellWord(tarball.replace(/^file:/, ''))} create-something-observe`;
  }
  if (root.includes(`${sep}node_modules${sep}`)) return 'npx create-something-observe';
  return `node ${shellWord(join(root, 'bin/create-something-observe.js'))}`;
}

/** Packages that npx fetches. */
function packagesIn(manifest: string | undefined): string[] {
  try {
    const { _npx } = JSON.parse(manifest ?? '') as { _npx?: { packages?: unknown } };
    return Array.isArray(_npx?.packages) ? _npx.packages.map(String) : [];
  } catch {
    return [];
  }
}

function read(path: string): string | undefined {
  const disk = new Disk();
  return disk.isFile(path) ? disk.text(path) : undefined;
}
