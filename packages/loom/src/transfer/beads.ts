import { readFileSync } from 'node:fs';
import { EXIT, LoomError } from '../errors.js';
import { timedId } from '../ids.js';
import { type IssueState, isClosed } from '../issues/issue.js';
import { textOrNull, timeOrUndefined } from '../json-values.js';
import type { Database } from '../store/database.js';
import type { ImportReport } from './report.js';

/** A line of Beads' `.beads/issues.jsonl` (its JSONL export), as far as it is used. */
interface BeadsIssue {
  readonly id?: unknown;
  readonly title?: unknown;
  readonly description?: unknown;
  readonly status?: unknown;
  readonly priority?: unknown;
  readonly assignee?: unknown;
  readonly owner?: unknown;
  readonly labels?: unknown;
  readonly created_at?: unknown;
  readonly updated_at?: unknown;
  readonly closed_at?: unknown;
  readonly close_reason?: unknown;
  readonly dependencies?: unknown;
}

const STATES: Record<string, IssueState> = {
  open: 'pending',
  in_progress: 'in_progress',
  blocked: 'blocked',
  deferred: 'blocked',
  closed: 'completed',
  tombstone: 'cancelled',
};

/** Takes in the issues that are not there yet, under their own ids, so that branch names and notes stay true. */
export function importBeads(db: Database, path: string, now: number): ImportReport {
  const { issues, badLines } = readIssues(path);
  return db.transaction(() => {
    const known = new Set(db.all<{ id: string }>('SELECT id FROM issues').map((row) => row.id));
    const fresh = issues.filter((issue) => !known.has(issue.id));
    for (const issue of fresh) {
      insert(db, issue, now);
      known.add(issue.id);
    }
    let links = 0;
    for (const { id, from } of fresh) {
      for (const link of linksOf(from)) {
        links += known.has(link.on) ? linked(db, id, link, now) : 0;
      }
    }
    return {
      issues: fresh.length,
      sessions: 0,
      checkpoints: 0,
      links,
      present: issues.length - fresh.length,
      badLines,
    };
  });
}

interface ReadIssue {
  readonly id: string;
  readonly title: string;
  readonly from: BeadsIssue;
}

function readIssues(path: string): { issues: ReadIssue[]; badLines: number } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new LoomError(
      `${path} can't be read.`,
      'Name the file: lm import beads path/to/issues.jsonl (in Beads: `bd export`).',
      EXIT.notFound,
    );
  }
  const issues = new Map<string, ReadIssue>();
  let badLines = 0;
  for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '')) {
    try {
      const from = JSON.parse(line) as BeadsIssue;
      if (typeof from?.id !== 'string' || typeof from.title !== 'string') {
        badLines += 1;
        continue;
      }
      // Merges of that file by git leave an issue in it twice; the last line is the newer one.
      issues.set(from.id, { id: from.id, title: from.title, from });
    } catch {
      badLines += 1;
    }
  }
  return { issues: [...issues.values()], badLines };
}

function insert(db: Database, { id, title, from }: ReadIssue, now: number): void {
  const status = STATES[String(from.status)] ?? 'pending';
  const created = timeOrUndefined(from.created_at) ?? now;
  const updated = timeOrUndefined(from.updated_at) ?? created;
  db.run(
    `INSERT INTO issues(id, title, description, status, priority, assignee, labels, evidence, source, external_ref,
       created_at, updated_at, closed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'beads', ?, ?, ?, ?)`,
    id,
    title,
    textOrNull(from.description),
    status,
    priority(from.priority),
    textOrNull(from.assignee) ?? textOrNull(from.owner),
    JSON.stringify(Array.isArray(from.labels) ? from.labels.map(String) : []),
    textOrNull(from.close_reason),
    id,
    created,
    updated,
    isClosed(status) ? (timeOrUndefined(from.closed_at) ?? updated) : null,
  );
  db.run(
    "INSERT INTO issue_events(id, issue_id, actor, to_status, reason, at) VALUES (?, ?, 'import', ?, 'imported from Beads', ?)",
    timedId('evt', now),
    id,
    status,
    updated,
  );
}

interface BeadsLink {
  readonly on: string;
  readonly type: string;
}

function linksOf(from: BeadsIssue): BeadsLink[] {
  return (Array.isArray(from.dependencies) ? from.dependencies : []).flatMap((link: unknown) => {
    const { depends_on_id: on, type = 'blocks' } = (link ?? {}) as {
      depends_on_id?: unknown;
      type?: unknown;
    };
    return typeof on === 'string' ? [{ on, type: String(type) }] : [];
  });
}

function linked(db: Database, id: string, { on, type }: BeadsLink, now: number): number {
  if (on === id) {
    return 0;
  }
  if (type === 'parent-child') {
    return db.run('UPDATE issues SET parent_id = ? WHERE id = ?', on, id);
  }
  // "related" and "discovered-from" hold nothing up, and Loom has no place for what holds nothing up.
  return type === 'blocks'
    ? db.run(
        'INSERT INTO issue_deps(issue_id, depends_on_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        id,
        on,
        now,
      )
    : 0;
}

function priority(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 4 ? value : 2;
}
