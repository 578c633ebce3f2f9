/** Langfuse's observation types. A client may send others. */
export type ObservationType = 'span' | 'generation' | 'event' | 'agent' | 'tool' | (string & {});
export type Level = 'DEBUG' | 'DEFAULT' | 'WARNING' | 'ERROR';

/** An event within a span, such as an exception or a message of a model. */
export interface SpanEvent {
  readonly name: string;
  /** Unix milliseconds with fractions. */
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Data that the attributes and fields do not contain. */
export interface Wire {
  /**
   * Langfuse's own attribute names that the span had. False for spans of its SDKs, which have all of them.
   */
  readonly own?: readonly string[];
  /** The span's own name. Its observation may have another name. */
  readonly name: string;
  readonly events: readonly SpanEvent[];
}

/** An exported span, read with the mapping table. */
export interface ReceivedSpan {
  /** The API that it came from. The ingestion API allows any text as id, and later changes. */
  readonly source: 'otlp' | 'ingestion';
  /** 16 hex digits. */
  readonly id: string;
  /** 32 hex digits. */
  readonly traceId: string;
  readonly parentId: string | null;
  /** True for the root of an app whose parent span is elsewhere (`langfuse.internal.is_app_root`). */
  readonly isAppRoot: boolean;
  readonly type: ObservationType;
  readonly name: string;
  readonly level: Level;
  readonly statusMessage: string | null;
  /** The JSON value, or text if it is not JSON. Undefined if missing. */
  readonly input: unknown;
  readonly output: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly model: string | null;
  readonly modelParameters: Readonly<Record<string, unknown>> | null;
  /** Token counts by kind: `input`, `output`, `total`, `cache_read_input_tokens`... */
  readonly usage: Readonly<Record<string, number>> | null;
  /** US dollars by kind. */
  readonly cost: Readonly<Record<string, number>> | null;
  /** Unix milliseconds with fractions. */
  readonly startMs: number;
  /**
   * Null while it runs. Only the ingestion API has such spans, because OpenTelemetry sends a span when it
   * ends.
   */
  readonly durationMs: number | null;
  /** Trace fields on the span. */
  readonly trace: TraceFields;
  /** All attributes as received, by name, except Langfuse's own if a field above has the value. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Null for a span of Langfuse's SDKs with its own name and no events, and in rows of Loom 0.1. */
  readonly wire: Wire | null;
  readonly scope: string | null;
  /** The resource's attributes, such as `service.name`. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** Langfuse v4 has no separate trace: each span has these fields. Undefined if missing. */
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

/** Current state of an observation from the ingestion API. Any part may be missing or change later. */
export interface ObservationPatch {
  readonly id: string;
  readonly traceId: string;
  /** When the sender created the event, Unix ms. Used as the start if the event has no start. */
  readonly at: number;
  readonly said: Partial<Omit<ReceivedSpan, 'id' | 'traceId' | 'durationMs' | 'source'>> & {
    readonly endMs?: number;
  };
}

/** An event that arrived separately from its span, such as a model's message in OpenTelemetry's logs. */
export interface ArrivedEvent {
  readonly traceId: string;
  readonly spanId: string;
  readonly event: SpanEvent;
}

/** Data of one request. */
export interface Arrivals {
  /** Complete spans. A span that is already stored counts as sent twice. */
  readonly spans?: readonly ReceivedSpan[];
  /** In the order to merge them. */
  readonly patches?: readonly ObservationPatch[];
  readonly scores?: readonly ReceivedScore[];
  readonly events?: readonly ArrivedEvent[];
}

/** A span with its children, earliest first. */
export interface Observation extends Omit<ReceivedSpan, 'trace'> {
  readonly children: readonly Observation[];
}

/** The part of a trace that has arrived. */
export interface ReceivedTrace {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly output: unknown;
  /** The level of the root. */
  readonly level: Level;
  readonly statusMessage: string | null;
  readonly sessionId: string | null;
  readonly userId: string | null;
  readonly tags: readonly string[];
  /** Metadata of the trace and of its root. The root's own values have priority. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly environment: string | null;
  readonly release: string | null;
  /** The version of the program, such as `service.version`. */
  readonly version: string | null;
  readonly startMs: number;
  readonly durationMs: number;
  /** The span that represents the trace; null while only its children are here. */
  readonly root: Observation | null;
  /** All spans as trees: first the root, then spans whose parent has not arrived. */
  readonly observations: readonly Observation[];
  readonly scores: readonly ReceivedScore[];
  /** Span ids that arrived more than once. A Langfuse v4 server would count each copy. */
  readonly duplicates: readonly string[];
}

const LEVELS: readonly Level[] = ['DEBUG', 'DEFAULT', 'WARNING', 'ERROR'];

export function readLevel(value: unknown): Level | undefined {
  return LEVELS.find((level) => level === value);
}
