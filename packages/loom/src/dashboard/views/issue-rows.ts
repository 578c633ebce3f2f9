import type { Database } from '../../store/database.js';
import type { IssueRow } from '../contract/issues.js';
import { type CallSum, NO_CALLS, SUM_COLUMNS, type SumRow, sumOf } from './money.js';

interface Record {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly priority: number;
  readonly assignee: string | null;
  readonly updated_at: number;
}

/** Every issue, open ones first and the most urgent of them first; or the one named. */
export function issueRows(db: Database, only: string | null): IssueRow[] {
  const records = db.all<Record>(
    `SELECT id, title, status, priority, assignee, updated_at FROM issues WHERE ?1 IS NULL OR id = ?1
     ORDER BY status IN ('completed', 'cancelled'), priority, updated_at DESC, id`,
    only,
  );
  const sums = callSums(db, only);
  const workedOn = sessionCounts(db, only);
  return records.map((record) => ({
    id: record.id,
    title: record.title,
    status: record.status,
    priority: record.priority,
    assignee: record.assignee,
    sessions: workedOn.get(record.id) ?? 0,
    ...(sums.get(record.id) ?? NO_CALLS),
    updatedAt: record.updated_at,
  }));
}

/** Agents' calls by issue; under null those that belong to none. */
export function callSums(db: Database, only: string | null): Map<string | null, CallSum> {
  const rows = db.all<SumRow & { issue_id: string | null }>(
    `SELECT issue_id, ${SUM_COLUMNS}
     FROM llm_calls ${only === null ? '' : 'WHERE issue_id = ?'} GROUP BY issue_id`,
    ...(only === null ? [] : [only]),
  );
  return new Map(rows.map((row) => [row.issue_id, sumOf(row)]));
}

/** A session may have worked on several. */
function sessionCounts(db: Database, only: string | null): Map<string, number> {
  const rows = db.all<{ issue_id: string; sessions: number }>(
    `SELECT issue_id, COUNT(*) AS sessions FROM (
       SELECT session_id, issue_id FROM attributions WHERE issue_id IS NOT NULL
       UNION SELECT id, issue_id FROM sessions WHERE issue_id IS NOT NULL)
     WHERE ?1 IS NULL OR issue_id = ?1 GROUP BY issue_id`,
    only,
  );
  return new Map(rows.map((row) => [row.issue_id, row.sessions]));
}
