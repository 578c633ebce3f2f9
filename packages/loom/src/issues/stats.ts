import type { Database } from '../store/database.js';
import { READY } from './store.js';

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
  /** Median ms from creation to completion, of what was completed in the last 90 days; null without any. */
  readonly median_to_done_ms: number | null;
}

const DAY_MS = 86_400_000;
const OPEN = "status NOT IN ('completed', 'cancelled') AND deleted_at IS NULL";

export function issueStats(db: Database, now: number): IssueStats {
  const count = (where: string, ...params: number[]) =>
    Number(db.get(`SELECT COUNT(*) AS n FROM issues i WHERE ${where}`, ...params)?.n ?? 0);
  const group = (column: string, where: string) =>
    Object.fromEntries(
      db
        .all<{ name: string | number; n: number }>(
          `SELECT ${column} AS name, COUNT(*) AS n FROM issues WHERE ${where} GROUP BY 1 ORDER BY n DESC, 1`,
        )
        .map(({ name, n }) => [String(name), n]),
    );
  const done = db.all<{ took: number }>(
    `SELECT closed_at - created_at AS took FROM issues
     WHERE status = 'completed' AND closed_at > ? AND closed_at >= created_at ORDER BY 1`,
    now - 90 * DAY_MS,
  );
  return {
    byStatus: group('status', 'deleted_at IS NULL'),
    byPriority: group("'P' || priority", OPEN),
    byType: group('type', OPEN),
    byAssignee: group('assignee', `${OPEN} AND status = 'in_progress' AND assignee IS NOT NULL`),
    ready: count(READY, now),
    overdue: count(`${OPEN} AND due_at < ?1`, now),
    deleted: count('deleted_at IS NOT NULL'),
    created_7d: count('created_at > ?1 AND deleted_at IS NULL', now - 7 * DAY_MS),
    closed_7d: count("closed_at > ?1 AND status = 'completed'", now - 7 * DAY_MS),
    median_to_done_ms: done[Math.floor(done.length / 2)]?.took ?? null,
  };
}
