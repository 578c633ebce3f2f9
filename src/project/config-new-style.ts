import { basename, join, resolve } from 'node:path';
import type { Finding } from '../core/findings.js';
import type { Disk } from './disk.js';
import { upwards } from './paths.js';

const NAMES = [
  'cloudflare.config.ts',
  'cloudflare.config.mts',
  'cloudflare.config.js',
  'cloudflare.config.mjs',
];

/** A `cloudflare.config.ts`. It is code, so it is not edited. */
export interface NewStyleConfig {
  /** Absolute. */
  readonly path: string;
  /** Its `fix` shows what to add; undefined if the file seems to have it. */
  readonly finding: Finding | undefined;
}

/** The nearest one, from `dir` upward. */
export function findNewStyleConfig(dir: string, disk: Disk): NewStyleConfig | undefined {
  for (const folder of upwards(resolve(dir))) {
    const found = inFolder(folder, disk);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same, as a note if an ordinary Wrangler config exists too. */
export function newStyleNote(dir: string, disk: Disk): Finding[] {
  const finding = inFolder(dir, disk)?.finding;
  return finding === undefined ? [] : [{ ...finding, level: 'warning' }];
}

function inFolder(dir: string, disk: Disk): NewStyleConfig | undefined {
  const path = NAMES.map((name) => join(dir, name)).find((candidate) => disk.isFile(candidate));
  if (path === undefined) return undefined;
  // The file is read as text and not run, so a computed block is not recognised. Then the finding is
  // needless.
  const text = disk.text(path);
  const at = text.search(/\bobservability\b/);
  if (at !== -1 && /\btraces\b/.test(text.slice(at))) return { path, finding: undefined };
  const finding: Finding = {
    rule: 'wrangler/new-style-config',
    level: 'error',
    file: path,
    line: 1,
    message: `${basename(path)} is code, and init does not edit code. Deploys that use it read observability from it.`,
    fix: `Add this to its worker, unless it is there already:\n${SNIPPET}`,
  };
  return { path, finding };
}

/** Key names of Wrangler 4.164, which reads this file with --experimental-new-config. */
const SNIPPET = `observability: {
  enabled: true,
  traces: { enabled: true, headSamplingRate: 0.1 },
},`;
