import { readFileSync } from 'node:fs';
import { setBudget } from '../budgets/store.js';
import { EXIT, LoomError } from '../errors.js';
import { countOrZero, textOrNull, timeOrUndefined } from '../json-values.js';
import { dollarsToMicros } from '../money.js';
import type { SessionState } from '../sessions/session.js';
import type { Database } from '../store/database.js';
import { loadDriver, type SqliteDatabase } from '../store/driver.js';
import { SYNC } from '../sync/queues.js';
import type { ImportReport } from './report.js';

type Row = Record<string, unknown>;

const TABLES = ['agentic_sessions', 'agentic_iterations', 'agentic_events', 'agentic_checkpoints'] as const;
type Tables = Readonly<Record<(typeof TABLES)[number], readonly Row[]>>;

const STATES: Readonly<Record<string, SessionState>> = {
  complete: 'complete',
  budget_exhausted: 'budget_exhausted',
  error: 'error',
};

/**
 * Imports the D1 tables of the agentic executor: from a dump of `wrangler d1 export`, from a SQLite file, or
 * from JSON `{ "agentic_sessions": [...], … }`. Existing rows stay, so the import can be repeated.
 */
export function importAgentic(
  db: Database,
  path: string,
  now: number,
): ImportReport & { readonly events: number } {
  const tables = readExport(path);
  return db.transaction(() => {
    const report = { issues: 0, sessions: 0, checkpoints: 0, links: 0, present: 0, badLines: 0, events: 0 };
    for (const session of tables.agentic_sessions) {
      if (textOrNull(session.id) === null) {
        report.badLines += 1;
        continue;
      }
      report.issues += addIssue(db, session, now);
      report[addSession(db, session, now) ? 'sessions' : 'present'] += 1;
    }
    for (const iteration of tables.agentic_iterations) {
      addIteration(db, iteration, now);
    }
    for (const session of tables.agentic_sessions) {
      addRest(db, session, now);
    }
    for (const [at, event] of tables.agentic_events.entries()) {
      report.events += addEvent(db, event, at, now);
    }
    for (const [at, checkpoint] of tables.agentic_checkpoints.entries()) {
      report[addCheckpoint(db, checkpoint, at, now) ? 'checkpoints' : 'present'] += 1;
    }
    return report;
  });
}

function addIssue(db: Database, session: Row, now: number): number {
  const id = textOrNull(session.issue_id);
  if (id === null) {
    return 0;
  }
  const at = when(session.started_at) ?? now;
  const closed = session.status === 'complete' ? (when(session.completed_at) ?? at) : null;
  return db.run(
    `INSERT INTO issues(id, title, status, source, external_ref, created_at, updated_at, closed_at)
     VALUES (?1, ?1, ?2, 'agentic', ?1, ?3, ?4, ?5) ON CONFLICT DO NOTHING`,
    id,
    closed === null ? 'pending' : 'completed',
    at,
    closed ?? at,
    closed,
  );
}

function addSession(db: Database, session: Row, now: number): boolean {
  const id = `ses-agentic-${session.id}`;
  const started = when(session.started_at) ?? now;
  const ended = when(session.completed_at) ?? when(session.updated_at) ?? started;
  const added = db.run(
    `INSERT INTO sessions(id, agent, source, source_session_id, issue_id, status, termination_reason, started_at,
       last_seen_at, ended_at, meta, score_sync)
     VALUES (?, 'agentic-executor', 'agentic', ?, (SELECT id FROM issues WHERE id = ?), ?, ?, ?, ?, ?, ?, ${SYNC.notOurs})
     ON CONFLICT DO NOTHING`,
    id,
    String(session.id),
    textOrNull(session.issue_id),
    // An imported session never counts as running.
    STATES[String(session.status)] ?? 'interrupted',
    textOrNull(session.termination_reason),
    started,
    Math.max(started, ended),
    Math.max(started, ended),
    JSON.stringify({ epic_id: session.epic_id ?? null, convoy_id: session.convoy_id ?? null }),
  );
  const limit = dollars(session.budget);
  if (added > 0 && limit !== undefined) {
    setBudget(db, { scope: 'session', scope_id: id, limit_micros: limit, stop: true }, started);
  }
  return added > 0;
}

