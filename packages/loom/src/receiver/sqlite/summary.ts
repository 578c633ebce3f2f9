import type { SqlValue } from '../../store/driver.js';
import { nameOrUndefined } from '../attributes.js';
import { rootIdOf } from '../ingested-patches.js';
import { errorTypeOf, mcpRequestOf } from '../mcp-request.js';
import { mergeTraceFields } from '../merge.js';
import type { ReceivedSpan, TraceFields } from '../trace.js';
import { type Costs, isGeneration } from './costs.js';
import type { LinkBasis } from './link.js';
import { insertOf } from './query-steps.js';
import { micros } from './rows.js';

/** Spans repeat the fields of their trace. After this many characters, no more are added. */
const MAX_FIELDS_LENGTH = 1_000_000;

/** A row of `traces` during a request. */
export interface Summary {
  readonly id: string;
  name: string;
  server: string | null;
  tool: string | null;
  errors: number;
  status_message: string | null;
  method: string | null;
  error_type: string | null;
  client_name: string | null;
  client_version: string | null;
  tool_use_id: string | null;
  started_us: number;
  duration_us: number | null;
  ended_us: number;
  root_id: string | null;
  session_id: string | null;
  user_id: string | null;
  environment: string | null;
  release: string | null;
  observations: number;
  generations: number;
  tokens: number;
  cost_micros: number | null;
  /** The part of `cost_micros` that the sender reported. */
  reported_micros: number;
  unpriced: number;
  loom_session_id: string | null;
  loom_basis: LinkBasis;
  fields: TraceFields;
}

/** A row of `traces` from the database. */
export function readSummary(row: Readonly<Record<string, unknown>>): Summary {
  const columns = Object.fromEntries(SUMMARY_COLUMNS.map((column) => [column, row[column]]));
  return { ...columns, fields: JSON.parse(String(row.fields)) } as unknown as Summary;
}

/** The summary of a trace without other data. */
export function newSummary(span: ReceivedSpan): Summary {
  return {
    id: span.traceId,
    name: span.name,
    server: null,
    tool: null,
    errors: 0,
    status_message: null,
    method: null,
    error_type: null,
    client_name: null,
    client_version: null,
    tool_use_id: null,
    started_us: micros(span.startMs),
    duration_us: null,
    ended_us: 0,
    root_id: null,
    session_id: null,
    user_id: null,
    environment: null,
    release: null,
    observations: 0,
    generations: 0,
    tokens: 0,
    cost_micros: null,
    reported_micros: 0,
    unpriced: 0,
    loom_session_id: null,
    loom_basis: null,
    fields: { metadata: {} },
  };
}

/** The same trace without counts, so that all can be counted again. Its link stays. */
export function withoutCounts(summary: Summary, first: ReceivedSpan): Summary {
  const { loom_session_id, loom_basis } = summary;
  return { ...newSummary(first), loom_session_id, loom_basis };
}

/** Counts a new observation. */
export function countObservation(summary: Summary, span: ReceivedSpan, costs: Costs): void {
  summary.observations += 1;
  summary.errors += Number(span.level === 'ERROR');
  if (isGeneration(span)) {
    summary.generations += 1;
  }
  summary.tokens += costs.totalTokens ?? 0;
  summary.unpriced += Number(costs.basis === 'unpriced');
  if (costs.micros !== null) {
    summary.cost_micros = (summary.cost_micros ?? 0) + costs.micros;
    summary.reported_micros += costs.basis === 'reported' ? costs.micros : 0;
  }
  summary.ended_us = Math.max(summary.ended_us, micros(span.startMs) + micros(span.durationMs ?? 0));
}

/** Adds a span's fields of its trace. The root has priority, then the first span with a value. */
export function addTraceFields(summary: Summary, span: ReceivedSpan, isRoot: boolean): void {
  if (isRoot) {
    summary.fields = mergeTraceFields(summary.fields, span.trace);
  } else if (JSON.stringify(summary.fields).length < MAX_FIELDS_LENGTH) {
    const { tags, ...fields } = mergeTraceFields(span.trace, summary.fields);
    const known = summary.fields.tags ?? span.trace.tags;
    summary.fields = known ? { ...fields, tags: known } : fields;
  }
  if (summary.root_id === null) {
    summary.started_us = Math.min(summary.started_us, micros(span.startMs));
  }
  summary.tool_use_id ??= mcpRequestOf(span).toolUseId;
  if (span.level === 'ERROR') {
    summary.status_message ??= span.statusMessage;
    summary.error_type ??= errorTypeOf(span);
  }
}

export function setRoot(summary: Summary, root: ReceivedSpan): void {
  summary.root_id = root.id;
  summary.started_us = micros(root.startMs);
  summary.duration_us = root.durationMs === null ? null : micros(root.durationMs);
  summary.name = root.name;
  summary.status_message = root.statusMessage ?? summary.status_message;
  summary.error_type = errorTypeOf(root) ?? summary.error_type;
  const request = mcpRequestOf(root);
  summary.method = request.method;
  summary.client_name = request.clientName;
  summary.client_version = request.clientVersion;
  summary.tool_use_id = request.toolUseId ?? summary.tool_use_id;
  const metadata = { ...summary.fields.metadata, ...root.metadata };
  summary.server = nameOrUndefined(metadata['touchpoint.mcp_server']) ?? null;
  summary.tool = summary.server === null ? null : (nameOrUndefined(metadata['ai_task.skill']) ?? null);
}

/** Computes the derived columns. */
export function complete(summary: Summary): void {
  const { fields } = summary;
  summary.name = fields.name ?? summary.name;
  summary.tool ??= summary.name;
  summary.session_id = fields.sessionId ?? null;
  summary.user_id = fields.userId ?? null;
  summary.environment = fields.environment ?? null;
  summary.release = fields.release ?? null;
  if (summary.root_id === rootIdOf(summary.id)) {
    // A trace of the ingestion API has no end of its own.
    summary.duration_us = summary.ended_us - summary.started_us;
  }
}

/** Whether a better link to an agent's session may still be found. */
export function mayNeedLink({ loom_session_id, loom_basis, tool_use_id }: Summary): boolean {
  const byCall = loom_session_id !== null && loom_basis === null;
  return loom_session_id === null || (tool_use_id !== null && !byCall);
}

export function summaryValues(summary: Summary, revision: number, now: number): SqlValue[] {
  const row = { ...summary, fields: JSON.stringify(summary.fields) };
  return [...SUMMARY_COLUMNS.map((column) => row[column]), revision, now];
}

export const SUMMARY_COLUMNS = [
  'id',
  'name',
  'server',
  'tool',
  'errors',
  'status_message',
  'method',
  'error_type',
  'client_name',
  'client_version',
  'tool_use_id',
  'started_us',
  'duration_us',
  'ended_us',
  'root_id',
  'session_id',
  'user_id',
  'environment',
  'release',
  'observations',
  'generations',
  'tokens',
  'cost_micros',
  'reported_micros',
  'unpriced',
  'loom_session_id',
  'loom_basis',
  'fields',
] as const satisfies readonly (keyof Summary)[];

const WRITTEN = [...SUMMARY_COLUMNS, 'revision', 'updated_at'];

/** Adds missing rows of {@link summaryValues}. */
export const ADD_SUMMARY = insertOf('traces', WRITTEN);

/** Adds or replaces rows of {@link summaryValues}. */
export const SAVE_SUMMARY = insertOf(
  'traces',
  WRITTEN,
  `ON CONFLICT(id) DO UPDATE SET ${WRITTEN.map((column) => `${column} = excluded.${column}`).join(', ')}`,
);
