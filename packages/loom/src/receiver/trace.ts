/** Langfuse's observation types that we meet; a server may send others. */
export type ObservationType = 'span' | 'generation' | 'event' | 'agent' | 'tool' | (string & {});
export type Level = 'DEBUG' | 'DEFAULT' | 'WARNING' | 'ERROR';

/** Something that happened within a span, such as an exception or a message of a model. */
export interface SpanEvent {
  readonly name: string;
  /** Unix milliseconds, fractions kept. */
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Data next to the attributes that would be lost otherwise. */
export interface Wire {
  /** The names of Langfuse's own that it came with. False for spans of its SDKs, if all of them came. */
  readonly own?: readonly string[];
  /** The span's own name; its observation may have another. */
  readonly name: string;
  readonly events: readonly SpanEvent[];
}

/** A span as it was exported, read by the table of mappings. */
export interface ReceivedSpan {
  /** Which way it came. The ingestion API allows any text as id, and later changes. */
  readonly source: 'otlp' | 'ingestion';
  /** 16 hex digits. */
  readonly id: string;
  /** 32 hex digits. */
  readonly traceId: string;
  readonly parentId: string | null;
  /** True for the root of an app whose parent span lives elsewhere (`langfuse.internal.is_app_root`). */
  readonly isAppRoot: boolean;
  readonly type: ObservationType;
  readonly name: string;
  readonly level: Level;
  readonly statusMessage: string | null;
  /** The JSON value, or the text where it is no JSON. Undefined when absent. */
  readonly input: unknown;
  readonly output: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly model: string | null;
  readonly modelParameters: Readonly<Record<string, unknown>> | null;
  /** Token counts by kind: `input`, `output`, `total`, `cache_read_input_tokens`... */
  readonly usage: Readonly<Record<string, number>> | null;
  /** US dollars by kind. */
  readonly cost: Readonly<Record<string, number>> | null;
  /** Unix milliseconds, fractions kept. */
  readonly startMs: number;
  /** Null while it runs, which only the ingestion API can express: OpenTelemetry sends ended spans. */
  readonly durationMs: number | null;
  /** Trace fields on the span. */
  readonly trace: TraceFields;
  /** All attributes as received, by name, except Langfuse's own with a field above. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Null for a span of Langfuse's SDKs whose name is its own and that had no events, and in rows of Loom 0.1. */
  readonly wire: Wire | null;
  readonly scope: string | null;
  /** The resource's attributes, `service.name` among them. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** Langfuse v4 has no trace of its own: each span carries these. Undefined when absent. */
export interface TraceFields {
  readonly name?: string;
  readonly userId?: string;
  readonly sessionId?: string;
  readonly tags?: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly environment?: string;
  readonly release?: string;
  readonly version?: string;
}

export interface ReceivedScore {
  readonly id: string;
  readonly name: string;
  readonly value: number | string;
  readonly dataType: string | null;
  readonly comment: string | null;
  readonly traceId: string | null;
  readonly observationId: string | null;
  readonly sessionId: string | null;
  readonly metadata: unknown;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** Current state of an observation from the ingestion API: any part may be missing, or change later. */
export interface ObservationPatch {
  readonly id: string;
  readonly traceId: string;
  /** When the sender made the event, Unix ms: the start of what has none. */
  readonly at: number;
  readonly said: Partial<Omit<ReceivedSpan, 'id' | 'traceId' | 'durationMs' | 'source'>> & {
    readonly endMs?: number;
  };
}

/** Something that came by itself and belongs to a span: OpenTelemetry's logs carry the messages of models so. */
export interface ArrivedEvent {
  readonly traceId: string;
  readonly spanId: string;
  readonly event: SpanEvent;
}

/** Data of one request. */
export interface Arrivals {
  /** Whole ones: one that was here already has been sent twice. */
  readonly spans?: readonly ReceivedSpan[];
  /** In the order in which they are to be merged. */
  readonly patches?: readonly ObservationPatch[];
  readonly scores?: readonly ReceivedScore[];
  readonly events?: readonly ArrivedEvent[];
}

/** A span in its place in the tree, earliest child first. */
export interface Observation extends Omit<ReceivedSpan, 'trace'> {
  readonly children: readonly Observation[];
}

/** A trace as far as it has arrived. */
export interface ReceivedTrace {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly output: unknown;
  /** The root's. */
  readonly level: Level;
  readonly statusMessage: string | null;
  readonly sessionId: string | null;
  readonly userId: string | null;
  readonly tags: readonly string[];
  /** Of the trace and of its root; the root's own last. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly environment: string | null;
  readonly release: string | null;
  /** The version of the program, such as `service.version`. */
  readonly version: string | null;
  readonly startMs: number;
  readonly durationMs: number;
  /** The span that represents the whole trace; null while only its children are here. */
  readonly root: Observation | null;
  /** All spans as trees: the root first, then those whose parent has not come. */
  readonly observations: readonly Observation[];
  readonly scores: readonly ReceivedScore[];
  /** Span ids that came more than once. On a Langfuse v4 server each would be counted again. */
  readonly duplicates: readonly string[];
}

const LEVELS: readonly Level[] = ['DEBUG', 'DEFAULT', 'WARNING', 'ERROR'];

export function readLevel(value: unknown): Level | undefined {
  return LEVELS.find((level) => level === value);
}
