import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, LoomError } from '../errors.js';
import { timedId } from '../ids.js';
import { type IssueState, isClosed } from '../issues/issue.js';
import { textOrNull, timeOrUndefined } from '../json-values.js';
import { dollarsToMicros } from '../money.js';
import { recordExecution } from '../routing/executions.js';
import type { SessionState } from '../sessions/session.js';
import type { Database } from '../store/database.js';
import { loadDriver, type SqliteDatabase } from '../store/driver.js';
import { SYNC } from '../sync/queues.js';
import type { ImportReport } from './report.js';

type Row = Record<string, unknown>;

const ISSUE_STATES: Record<string, IssueState> = {
  ready: 'pending',
  claimed: 'in_progress',
  blocked: 'blocked',
  done: 'completed',
  cancelled: 'cancelled',
};
const PRIORITIES: Record<string, number> = { critical: 0, high: 1, normal: 2, low: 3 };
const SESSION_STATES: Record<string, SessionState> = {
  completed: 'complete',
  failed: 'error',
  cancelled: 'cancelled',
};

/**
 * Imports the data of the earlier `lm` (in Rust) from a `.loom` folder: work.db and memory.db. They are
 * opened read-only, and read by column name, because older files have another order of columns.
 */
export function importLmRust(db: Database, dir: string, now: number): ImportReport {
  const work = readOld(join(dir, 'work.db'), ['tasks', 'dependencies']);
  const memory = readOld(join(dir, 'memory.db'), ['sessions', 'checkpoints']);
  const agents = readOld(join(dir, 'agents.db'), ['agent_history', 'agent_profiles']);
  if (!work && !memory && !agents) {
    throw new LoomError(
      `There is no work.db or memory.db in ${dir}.`,
      'Name the folder of the earlier Loom: lm import lm-rust path/to/.loom.',
      EXIT.notFound,
    );
  }
  const rows = new Map([...(work ?? []), ...(memory ?? []), ...(agents ?? [])]);
  const of = (table: string) => rows.get(table) ?? [];
  return db.transaction(() => {
    const report = {
      issues: 0,
      sessions: 0,
      checkpoints: 0,
      links: 0,
      present: 0,
      badLines: 0,
      executions: 0,
    };
    for (const task of of('tasks')) {
      report[importTask(db, task, now) ? 'issues' : 'present'] += 1;
    }
    for (const task of of('tasks').filter((row) => textOrNull(row.parent))) {
      report.links += db.run(
        'UPDATE issues SET parent_id = ?1 WHERE id = ?2 AND parent_id IS NULL AND EXISTS (SELECT 1 FROM issues WHERE id = ?1)',
        textOrNull(task.parent),
        textOrNull(task.id),
      );
    }
    for (const link of of('dependencies')) {
      report.links += importLink(db, link, now);
    }
    for (const session of of('sessions')) {
      report[importSession(db, session, now) ? 'sessions' : 'present'] += 1;
    }
    for (const checkpoint of of('checkpoints')) {
      report[importCheckpoint(db, checkpoint, now) ? 'checkpoints' : 'present'] += 1;
    }
    for (const session of of('sessions')) {
      importContext(db, session, now);
    }
    for (const [at, execution] of of('agent_history').entries()) {
      report[importExecution(db, execution, at, now) ? 'executions' : 'present'] += 1;
    }
    for (const profile of of('agent_profiles')) {
      importProfile(db, profile, now);
    }
    return report;
  });
}

