import { cells } from '../../cost/cells.js';
import type { Sql } from '../../store/sql.js';
import type { IssueRow } from '../contract/issues.js';
import { joined } from '../measure/conditions.js';
import { containing } from '../measure/containing.js';
import { type CallSum, CELL_SUMS, NO_CALLS, type SumRow, sumOf } from './money.js';

interface Record {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly priority: number;
  readonly assignee: string | null;
  readonly updated_at: number;
}

export interface IssuesAsked {
  readonly status?: string | undefined;
  /** Words to find in id, title or assignee. */
  readonly q?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** One page of issues: open ones first, then by priority. */
export async function issuePage(
  db: Sql,
  { status, q, offset, limit }: IssuesAsked,
): Promise<{ rows: IssueRow[]; total: number }> {
  const named = ['id', 'title', "COALESCE(assignee, '')"].map((text) => containing(text, q ?? ''));
  const where = joined([
    ...(status === undefined ? [] : [{ sql: 'status = ?', params: [status] }]),
    ...(q
      ? [
          {
            sql: `(${named.map(({ sql }) => sql).join(' OR ')})`,
            params: named.flatMap(({ params }) => params),
          },
        ]
      : []),
  ]);
  const records = await db.all<Record>(
    `SELECT id, title, status, priority, assignee, updated_at FROM issues WHERE ${where.sql}
     ORDER BY status IN ('completed', 'cancelled'), priority, updated_at DESC, id LIMIT ? OFFSET ?`,
    ...where.params,
    limit,
    offset,
  );
  const total = await db.get<{ n: number }>(
    `SELECT COUNT(*) AS n FROM issues WHERE ${where.sql}`,
    ...where.params,
  );
  return { rows: await rowsOf(db, records), total: total?.n ?? 0 };
}

export async function findIssueRow(db: Sql, id: string): Promise<IssueRow | undefined> {
  const records = await db.all<Record>(
    'SELECT id, title, status, priority, assignee, updated_at FROM issues WHERE id = ?',
    id,
  );
  return (await rowsOf(db, records))[0];
}

async function rowsOf(db: Sql, records: readonly Record[]): Promise<IssueRow[]> {
  const ids = JSON.stringify(records.map(({ id }) => id));
  const sums = await callSums(db, ids);
  const workedOn = await sessionCounts(db, ids);
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

const ALL_TIME = { from: 0, until: Number.MAX_SAFE_INTEGER };

/** Agents' calls that belong to no issue. */
export async function unattributed(db: Sql): Promise<CallSum> {
  return (await callSums(db, JSON.stringify(['']))).get('') ?? NO_CALLS;
}

/**
 * Agents' calls for each of these issue ids (JSON). Reads the summed cells, because an issue may have a
 * million calls.
 */
async function callSums(db: Sql, ids: string): Promise<Map<string, CallSum>> {
  const { sql, params = [] } = cells(ALL_TIME);
  const rows = await db.all<SumRow & { issue_id: string }>(
    `SELECT c.issue_id, ${CELL_SUMS} FROM (${sql}) c WHERE c.issue_id IN (SELECT value FROM json_each(?4)) GROUP BY 1`,
    ...params,
    ids,
  );
  return new Map(rows.map((row) => [row.issue_id, sumOf(row)]));
}

/** A session may have worked on several issues. */
async function sessionCounts(db: Sql, ids: string): Promise<Map<string, number>> {
  const rows = await db.all<{ issue_id: string; sessions: number }>(
    `SELECT issue_id, COUNT(*) AS sessions FROM (
       SELECT session_id, issue_id FROM attributions WHERE issue_id IN (SELECT value FROM json_each(?1))
       UNION SELECT id, issue_id FROM sessions WHERE issue_id IN (SELECT value FROM json_each(?1)))
     GROUP BY issue_id`,
    ids,
  );
  return new Map(rows.map((row) => [row.issue_id, row.sessions]));
}
