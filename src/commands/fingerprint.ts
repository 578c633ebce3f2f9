import { join, relative, sep } from 'node:path';
import type { Change, Plan } from '../core/plan.js';
import { hashOf } from '../core/record.js';
import { textAfter } from '../plan/layouts.js';
import { slashed } from '../project/paths.js';
import type { Workers } from './workers.js';

/** Identifies the project and the change of a plan file. */
export interface Fingerprint {
  /** SHA-256 of every file that the plan names, by path from the base. */
  readonly files: Readonly<Record<string, string>>;
  /** All other files of the repository that were read. */
  readonly others: { readonly count: number; readonly sha256: string };
  /** SHA-256 of the plan: handlers, findings, and every text that is written. */
  readonly plan: string;
}

/**
 * Files with keys only count by the names of the keys. A hash of their values could be guessed.
 * @param except absolute paths that do not belong to the project, such as the plan file
 */
export function fingerprintOf(
  { base, root, disk }: Workers,
  plan: Plan,
  except: readonly string[] = [],
): Fingerprint {
  const named = namedIn(plan);
  const files: Record<string, string> = {};
  const others: string[] = [];
  const texts = [...disk.texts].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, { text }] of texts) {
    if (except.includes(path) || !isOfRepository(path, root)) continue;
    const from = slashed(relative(base, path));
    const hash = hashOf(HOLDS_KEYS.test(path) ? namesIn(text) : text);
    if (named.has(from)) files[from] = hash;
    else others.push(`${from}\0${hash}`);
  }
  return {
    files,
    others: { count: others.length, sha256: hashOf(others.join('\n')) },
    plan: hashOf(JSON.stringify([plan.workers, plan.findings, plan.changes.map(outcomeOf)])),
  };
}

/** Files whose values must stay secret. */
const HOLDS_KEYS = /(?:^|[\\/])\.(?:dev\.vars|env)(?:\.[^\\/]*)?$/;

/** A plan depends only on the names in such a file, and on which of them are empty. */
function namesIn(text: string): string {
  const assignments = text.matchAll(/^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(["']?)(.?)/gm);
  return [...assignments]
    .map(([, name, quote, first]) => `${name}=${first !== '' && first !== quote}`)
    .join('\n');
}

function isOfRepository(path: string, root: string): boolean {
  return path.startsWith(root + sep) && !path.slice(root.length).split(sep).includes('node_modules');
}

function namedIn({ workers, findings, changes }: Plan): Set<string> {
  return new Set([
    ...changes.map(({ path }) => path),
    ...findings.map(({ file }) => file),
    ...workers.flatMap(({ dir, config, tools, servers }) => [
      ...(config ? [config.path] : []),
      ...[...tools, ...servers].map(({ file }) => file),
      slashed(join(dir, 'package.json')),
    ]),
  ]);
}

/** The result for a file. */
function outcomeOf(change: Change): readonly unknown[] {
  const { path, action, purpose } = change;
  if (purpose !== 'secrets') return [path, action, hashOf(textAfter(change) ?? '')];
  return [path, action, change.action === 'modify' ? change.edits.map(({ text }) => text) : []];
}