function importTask(db: Database, task: Row, now: number): boolean {
  const status = ISSUE_STATES[String(task.status)] ?? 'pending';
  const created = timeOrUndefined(task.created_at) ?? now;
  const updated = timeOrUndefined(task.updated_at) ?? created;
  const id = String(task.id);
  const added = db.run(
    `INSERT INTO issues(id, title, description, status, priority, assignee, labels, evidence, repo, source,
       external_ref, created_at, updated_at, closed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'lm-rust', ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    id,
    textOrNull(task.title) ?? id,
    textOrNull(task.description),
    status,
    PRIORITIES[String(task.priority)] ?? 2,
    textOrNull(task.agent),
    labels(task.labels),
    textOrNull(task.evidence),
    textOrNull(task.repo),
    id,
    created,
    updated,
    isClosed(status) ? updated : null,
  );
  if (added > 0) {
    db.run(
      "INSERT INTO issue_events(id, issue_id, actor, to_status, reason, at) VALUES (?, ?, 'import', ?, 'imported from lm-rust', ?)",
      timedId('evt', now),
      id,
      status,
      updated,
    );
    importCost(db, id, task.actual_cost_usd, updated);
  }
  return added > 0;
}

/** A cost without calls becomes one call, so that it is part of every sum. */
function importCost(db: Database, issue: string, dollars: unknown, at: number): void {
  if (typeof dollars !== 'number' || !(dollars > 0)) {
    return;
  }
  const session = `ses-import-${issue}`;
  db.run(
    `INSERT INTO sessions(id, agent, source, source_session_id, issue_id, status, started_at, last_seen_at, ended_at,
       score_sync)
     VALUES (?1, 'lm-rust', 'lm-rust', ?1, ?2, 'complete', ?3, ?3, ?3, ${SYNC.notOurs}) ON CONFLICT DO NOTHING`,
    session,
    issue,
    at,
  );
  db.run(
    `INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, cost_micros, cost_basis, source)
     VALUES (?, ?, ?, 'unknown', ?, ?, 'reported', 'import') ON CONFLICT DO NOTHING`,
    `import:${issue}`,
    session,
    issue,
    at,
    dollarsToMicros(dollars),
  );
}

function importLink(db: Database, link: Row, now: number): number {
  return db.run(
    `INSERT INTO issue_deps(issue_id, depends_on_id, created_at)
     SELECT ?1, ?2, ?3 WHERE ?1 <> ?2 AND EXISTS (SELECT 1 FROM issues WHERE id = ?1) AND EXISTS (SELECT 1 FROM issues WHERE id = ?2)
     ON CONFLICT DO NOTHING`,
    textOrNull(link.task_id),
    textOrNull(link.depends_on),
    timeOrUndefined(link.created_at) ?? now,
  );
}

function importSession(db: Database, session: Row, now: number): boolean {
  const started = timeOrUndefined(session.started_at) ?? now;
  const ended = timeOrUndefined(session.ended_at) ?? started;
  // An imported session of the old tool never counts as running.
  const status = SESSION_STATES[String(session.status)] ?? 'interrupted';
  return (
    db.run(
      `INSERT INTO sessions(id, agent, source, source_session_id, issue_id, status, termination_reason, cwd, git_branch,
         started_at, last_seen_at, ended_at, score_sync)
       VALUES (?1, ?2, 'lm-rust', ?1, (SELECT id FROM issues WHERE id = ?3), ?4, 'imported', ?5, ?6, ?7, ?8, ?8,
         ${SYNC.notOurs})
       ON CONFLICT DO NOTHING`,
      textOrNull(session.id),
      textOrNull(session.agent_id) ?? 'unknown',
      textOrNull(session.task_id),
      status,
      textOrNull(session.working_dir),
      textOrNull(session.git_branch),
      started,
      Math.max(started, ended),
    ) > 0
  );
}

function importCheckpoint(db: Database, checkpoint: Row, now: number): boolean {
  return (
    db.run(
      `INSERT INTO checkpoints(id, session_id, seq, summary, context, git_commit, at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS (SELECT 1 FROM sessions WHERE id = ?2) ON CONFLICT DO NOTHING`,
      textOrNull(checkpoint.id),
      textOrNull(checkpoint.session_id),
      Number(checkpoint.sequence) || 0,
      textOrNull(checkpoint.summary) ?? '',
      json(checkpoint.context_json) ?? '{}',
      textOrNull(checkpoint.git_commit),
      timeOrUndefined(checkpoint.created_at) ?? now,
    ) > 0
  );
}

/** Last context of a session: files, decisions, tests, notes. It becomes the last checkpoint. */
function importContext(db: Database, session: Row, now: number): void {
  const context = json(session.context_json);
  if (context === undefined || context === '{}') {
    return;
  }
  db.run(
    `INSERT INTO checkpoints(id, session_id, seq, summary, context, at)
     SELECT 'chk-context-' || ?1, ?1, COALESCE((SELECT MAX(seq) FROM checkpoints WHERE session_id = ?1), 0) + 1, ?2, ?3, ?4
     WHERE EXISTS (SELECT 1 FROM sessions WHERE id = ?1) ON CONFLICT DO NOTHING`,
    textOrNull(session.id),
    'context of the session when it was imported',
    context,
    timeOrUndefined(session.ended_at) ?? timeOrUndefined(session.started_at) ?? now,
  );
}

/** Outcomes of earlier work, for routing. */
function importExecution(db: Database, row: Row, at: number, now: number): boolean {
  return recordExecution(db, {
    id: `exe-lm-rust-${row.id ?? at}`,
    agent: textOrNull(row.agent_id),
    // The earlier Loom did not store the model.
    model: null,
    kind: textOrNull(row.task_type),
    issueId: textOrNull(row.task_id),
    success: Number(row.success) === 1,
    costMicros: typeof row.cost === 'number' && row.cost > 0 ? dollarsToMicros(row.cost) : null,
    durationMs:
      typeof row.duration_secs === 'number' && row.duration_secs > 0
        ? Math.round(row.duration_secs * 1000)
        : null,
    says: 'history of the earlier Loom',
    at: timeOrUndefined(row.timestamp) ?? now,
  });
}

/** Data about an agent, as a note. */
function importProfile(db: Database, row: Row, now: number): void {
  const profile = json(row.profile_json);
  if (profile !== undefined) {
    db.run(
      "INSERT INTO memories(id, kind, text, author, at) VALUES (?, 'note', ?, 'lm-rust', ?) ON CONFLICT DO NOTHING",
      `mem-lm-rust-${row.id}`,
      `Agent ${row.id}: ${profile}`.slice(0, 2000),
      timeOrUndefined(row.updated_at) ?? now,
    );
  }
}

/** All rows of the existing tables; undefined if the file does not exist. */
function readOld(path: string, tables: readonly string[]): Map<string, Row[]> | undefined {
  if (!existsSync(path)) {
    return undefined;
  }
  let old: SqliteDatabase | undefined;
  try {
    old = loadDriver().open(path, { readOnly: true });
    const is = old.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    const rows = new Map<string, Row[]>();
    for (const table of tables) {
      rows.set(table, is.get(table) ? old.prepare(`SELECT * FROM ${table}`).all() : []);
    }
    return rows;
  } catch (error) {
    // Reported here, because the damaged file is not Loom's own.
    throw new LoomError(
      `${path} can't be read: ${(error as Error).message}`,
      'Use an intact copy of that file. Nothing was imported.',
      EXIT.database,
    );
  } finally {
    old?.close();
  }
}

function json(value: unknown): string | undefined {
  try {
    return typeof value === 'string' ? JSON.stringify(JSON.parse(value)) : undefined;
  } catch {
    return undefined;
  }
}

function labels(value: unknown): string {
  const parsed = json(value);
  return parsed?.startsWith('[') ? parsed : '[]';
}
