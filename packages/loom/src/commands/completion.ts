import yargs, { type Argv } from 'yargs';
import type { Database } from '../store/database.js';
import { describedOptions } from './option-checks.js';
import type { GlobalArgs } from './spec.js';
import { COMMANDS, type Leaf } from './table.js';

/** Options that every command takes. */
const GLOBAL = ['--json', '--cwd', '--help'];
const MAX_IDS = 200;
/** Yargs' name for the default command of a group. */
const OWN = '$0';

/** Possible next words after these; the last one may be partial. */
export async function complete(words: readonly string[], cwd: string): Promise<string[]> {
  const prefix = words.at(-1) ?? '';
  return (await candidates(words, cwd)).filter((name) => name.startsWith(prefix));
}

async function candidates(words: readonly string[], cwd: string): Promise<readonly string[]> {
  const [first = '', second = ''] = words;
  if (words.length <= 1) {
    return [...COMMANDS.map(({ usage }) => nameOf(usage)), 'completion'];
  }
  const entry = COMMANDS.find(({ usage }) => nameOf(usage) === first);
  if (!entry) {
    return [];
  }
  if (!('commands' in entry)) {
    return completeArguments(entry, words.slice(1), cwd);
  }
  const own = entry.commands.find(({ usage }) => nameOf(usage) === OWN);
  if (words.length === 2) {
    const names = entry.commands.map(({ usage }) => nameOf(usage)).filter((name) => name !== OWN);
    return [...names, ...(own ? await completeArguments(own, words.slice(1), cwd) : [])];
  }
  const leaf = entry.commands.find(({ usage }) => nameOf(usage) === second);
  return leaf
    ? completeArguments(leaf, words.slice(2), cwd)
    : own
      ? completeArguments(own, words.slice(1), cwd)
      : [];
}

/** `words` follow the command's name. */
async function completeArguments(
  leaf: Leaf,
  words: readonly string[],
  cwd: string,
): Promise<readonly string[]> {
  const spec = await leaf.load();
  const { key, choices } = describedOptions(spec.builder(yargs([]) as Argv<GlobalArgs>));
  const positionals = [...leaf.usage.matchAll(/[<[](\w+)[\]>]/g)].map(([, name]) => name ?? '');
  const prefix = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  if (prefix.startsWith('-')) {
    const own = Object.keys(key).filter((name) => name.length > 1 && !positionals.includes(name));
    return [
      ...own.filter((name) => name !== 'version' && name !== 'help').map((name) => `--${name}`),
      ...GLOBAL,
    ];
  }
  if (before.startsWith('--')) {
    const name = before.slice(2);
    return choices[name] ?? idsFor(name, cwd);
  }
  const positional = positionals[words.length - 1] ?? '';
  return choices[positional] ?? idsFor(positional, cwd);
}

/** Kind of ids for an argument name. */
const IDS: Readonly<Record<string, string>> = {
  id: "SELECT id FROM issues WHERE status NOT IN ('completed', 'cancelled') ORDER BY id",
  session: 'SELECT id FROM sessions ORDER BY started_at DESC',
  decision: 'SELECT id FROM routing_decisions WHERE outcome_at IS NULL ORDER BY at DESC',
  trace: 'SELECT id FROM traces ORDER BY started_us DESC',
  ...Object.fromEntries(
    ['server', 'tool', 'method', 'client', 'client_version', 'error_type'].map((column) => [
      column.replaceAll('_', '-'),
      `SELECT DISTINCT ${column} AS id FROM trace_series WHERE ${column} <> '' ORDER BY 1`,
    ]),
  ),
};
const SAME_IDS: Readonly<Record<string, string>> = { by: 'id', issue: 'id', parent: 'id' };

async function idsFor(argument: string, cwd: string): Promise<string[]> {
  const sql = IDS[SAME_IDS[argument] ?? argument];
  return sql === undefined
    ? []
    : withExisting(cwd, (db) => db.all<{ id: string }>(`${sql} LIMIT ${MAX_IDS}`).map(({ id }) => id));
}

async function withExisting(cwd: string, read: (db: Database) => string[]): Promise<string[]> {
  try {
    const { findLoomDir } = await import('../store/folder.js');
    const { openLoom } = await import('../store/open.js');
    const dir = findLoomDir(cwd);
    if (!dir) {
      return [];
    }
    const db = openLoom(dir, { busyTimeoutMs: 100 });
    try {
      return read(db);
    } finally {
      db.close();
    }
  } catch {
    // A failed completion suggests nothing. The command itself reports the error.
    return [];
  }
}

function nameOf(usage: string): string {
  return usage.split(' ')[0] ?? usage;
}
