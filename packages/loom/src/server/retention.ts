import type { Sql } from '../store/sql.js';
import type { Env } from './env.js';
import { deleteOldAccess } from './gate/audit.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
/** On the paid plan, a database may have 10 GB. */
const DEFAULT_MB = 8000;
/** Traces in one batch. */
const TRACES_PER_BATCH = 250;
/** Batches of one run. Each has seven statements, and D1 allows 1,000. */
const MAX_BATCHES = 100;
/**
 * Bytes for the indexes and for an observation's columns without its texts; measured with synthetic tool
 * calls.
 */
const ROW_BYTES = 900;
const SAMPLED = 500;
/** Keeps the newest score: otherwise SQLite would reuse its rowid, and forwarding relies on rowids. */
const NOT_NEWEST = 'AND rowid < (SELECT MAX(rowid) FROM scores)';

/** Deletes the oldest traces until age and size are within the limits. Hourly counts stay. */
export async function enforceRetention(
  sql: Sql,
  env: Env,
  now: number,
): Promise<{ readonly deleted: number }> {
  const before = now - daysOf(env) * DAY_MS;
  await sql.batch([
    ...deleteOldAccess(before),
    {
      sql: `DELETE FROM scores WHERE received_at < ? AND NOT EXISTS (SELECT 1 FROM traces t WHERE t.id = scores.trace_id) ${NOT_NEWEST}`,
      params: [before],
    },
    {
      sql: 'DELETE FROM span_events WHERE received_at < ? AND NOT EXISTS (SELECT 1 FROM traces t WHERE t.id = span_events.trace_id)',
      params: [before],
    },
  ]);
  const upTo = await firstKept(sql, Number(env.RETENTION_MB ?? DEFAULT_MB) * 1e6);
  let deleted = 0;
  for (let batches = 0; batches < MAX_BATCHES; batches += 1) {
    const old = await sql.all<{ seq: number; id: string }>(
      'SELECT seq, id FROM traces WHERE seq < ? OR updated_at < ? ORDER BY seq LIMIT ?',
      upTo,
      before,
      TRACES_PER_BATCH,
    );
    if (old.length === 0) {
      break;
    }
    const ids = JSON.stringify(old.map(({ id }) => id));
    await sql.batch([
      ...['observations', 'span_events', 'platform_spans'].map((table) => ({
        sql: `DELETE FROM ${table} WHERE trace_id IN (SELECT value FROM json_each(?))`,
        params: [ids],
      })),
      {
        sql: `DELETE FROM scores WHERE trace_id IN (SELECT value FROM json_each(?)) ${NOT_NEWEST}`,
        params: [ids],
      },
      {
        sql: 'DELETE FROM traces WHERE seq IN (SELECT value FROM json_each(?))',
        params: [JSON.stringify(old.map(({ seq }) => seq))],
      },
    ]);
    deleted += old.length;
  }
  return { deleted };
}

function daysOf({ RETENTION_DAYS }: Env): number {
  const days = Number(RETENTION_DAYS ?? DEFAULT_DAYS);
  return Number.isFinite(days) && days > 0 ? days : DEFAULT_DAYS;
}

/**
 * The `seq` of the first trace to keep, so that the rest stays within the size limit. The size is estimated
 * from the newest observations, because SQLite's file does not shrink after a deletion.
 */
async function firstKept(sql: Sql, maxBytes: number): Promise<number> {
  const row = await sql.get<{ bytes: number | null; n: number; first: number | null; last: number | null }>(
    `SELECT (SELECT AVG(COALESCE(length(CAST(input AS BLOB)), 0) + COALESCE(length(CAST(output AS BLOB)), 0) + length(CAST(detail AS BLOB)) + ${ROW_BYTES})
        FROM (SELECT input, output, detail FROM observations ORDER BY seq DESC LIMIT ${SAMPLED})) AS bytes,
      (SELECT MAX(seq) - MIN(seq) + 1 FROM observations) AS n,
      (SELECT MIN(seq) FROM traces) AS first, (SELECT MAX(seq) FROM traces) AS last`,
  );
  if (!row?.bytes || row.first === null || row.last === null || !(maxBytes > 0)) {
    return 0;
  }
  const share = Math.min(1, maxBytes / (row.bytes * row.n));
  return share === 1 ? 0 : Math.ceil(row.last - (row.last - row.first + 1) * share) + 1;
}
