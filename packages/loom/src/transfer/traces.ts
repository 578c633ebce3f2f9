import { stableId } from '../ids.js';
import type { ObservationRow } from '../receiver/sqlite/rows.js';
import type { Database } from '../store/database.js';
import { projectKey } from '../store/project-key.js';
import { forwardedSpan } from '../sync/forwarded.js';
import { exportRequest, type OtlpSpan } from '../sync/otlp.js';

/** Spans in one OTLP request. Common receivers accept this number. */
const SPANS_PER_LINE = 200;

/**
 * Traces that started in a period (Unix ms, end exclusive), each with its observations as one line of JSON.
 */
export function* traceLines(db: Database, from: number, to: number): Generator<string> {
  for (const { seq: _, fields, ...trace } of tracesBetween(db, from, to)) {
    const observations = rowsOf(db, String(trace.id)).map(({ seq: _seq, sync: _sync, ...row }) => ({
      ...row,
      input: parsed(row.input),
      output: parsed(row.output),
      detail: parsed(row.detail),
    }));
    yield JSON.stringify({ ...trace, fields: parsed(String(fields)), observations });
  }
}

/** The same as OTLP/JSON. Each line is a request for `POST /v1/traces` of any backend. */
export function* otlpLines(db: Database, from: number, to: number): Generator<string> {
  const project = projectKey(db);
  let spans: OtlpSpan[] = [];
  for (const { id } of tracesBetween(db, from, to)) {
    for (const row of rowsOf(db, String(id))) {
      spans.push(forwardedSpan(row, { project, stableId }));
      if (spans.length === SPANS_PER_LINE) {
        yield JSON.stringify(exportRequest(spans));
        spans = [];
      }
    }
  }
  if (spans.length > 0) {
    yield JSON.stringify(exportRequest(spans));
  }
}

function tracesBetween(db: Database, from: number, to: number): Record<string, unknown>[] {
  return db.all(
    'SELECT * FROM traces WHERE started_us >= ? AND started_us < ? ORDER BY started_us, seq',
    Math.round(from * 1000),
    Math.round(to * 1000),
  );
}

function rowsOf(db: Database, id: string): (ObservationRow & { readonly sync: number })[] {
  return db.all('SELECT * FROM observations WHERE trace_id = ? ORDER BY started_us, seq', id);
}

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
