import type { Database } from '../store/database.js';
import { countReady } from './store.js';

export interface IssueStats {
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byPriority: Readonly<Record<string, number>>;
  readonly byType: Readonly<Record<string, number>>;
  readonly byAssignee: Readonly<Record<string, number>>;
  readonly ready: number;
  readonly overdue: number;
  readonly deleted: number;
  readonly created_7d: number;
  readonly closed_7d: number;
  /** Median ms from creation to completion for issues completed in the last 90 days; null without any. */
  readonly median_to_done_ms: number | null;
}

const DAY_MS = 86_400_000;

interface Counted {
  readonly status: string;
  readonly priority: number;
  readonly type: string;
  readonly deleted: number;
  readonly n: number;
  readonly created: number;
  readonly overdue: number;
}

export function issueStats(db: Database, now: number): IssueStats {
  // One query for every issue. All counts come from it.
  const all = db.all<Counted>(
    `SELECT status, priority, type, deleted_at IS NOT NULL AS deleted, COUNT(*) AS n,
       SUM(created_at > ?1) AS created, COALESCE(SUM(due_at < ?2), 0) AS overdue
     FROM issues GROUP BY 1, 2, 3, 4`,
    now - 7 * DAY_MS,
    now,
  );
  const kept = all.filter(({ deleted }) => deleted === 0);
  const open = kept.filter(({ status }) => status !== 'completed' && status !== 'cancelled');
  const done = db.all<{ took: number; closed_at: number }>(
    `SELECT closed_at - created_at AS took, closed_at FROM issues
     WHERE status = 'completed' AND closed_at > ? AND closed_at >= created_at ORDER BY 1`,
    now - 90 * DAY_MS,
  );
  const assignees = db.all<{ name: string; n: number }>(
    `SELECT assignee AS name, COUNT(*) AS n FROM issues
     WHERE status = 'in_progress' AND assignee IS NOT NULL AND deleted_at IS NULL GROUP BY 1 ORDER BY n DESC, 1`,
  );
  return {
    byStatus: sums(kept, ({ status }) => status),
    byPriority: sums(open, ({ priority }) => `P${priority}`),
    byType: sums(open, ({ type }) => type),
    byAssignee: Object.fromEntries(assignees.map(({ name, n }) => [name, n])),
    ready: countReady(db, now),
    overdue: open.reduce((sum, { overdue }) => sum + overdue, 0),
    deleted: all.reduce((sum, { deleted, n }) => sum + (deleted ? n : 0), 0),
    created_7d: kept.reduce((sum, { created }) => sum + created, 0),
    closed_7d: done.filter(({ closed_at }) => closed_at > now - 7 * DAY_MS).length,
    median_to_done_ms: done[Math.floor(done.length / 2)]?.took ?? null,
  };
}

/** By name, largest first. */
function sums(rows: readonly Counted[], name: (row: Counted) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    counts.set(name(row), (counts.get(name(row)) ?? 0) + row.n);
  }
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}
