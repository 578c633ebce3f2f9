import { join, sep } from 'node:path';
import { packageRoot } from '../project/assets.js';
import { Disk } from '../project/disk.js';
import { shellWord } from './shell-word.js';

/** How texts name this program. From a registry that has it, and in a project that depends on it, that is right. */
const NAME = /npx create-something-observe(?![\w@-])/g;

let known: string | undefined;

/**
 * The words that start this program as it was started. Where it came from a tarball or a clone, `npx` and its name
 * would fetch whatever has that name in the registry.
 */
function ownCommand(): string {
  known ??= commandOf(packageRoot(), read);
  return known;
}

/** The text with the program called as it was started. */
export function asStarted(text: string): string {
  // A patch shows files as they are.
  return text.includes('diff --git') ? text : text.replace(NAME, () => ownCommand());
}

/** The same for a JSON text, in the members that are words for a reader: a file's own text stays as it is. */
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
