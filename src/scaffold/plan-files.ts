import { type Finding, finding } from '../core/findings.js';
import type { Change } from '../core/plan.js';
import { type FileRecord, hashOf, type ObserveRecord } from '../core/record.js';

/**
 * Creates the files that are missing and renews those that an older version of this tool wrote. A file that a
 * person changed is kept and reported.
 */
export function planFiles(
  wanted: Readonly<Record<string, string>>,
  existing: (path: string) => string | undefined,
  record: ObserveRecord | undefined,
): { changes: Change[]; findings: Finding[] } {
  const changes: Change[] = [];
  const findings: Finding[] = [];
  for (const [path, text] of Object.entries(wanted)) {
    const before = existing(path);
    if (before === undefined) changes.push({ action: 'create', path, text });
    else if (before === text || isLaidOut(record?.files[path], before, text)) continue;
    else if (record?.files[path]?.hash === hashOf(before)) {
      changes.push({ action: 'modify', path, before, edits: [{ start: 0, end: before.length, text }] });
    } else findings.push(edited(path));
  }
  return { changes, findings };
}

/** Whether one text is the formatted version of the other. */
function isLaidOut(entry: FileRecord | undefined, before: string, text: string): boolean {
  return entry?.hash === hashOf(before) && entry.from === hashOf(text);
}

function edited(path: string): Finding {
  const isSchema = path.endsWith('.sql');
  return finding({
    rule: isSchema ? 'loom/schema-drifted' : 'scaffold/file-edited',
    file: path,
    line: 1,
    message: isSchema
      ? `${path} differs from the migration that Loom publishes, so the database may not match what Loom expects.`
      : `${path} differs from what this version writes, so it was kept.`,
    fix: isSchema
      ? 'Move your changes to a separate migration. Then restore this file: delete it and run `npx create-something-observe init`.'
      : `Keep it, or delete ${path} and run \`npx create-something-observe init\` to write it again.`,
  });
}