/** An iteration was one model request. The model's name was not stored. */
function addIteration(db: Database, iteration: Row, now: number): void {
  const session = `ses-agentic-${iteration.session_id}`;
  const n = countOrZero(iteration.iteration);
  const own = db.get<{ issue_id: string | null; started_at: number }>(
    'SELECT issue_id, started_at FROM sessions WHERE id = ?',
    session,
  );
  if (!own) {
    return;
  }
  const at = when(iteration.created_at) ?? when(iteration.started_at) ?? own.started_at + n;
  const id = `agentic:${iteration.session_id}:${n}`;
  db.run(
    `INSERT INTO iterations(session_id, n, id, started_at, ended_at, sync) VALUES (?, ?, ?, ?, ?, ${SYNC.notOurs}) ON CONFLICT DO NOTHING`,
    session,
    n,
    id,
    at,
    at,
  );
  const cost = dollars(iteration.cost);
  db.run(
    `INSERT INTO llm_calls(id, session_id, iteration, issue_id, model, started_at, input_tokens, output_tokens,
       cost_micros, cost_basis, source)
     VALUES (?, ?, ?, ?, 'unknown', ?, ?, ?, ?, ?, 'import') ON CONFLICT DO NOTHING`,
    id,
    session,
    n,
    own.issue_id,
    at,
    countOrZero(iteration.input_tokens),
    countOrZero(iteration.output_tokens),
    cost ?? null,
    // Its prices were constants in the code and ignored cached tokens.
    cost === undefined ? 'unpriced' : 'estimated',
  );
  for (const path of pathsIn(iteration.files_modified)) {
    db.run(
      `INSERT INTO files_modified(session_id, path, change_type, last_at) VALUES (?, ?, 'modified', ?) ON CONFLICT DO NOTHING`,
      session,
      path,
      at,
    );
  }
  void now;
}

/** Cost of the session beyond its iterations. */
function addRest(db: Database, session: Row, now: number): void {
  const id = `ses-agentic-${session.id}`;
  const total = dollars(session.cost_consumed);
  const known = db.get<{ micros: number | null; issue_id: string | null; ended_at: number | null }>(
    `SELECT SUM(c.cost_micros) AS micros, s.issue_id, s.ended_at FROM sessions s
     LEFT JOIN llm_calls c ON c.session_id = s.id AND c.id <> ?2 WHERE s.id = ?1 GROUP BY s.id`,
    id,
    `agentic:${session.id}:rest`,
  );
  const rest = total === undefined || !known ? 0 : total - (known.micros ?? 0);
  if (known && rest > 0) {
    db.run(
      `INSERT INTO llm_calls(id, session_id, issue_id, model, started_at, cost_micros, cost_basis, source)
       VALUES (?, ?, ?, 'unknown', ?, ?, 'estimated', 'import')
       ON CONFLICT(id) DO UPDATE SET cost_micros = excluded.cost_micros`,
      `agentic:${session.id}:rest`,
      id,
      known.issue_id,
      known.ended_at ?? now,
      rest,
    );
  }
}

function addEvent(db: Database, event: Row, at: number, now: number): number {
  const issue = textOrNull(event.issue_id);
  return db.run(
    `INSERT INTO issue_events(id, issue_id, session_id, actor, to_status, reason, at, kind, detail, sync)
     SELECT ?1, i.id, ?3, 'agentic-executor', i.status, ?4, ?5, 'agentic', ?6, ${SYNC.notOurs} FROM issues i WHERE i.id = ?2
     ON CONFLICT DO NOTHING`,
    `evt-agentic-${event.id ?? `${event.session_id}-${at}`}`,
    issue,
    `ses-agentic-${event.session_id}`,
    textOrNull(event.event_type),
    when(event.created_at) ?? when(event.timestamp) ?? now,
    json(event.event_data),
  );
}

function addCheckpoint(db: Database, checkpoint: Row, at: number, now: number): boolean {
  const session = `ses-agentic-${checkpoint.session_id}`;
  const context = Object.fromEntries(
    Object.entries(checkpoint).filter(
      ([name, value]) => value !== null && !['id', 'session_id'].includes(name),
    ),
  );
  return (
    db.run(
      `INSERT INTO checkpoints(id, session_id, seq, summary, context, git_commit, at)
       SELECT ?1, s.id, ?3, ?4, ?5, ?6, ?7 FROM sessions s WHERE s.id = ?2 ON CONFLICT DO NOTHING`,
      `chk-agentic-${checkpoint.id ?? `${checkpoint.session_id}-${at}`}`,
      session,
      countOrZero(checkpoint.iteration) || at + 1,
      textOrNull(checkpoint.summary) ?? 'checkpoint of the agentic executor',
      JSON.stringify(context),
      textOrNull(checkpoint.git_commit) ?? textOrNull(checkpoint.git_commit_hash),
      when(checkpoint.created_at) ?? now,
    ) > 0
  );
}

