import { COMMANDS } from './table.js';

/** Commands whose first argument is an issue. */
const TAKE_ISSUE: ReadonlySet<string> = new Set(
  COMMANDS.filter((entry) => entry.usage.includes('<id>')).map((entry) => nameOf(entry.usage)),
);

/** What may come next after these words, of which the last may be begun. */
export async function complete(words: readonly string[], cwd: string): Promise<string[]> {
  const [first = '', second = ''] = words;
  const begun = words.at(-1) ?? '';
  const fitting = (names: readonly string[]) => names.filter((name) => name.startsWith(begun));
  if (words.length <= 1) {
    return fitting([...COMMANDS.map((entry) => nameOf(entry.usage)), 'completion']);
  }
  const entry = COMMANDS.find((candidate) => nameOf(candidate.usage) === first);
  if (entry && 'commands' in entry) {
    return words.length === 2 && entry.commands.every((leaf) => nameOf(leaf.usage) !== second)
      ? fitting(entry.commands.map((leaf) => nameOf(leaf.usage)))
      : [];
  }
  return TAKE_ISSUE.has(first) && words.length === 2 ? fitting(await openIssues(cwd)) : [];
}

async function openIssues(cwd: string): Promise<string[]> {
  try {
    const { findLoomDir } = await import('../store/folder.js');
    const { openLoom } = await import('../store/open.js');
    const dir = findLoomDir(cwd);
    if (!dir) {
      return [];
    }
    const db = openLoom(dir, { busyTimeoutMs: 100 });
    try {
      return db
        .all<{ id: string }>(
          "SELECT id FROM issues WHERE status NOT IN ('completed', 'cancelled') ORDER BY id LIMIT 200",
        )
        .map((row) => row.id);
    } finally {
      db.close();
    }
  } catch {
    // A completion that fails completes nothing; the command itself will say what is wrong.
    return [];
  }
}

function nameOf(usage: string): string {
  return usage.split(' ')[0] ?? usage;
}
