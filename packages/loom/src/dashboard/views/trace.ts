import { isRecord, recordsIn } from '../../json-values.js';
import type { ObservationRow, ScoreRow } from '../../receiver/sqlite/rows.js';
import { SCORES_OF } from '../../receiver/sqlite/statements.js';
import { issueAt } from '../../sessions/issue-at.js';
import type { Sql } from '../../store/sql.js';
import { SYNC } from '../../sync/queues.js';
import type { LoomLink, ObservationView, ScoreView } from '../contract/trace.js';
import { budgetRows } from './budgets.js';
import { findIssueRow } from './issue-rows.js';
import { routingBefore } from './routing.js';
import { findSession, sessionRows } from './session-rows.js';
import { TRACE_COLUMNS, type TraceRecord, traceRow } from './trace-rows.js';
import { type View, type ViewContext, ViewError } from './view.js';

interface FullTrace extends TraceRecord {
  readonly root_id: string | null;
  readonly loom_session_id: string | null;
  readonly loom_basis: string | null;
  readonly fields: string;
}

export const trace: View<'traces/:id'> = async (context, _params, id) => {
  const { db, home, langfuseUrl } = context;
  const found = await db.get<FullTrace>(
    `SELECT ${TRACE_COLUMNS}, t.root_id, t.loom_session_id, t.loom_basis, t.fields
     FROM traces t WHERE t.id = ?`,
    id,
  );
  if (!found) {
    throw new ViewError(404, `There is no trace "${id}".`);
  }
  const fields = recordOf(parsed(found.fields));
  const observations = await observationsOf(db, id);
  // Langfuse shows the root's input and output if the trace has none.
  const root = observations.find((observation) => observation.id === found.root_id);
  return {
    row: traceRow(found),
    input: fields.input ?? root?.input ?? null,
    output: fields.output ?? root?.output ?? null,
    metadata: recordOf(fields.metadata),
    tags: Array.isArray(fields.tags) ? fields.tags.map(String) : [],
    protocolVersion: protocolVersion(root),
    observations,
    scores: await scoreViews(db, id),
    loom: found.loom_session_id
      ? await loomLink(context, found.loom_session_id, found.loom_basis, found.started_us / 1000)
      : null,
    langfuseUrl: // Langfuse redirects from here to the trace in its project. Its own clients use the same address in `getTraceUrl`.
      langfuseUrl !== null && (await isSent(db, id))
        ? `${langfuseUrl}/trace/${await home.forwardedId(id)}`
        : null,
  };
};

/** The current attribute, or that of earlier versions of the runtime. */
function protocolVersion(root: ObservationView | undefined): string | null {
  for (const key of ['mcp.protocol.version', 'mcp.protocol_version']) {
    const value = root?.metadata[key] ?? root?.attributes[key];
    if (typeof value === 'string') {
      return value;
    }
  }
  return null;
}

/** Parents before children, siblings by start time. Children of a missing parent are at the top level. */
async function observationsOf(db: Sql, traceId: string): Promise<ObservationView[]> {
  const records = await db.all<ObservationRow>(
    'SELECT * FROM observations WHERE trace_id = ? ORDER BY started_us, is_app_root DESC, id',
    traceId,
  );
  const ids = new Set(records.map((record) => record.id));
  const childrenOf = new Map<string | null, ObservationRow[]>();
  for (const record of records) {
    const parent = record.parent_id !== null && ids.has(record.parent_id) ? record.parent_id : null;
    const siblings = childrenOf.get(parent) ?? [];
    siblings.push(record);
    childrenOf.set(parent, siblings);
  }
  const ordered: ObservationRow[] = [];
  const waiting = [...(childrenOf.get(null) ?? [])].reverse();
  for (let record = waiting.pop(); record; record = waiting.pop()) {
    ordered.push(record);
    waiting.push(...(childrenOf.get(record.id) ?? []).toReversed());
  }
  // A cycle of parents has no top, but is also shown.
  const shown = new Set(ordered);
  const rings = records.filter((record) => !shown.has(record));
  return [...ordered, ...rings].map(observationView);
}

function observationView(record: ObservationRow): ObservationView {
  const detail = recordOf(parsed(record.detail));
  return {
    id: record.id,
    parentId: record.parent_id,
    type: record.type,
    name: record.name,
    level: record.level,
    statusMessage: record.status_message,
    startedAt: record.started_us / 1000,
    durationMs: record.duration_us === null ? null : record.duration_us / 1000,
    model: record.model,
    modelParameters: isRecord(detail.modelParameters) ? detail.modelParameters : null,
    usage: usageOf(record, detail.usage),
    micros: record.cost_micros,
    costBasis: record.cost_basis,
    input: parsed(record.input),
    output: parsed(record.output),
    metadata: recordOf(detail.metadata),
    attributes: recordOf(detail.attributes),
    events: eventsOf(detail.wire, record.started_us / 1000),
    duplicates: record.duplicates,
  };
}

function eventsOf(wire: unknown, startedAt: number): ObservationView['events'] {
  return recordsIn(recordOf(wire), 'events')
    .map((event) => ({
      name: String(event.name),
      at: Number(event.atMs) || startedAt,
      attributes: recordOf(event.attributes),
    }))
    .sort((a, b) => a.at - b.at);
}

function usageOf(record: ObservationRow, said: unknown): ObservationView['usage'] {
  const numbers = Object.entries(recordOf(said)).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  if (numbers.length > 0) {
    return Object.fromEntries(numbers);
  }
  const counted = Object.entries({
    input: record.input_tokens,
    output: record.output_tokens,
    total: record.total_tokens,
  }).filter((entry): entry is [string, number] => entry[1] !== null);
  return counted.length > 0 ? Object.fromEntries(counted) : null;
}

async function scoreViews(db: Sql, traceId: string): Promise<ScoreView[]> {
  return (await db.all<ScoreRow>(SCORES_OF, traceId)).map((row) => ({
    id: row.id,
    name: row.name,
    value: row.value ?? row.text_value,
    dataType: row.data_type,
    comment: row.comment,
    observationId: row.observation_id,
  }));
}

async function isSent(db: Sql, traceId: string): Promise<boolean> {
  return (
    (await db.get(
      'SELECT 1 FROM observations WHERE trace_id = ? AND sync = ? LIMIT 1',
      traceId,
      SYNC.sent,
    )) !== undefined
  );
}

async function loomLink(
  context: ViewContext,
  sessionId: string,
  basis: string | null,
  at: number,
): Promise<LoomLink | null> {
  const { db } = context;
  const session = await findSession(db, sessionId);
  const [row] = session ? await sessionRows(context, [session]) : [];
  if (!session || !row) {
    return null;
  }
  const issueId = (
    await db.get<{ id: string | null }>(`SELECT ${issueAt('?1', '?2')} AS id`, sessionId, Math.floor(at))
  )?.id;
  return {
    basis: basis ?? 'tool call id',
    session: row,
    issue: (issueId && (await findIssueRow(db, issueId))) || null,
    routing: (await routingBefore(db, sessionId, at)) ?? null,
    budgets: await budgetRows(context, sessionId),
  };
}

function parsed(json: string | null): unknown {
  if (json === null) {
    return null;
  }
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