function readExport(path: string): Tables {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new LoomError(
      `${path} can't be read: ${(error as Error).message}`,
      'Name an export of the D1 database.',
      EXIT.notFound,
    );
  }
  const start = bytes.subarray(0, 16).toString('latin1');
  try {
    const read = start.startsWith('SQLite format 3')
      ? fromDatabase(loadDriver().open(path, { readOnly: true }))
      : /^\s*\{/.test(start)
        ? fromJson(bytes.toString('utf8'))
        : fromDump(bytes.toString('utf8'));
    if (read.agentic_sessions.length === 0) {
      throw new LoomError(
        `${path} has no agentic_sessions.`,
        'Export the database of the agentic executor: wrangler d1 export <name> --remote --output agentic.sql',
        EXIT.notFound,
      );
    }
    return read;
  } catch (error) {
    if (error instanceof LoomError) {
      throw error;
    }
    throw new LoomError(
      `${path} can't be read: ${(error as Error).message}`,
      'Use a dump, a SQLite file or JSON. Nothing was imported.',
      EXIT.usage,
    );
  }
}

/** A dump is untrusted SQL: only statements that create and fill tables are run, and only in memory. */
function fromDump(sql: string): Tables {
  const other =
    /(?:^|;)\s*(?!--|PRAGMA\s+(?:defer_foreign_keys|foreign_keys)\b|CREATE\s+(?:TABLE|(?:UNIQUE\s+)?INDEX)\b|INSERT\s+INTO\b|DELETE\s+FROM\s+sqlite_sequence\b|BEGIN\b|COMMIT\b|$)([A-Z]+)\b[^\n]*$/im.exec(
      sql.replaceAll(/'(?:[^']|'')*'/g, "''"),
    );
  if (
    other &&
    /^(?:ATTACH|DETACH|VACUUM|UPDATE|DROP|ALTER|REPLACE|SELECT|WITH|PRAGMA|DELETE|SAVEPOINT|ANALYZE|REINDEX)$/i.test(
      other[1] ?? '',
    )
  ) {
    throw new Error(`a dump has no ${other[1]}`);
  }
  const memory = loadDriver().open(':memory:');
  memory.exec(sql);
  return fromDatabase(memory);
}

function fromDatabase(db: SqliteDatabase): Tables {
  try {
    const is = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    return Object.fromEntries(
      TABLES.map((table) => [table, is.get(table) ? db.prepare(`SELECT * FROM ${table}`).all() : []]),
    ) as unknown as Tables;
  } finally {
    db.close();
  }
}

function fromJson(text: string): Tables {
  const json = JSON.parse(text) as Record<string, unknown>;
  return Object.fromEntries(
    TABLES.map((table) => [table, Array.isArray(json[table]) ? (json[table] as Row[]) : []]),
  ) as unknown as Tables;
}

/** Text, or seconds or milliseconds since 1970. */
function when(value: unknown): number | undefined {
  if (typeof value === 'number' && value > 0) {
    return Math.round(value < 1e11 ? value * 1000 : value);
  }
  // SQLite's CURRENT_TIMESTAMP is UTC, without a marker.
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)
    ? timeOrUndefined(`${value.replace(' ', 'T')}Z`)
    : timeOrUndefined(value);
}

function dollars(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? dollarsToMicros(value) : undefined;
}

function json(value: unknown): string | null {
  try {
    return typeof value === 'string' ? JSON.stringify(JSON.parse(value)) : null;
  } catch {
    return JSON.stringify({ text: value });
  }
}

function pathsIn(value: unknown): string[] {
  const text = json(value);
  const list = text === null ? [] : (JSON.parse(text) as unknown);
  return Array.isArray(list)
    ? list.flatMap((one) => (typeof one === 'string' ? [one] : (textOrNull((one as Row | null)?.path) ?? [])))
    : [];
}
