/** Kinds of observation that Langfuse knows (https://langfuse.com/docs/observability/features/observation-types). */
export type ObservationType =
  | 'span'
  | 'generation'
  | 'event'
  | 'agent'
  | 'tool'
  | 'chain'
  | 'retriever'
  | 'evaluator'
  | 'embedding'
  | 'guardrail';

export type Level = 'DEBUG' | 'DEFAULT' | 'WARNING' | 'ERROR';

/**
 * Tokens by kind. Kinds must not overlap: with `input_cached_tokens: 40` of 100 prompt tokens, `input` is 60.
 * Other keys are sent too. Langfuse prices the kinds that its price table has for the model.
 */
export interface Usage {
  input?: number | undefined;
  output?: number | undefined;
  total?: number | undefined;
  /** Ignored, because all counts are tokens. */
  unit?: string | undefined;
  [kind: string]: number | string | undefined;
}

/** Fields of an observation. You can set them at its start, while it runs, or at its end. */
export interface ObservationFields {
  input?: unknown;
  output?: unknown;
  metadata?: object | undefined;
  level?: Level | undefined;
  statusMessage?: string | undefined;
}

export interface SpanOptions extends ObservationFields {
  name: string;
  /** Default `span`. */
  type?: ObservationType | undefined;
}

export interface GenerationFields extends ObservationFields {
  model?: string | undefined;
  modelParameters?: object | undefined;
  usage?: Usage | undefined;
  /** US dollars, as the provider reports it. Without it, Langfuse computes the cost from its price table. */
  cost?: number | Record<string, number> | undefined;
  /** Time of the first piece of a streamed answer. A string must be in ISO 8601 format. */
  completionStartTime?: Date | string | undefined;
}

export interface GenerationOptions extends GenerationFields {
  name: string;
  /** Default `generation`. */
  type?: ObservationType | undefined;
}

export interface TraceFields extends ObservationFields {
  name?: string | undefined;
  userId?: string | undefined;
  sessionId?: string | undefined;
  tags?: readonly string[] | undefined;
  /** Version of the traced program, such as a prompt or tool version. */
  version?: string | undefined;
}

export interface TraceOptions extends TraceFields {
  name: string;
  /**
   * Kind of the root observation. The default depends on the metadata: `tool` for a tool, `retriever` for a
   * resource, else `span`.
   */
  type?: ObservationType | undefined;
  /**
   * The request context that the MCP SDK passes to a tool (`extra` in v1, `ctx` in v2). The trace gets its
   * session, user, client, protocol version, request id and `_meta.traceparent`, if present.
   */
  context?: unknown;
  /** The `McpServer` of the tool. With SDK v1, only the server knows the client's name and version. */
  server?: unknown;
}

/** A started observation: span, generation, or the root of a trace. */
export interface Span {
  /** 16 hex digits. */
  readonly id: string;
  /** 32 hex digits. */
  readonly traceId: string;
  update(fields: GenerationFields): this;
  /** Ends the observation. Only the first call counts. */
  end(output?: unknown, usage?: Usage): void;
  /**
   * Runs `fn` with this observation as the active one, and ends it with the result. See {@link Trace.run}.
   */
  run<T>(fn: (span: this) => T): T;
}

export interface Trace {
  /** 32 hex digits. If the platform traces the request, Cloudflare's trace view uses the same id. */
  readonly id: string;
  update(fields: TraceFields): this;
  /** Ends the trace and sends the rest of it. Only the first call counts. */
  end(output?: unknown): void;
  /**
   * Runs `fn` inside the trace, and ends the trace when `fn` returns or its promise settles. Returns the
   * unchanged result of `fn`, which may be the same promise. An error is recorded and thrown again; a result
   * with `isError: true` marks the trace as failed. Errors of the telemetry never reach the caller.
   */
  run<T>(fn: (trace: Trace) => T): T;
}

export interface EventOptions extends ObservationFields {
  name: string;
}

export interface ScoreOptions {
  name: string;
  value: number | string | boolean;
  comment?: string | undefined;
  /** The default depends on the value's type. A BOOLEAN is sent as 0 or 1. */
  dataType?: 'NUMERIC' | 'CATEGORICAL' | 'BOOLEAN' | undefined;
  /** Set it to overwrite a score, for example when a user changes a rating. Default random. */
  id?: string | undefined;
}

/** Target of a score: a trace, an observation, a stored trace id, or a session. */
export type ScoreTarget = Trace | Span | string | { traceId: string } | { sessionId: string };
