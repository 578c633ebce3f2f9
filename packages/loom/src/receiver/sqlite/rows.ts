import type { SqlValue } from '../../store/driver.js';
import { type Level, type ReceivedScore, type ReceivedSpan, readLevel } from '../trace.js';
import type { Costs } from './costs.js';

/** A row of `observations`. */
export interface ObservationRow {
  readonly seq: number;
  readonly trace_id: string;
  readonly id: string;
  readonly parent_id: string | null;
  readonly type: string;
  readonly name: string;
  readonly level: string;
  readonly started_us: number;
  readonly duration_us: number | null;
  readonly is_app_root: number;
  readonly model: string | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly total_tokens: number | null;
  readonly cost_micros: number | null;
  readonly cost_basis: Costs['basis'];
  readonly source: 'otlp' | 'ingestion';
  readonly duplicates: number;
  readonly status_message: string | null;
  readonly input: string | null;
  readonly output: string | null;
  readonly detail: string;
}

type Detail = Pick<
  ReceivedSpan,
  'metadata' | 'modelParameters' | 'usage' | 'cost' | 'attributes' | 'wire' | 'scope' | 'resource' | 'trace'
>;

export function spanOf(row: ObservationRow): ReceivedSpan {
  return {
    source: row.source,
    id: row.id,
    traceId: row.trace_id,
    parentId: row.parent_id,
    isAppRoot: row.is_app_root === 1,
    type: row.type,
    name: row.name,
    level: readLevel(row.level) ?? ('DEFAULT' satisfies Level),
    statusMessage: row.status_message,
    input: parsed(row.input),
    output: parsed(row.output),
    model: row.model,
    startMs: row.started_us / 1000,
    durationMs: row.duration_us === null ? null : row.duration_us / 1000,
    ...detailOf(row),
  };
}

/** Rows of older versions have no `wire`. */
function detailOf(row: ObservationRow): Detail {
  return {
    wire: null,
    ...(JSON.parse(row.detail) as Omit<Detail, 'wire'> & Partial<Detail>),
  };
}

/** The columns of {@link observationValues}, in the same order. */
export const OBSERVATION_COLUMNS = [
  'trace_id',
  'id',
  'parent_id',
  'type',
  'name',
  'level',
  'started_us',
  'duration_us',
  'is_app_root',
  'model',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'cost_micros',
  'cost_basis',
  'source',
  'status_message',
  'input',
  'output',
  'detail',
  'duplicates',
] as const;

/** @param duplicates how often it has arrived again */
export function observationValues(span: ReceivedSpan, costs: Costs, duplicates: number): SqlValue[] {
  const detail: Detail = {
    metadata: span.metadata,
    modelParameters: span.modelParameters,
    usage: span.usage,
    cost: span.cost,
    attributes: span.attributes,
    wire: span.wire,
    scope: span.scope,
    resource: span.resource,
    trace: span.trace,
  };
  return [
    span.traceId,
    span.id,
    span.parentId,
    span.type,
    span.name,
    span.level,
    micros(span.startMs),
    span.durationMs === null ? null : micros(span.durationMs),
    Number(span.isAppRoot),
    span.model,
    costs.inputTokens,
    costs.outputTokens,
    costs.totalTokens,
    costs.micros,
    costs.basis,
    span.source,
    span.statusMessage,
    json(span.input),
    json(span.output),
    JSON.stringify(detail),
    duplicates,
  ];
}

export interface ScoreRow {
  readonly id: string;
  readonly trace_id: string | null;
  readonly observation_id: string | null;
  readonly session_id: string | null;
  readonly name: string;
  readonly data_type: string | null;
  readonly value: number | null;
  readonly text_value: string | null;
  readonly comment: string | null;
  readonly metadata: string | null;
  readonly at: number;
}

export function scoreOf(row: ScoreRow): ReceivedScore {
  return {
    id: row.id,
    name: row.name,
    value: row.text_value ?? row.value ?? 0,
    dataType: row.data_type,
    comment: row.comment,
    traceId: row.trace_id,
    observationId: row.observation_id,
    sessionId: row.session_id,
    metadata: parsed(row.metadata) ?? null,
    atMs: row.at,
  };
}

export function scoreValues(score: ReceivedScore, now: number): SqlValue[] {
  return [
    score.id,
    score.traceId,
    score.observationId,
    score.sessionId,
    score.name,
    score.dataType,
    typeof score.value === 'number' ? score.value : null,
    typeof score.value === 'string' ? score.value : null,
    score.comment,
    json(score.metadata),
    Math.round(score.atMs),
    now,
  ];
}

/** Milliseconds with fractions as whole microseconds. */
export function micros(ms: number): number {
  return Math.round(ms * 1000);
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function parsed(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}
