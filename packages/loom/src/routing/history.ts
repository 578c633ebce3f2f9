import { cells } from '../cost/cells.js';
import type { Database } from '../store/database.js';
import type { Work } from './estimate.js';
import { type Evidence, evidenceOf, type SessionRow } from './evidence.js';
import { type KindOf, kindOf } from './kind.js';

/** A piece of work with its kind, and the evidence for its outcome. */
export interface History extends Work {
  readonly sessionId: string | null;
  readonly issueId: string | null;
  readonly evidence: readonly Evidence[];
}

const HOUR_MS = 3_600_000;
const SETTLE_HOURS = 24;

interface CallsRow {
  readonly session_id: string;
  readonly issue_id: string;
  readonly model: string;
  readonly n: number;
  readonly cost: number | null;
  readonly priced: number;
  readonly first: number;
  readonly last: number;
}

interface IssueRow extends Omit<KindOf, 'labels'> {
  readonly id: string;
  readonly labels: string;
  readonly task: string | null;
}

export interface Span {
  /** Only sessions that started after this time (Unix ms). */
  readonly since?: number;
  readonly settleHours?: number | undefined;
}

/** All sessions on issues, oldest first. Each has the model with the largest share of the work. */
export function history(
  db: Database,
  now: number,
  { since = 0, settleHours = SETTLE_HOURS }: Span = {},
): History[] {
  const { sql, params = [] } = cells({ from: 0, until: Number.MAX_SAFE_INTEGER });
  const works = byWork(
    db.all<CallsRow>(
      `SELECT session_id, issue_id, model, SUM(calls) AS n,
         CASE WHEN SUM(calls) > SUM(unpriced) THEN SUM(reported + calculated + estimated) END AS cost,
         SUM(calls - unpriced) AS priced, MIN(first_at) AS first, MAX(last_at) AS last
       FROM (${sql}) WHERE issue_id <> '' AND (?4 <= 0 OR session_id IN (SELECT id FROM sessions WHERE started_at >= ?4))
       GROUP BY 1, 2, 3`,
      ...params,
      since,
    ),
  );
  const issues = JSON.stringify([...new Set(works.map(({ main }) => main.issue_id))]);
  const kinds = kindsOf(db, issues);
  const sessions = new Map(
    db
      .all<SessionRow>(
        'SELECT id, agent, status, termination_reason AS reason FROM sessions WHERE started_at >= ?',
        since,
      )
      .map((session) => [session.id, session]),
  );
  const refs = works.map(({ main, first, last }) => ({
    sessionId: main.session_id,
    issueId: main.issue_id,
    model: main.model,
    first,
    last,
  }));
  const evidence = evidenceOf(db, refs, sessions, issues, { now, settleMs: settleHours * HOUR_MS });
  const own = works.map(({ main, cost, unpriced, first, last }, at): History => {
    const found = evidence[at] ?? [];
    return {
      sessionId: main.session_id,
      issueId: main.issue_id,
      agent: sessions.get(main.session_id)?.agent ?? '',
      model: main.model,
      kind: kinds.get(main.issue_id) ?? [],
      at: last,
      success: successOf(found),
      costMicros: unpriced > 0 ? null : cost,
      durationMs: last > first ? last - first : null,
      evidence: found,
    };
  });
  return [...own, ...imported(db)].sort((a, b) => a.at - b.at);
}

/** A person's judgement, or the weighted mean of the other evidence. Null without evidence. */
export function successOf(evidence: readonly Evidence[]): number | null {
  const person = evidence.filter(({ source }) => source === 'person');
  const some = person.length > 0 ? person.slice(-1) : evidence;
  const weight = some.reduce((sum, one) => sum + one.weight, 0);
  return weight === 0 ? null : some.reduce((sum, one) => sum + one.weight * Number(one.success), 0) / weight;
}

function byWork(rows: readonly CallsRow[]) {
  const works = new Map<
    string,
    { main: CallsRow; cost: number; unpriced: number; first: number; last: number }
  >();
  for (const row of rows) {
    const key = `${row.session_id} ${row.issue_id}`;
    const known = works.get(key);
    if (!known) {
      works.set(key, {
        main: row,
        cost: row.cost ?? 0,
        unpriced: row.n - row.priced,
        first: row.first,
        last: row.last,
      });
      continue;
    }
    known.main =
      (row.cost ?? 0) > (known.main.cost ?? 0) || (row.cost === known.main.cost && row.n > known.main.n)
        ? row
        : known.main;
    known.cost += row.cost ?? 0;
    known.unpriced += row.n - row.priced;
    known.first = Math.min(known.first, row.first);
    known.last = Math.max(known.last, row.last);
  }
  return [...works.values()];
}

/** `issues` is a JSON array of ids. */
function kindsOf(db: Database, issues: string): Map<string, readonly string[]> {
  const rows = db.all<IssueRow>(
    `SELECT i.id, i.title, i.description, i.design, i.acceptance, i.type, i.labels, t.term AS task
     FROM json_each(?) j JOIN issues i ON i.id = j.value LEFT JOIN atlas_tags t ON t.entity = 'issue' AND t.entity_id = i.id AND t.dimension = 'ai_task.type'`,
    issues,
  );
  return new Map(
    rows.map(({ id, task, labels, ...issue }) => [
      id,
      kindOf({ ...issue, labels: JSON.parse(labels) }, task),
    ]),
  );
}

/** Another tool's data about sessions that are not in Loom. */
function imported(db: Database): History[] {
  const rows = db.all<{
    agent: string | null;
    model: string | null;
    kind: string | null;
    issue_id: string | null;
    success: number;
    cost_micros: number | null;
    duration_ms: number | null;
    says: string | null;
    at: number;
  }>(
    "SELECT agent, model, kind, issue_id, success, cost_micros, duration_ms, says, at FROM routing_outcomes WHERE source = 'import'",
  );
  return rows.map((row) => ({
    sessionId: null,
    issueId: row.issue_id,
    agent: row.agent ?? '',
    model: row.model ?? '',
    kind: row.kind ? [row.kind] : [],
    at: row.at,
    success: row.success,
    costMicros: row.cost_micros,
    durationMs: row.duration_ms,
    evidence: [{ source: 'import', success: row.success === 1, weight: 1, says: row.says ?? 'imported' }],
  }));
}
