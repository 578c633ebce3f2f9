import type { Sql } from '../../store/sql.js';
import type { TraceRow } from '../contract/traces.js';

/** In characters: more than fit into a line of a wide screen. */
const PREVIEW_LENGTH = 200;

/** Columns that {@link traceRow} reads, from `traces t`. */
export const TRACE_COLUMNS = `t.seq, t.id, t.name, t.server, t.tool, t.method, t.failed, t.error_type, t.status_message,
  t.started_us, t.duration_us, t.session_id, t.client_name, t.client_version, t.release, t.environment, t.user_id,
  t.generations, t.tokens, t.cost_micros, t.unpriced,
  (SELECT MIN(a.term) FROM trace_atlas a WHERE a.trace_seq = t.seq AND a.dimension = 'ai_task.type') AS task,
  (SELECT substr(o.input, 1, ${PREVIEW_LENGTH}) FROM observations o WHERE o.trace_id = t.id AND o.id = t.root_id) AS preview`;

export interface TraceRecord {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly server: string | null;
  readonly tool: string | null;
  readonly method: string | null;
  readonly failed: number;
  readonly error_type: string | null;
  readonly status_message: string | null;
  readonly started_us: number;
  readonly duration_us: number | null;
  readonly session_id: string | null;
  readonly client_name: string | null;
  readonly client_version: string | null;
  readonly release: string | null;
  readonly environment: string | null;
  readonly user_id: string | null;
  readonly generations: number;
  readonly tokens: number;
  readonly cost_micros: number | null;
  readonly unpriced: number;
  readonly task: string | null;
  readonly preview: string | null;
}

export function traceRow(row: TraceRecord): TraceRow {
  return {
    id: row.id,
    name: row.name,
    server: row.server,
    tool: row.tool,
    method: row.method,
    failed: row.failed === 1,
    errorType: row.error_type,
    statusMessage: row.status_message,
    startedAt: row.started_us / 1000,
    durationMs: row.duration_us === null ? null : row.duration_us / 1000,
    sessionId: row.session_id,
    client: row.client_name,
    clientVersion: row.client_version,
    release: row.release,
    environment: row.environment,
    user: row.user_id,
    task: row.task,
    preview: row.preview,
    generations: row.generations,
    tokens: row.tokens,
    micros: row.cost_micros,
    unpriced: row.unpriced,
  };
}

export async function findTraceRow(db: Sql, id: string): Promise<TraceRow | undefined> {
  const row = await db.get<TraceRecord>(`SELECT ${TRACE_COLUMNS} FROM traces t WHERE t.id = ?`, id);
  return row && traceRow(row);
}
