import { isRecord, textOrNull } from '../../json-values.js';
import { type PlatformRecord, platformRecord } from './span.js';

/** Query paths of `wrangler dev`: the current one since 4.118, and the older one. */
const PATHS = [
  '/cdn-cgi/local/explorer/api/local/observability/query',
  '/cdn-cgi/explorer/api/local/observability/query',
];
const TIMEOUT_MS = 3000;
const TRACE_ID = /^[0-9a-f]{32}$/;

/** `no store`: a server responds, but it stores no spans. */
export type WranglerAnswer = readonly PlatformRecord[] | 'no answer' | 'no store';

/** The spans of a trace from `wrangler dev` on this machine, masked. */
export async function askWranglerDev(url: string, traceId: string): Promise<WranglerAnswer> {
  if (!TRACE_ID.test(traceId)) {
    return [];
  }
  const sql = `SELECT span_id, parent_id, service, name, start_ms, duration_ms, outcome, error,
    json(attributes) AS attributes FROM spans WHERE trace_id = '${traceId}' ORDER BY start_ms`;
  for (const path of PATHS) {
    const answer = await ask(new URL(path, url), sql, traceId);
    if (answer !== 'no store') {
      return answer;
    }
  }
  return 'no store';
}

async function ask(url: URL, sql: string, traceId: string): Promise<WranglerAnswer> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sql }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    body = await response.json().catch(() => undefined);
  } catch {
    return 'no answer';
  }
  const result = isRecord(body) && response.ok ? body.result : undefined;
  if (!isRecord(result) || !Array.isArray(result.columns) || !Array.isArray(result.rows)) {
    return 'no store';
  }
  const columns = result.columns.map(String);
  return result.rows
    .filter(Array.isArray)
    .map((row) => spanOf(Object.fromEntries(columns.map((column, at) => [column, row[at]])), traceId))
    .filter((span) => span !== undefined);
}

function spanOf(row: Record<string, unknown>, traceId: string): PlatformRecord | undefined {
  return platformRecord({
    traceId,
    id: row.span_id,
    parentId: row.parent_id,
    service: textOrNull(row.service),
    name: String(row.name ?? ''),
    startedMs: Number(row.start_ms ?? Number.NaN),
    durationMs: row.duration_ms,
    outcome: row.outcome,
    error: row.error,
    attributes: attributesOf(row.attributes),
  });
}

function attributesOf(json: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(json));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
