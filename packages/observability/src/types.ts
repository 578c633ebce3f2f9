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
 * Any further key is passed on; Langfuse prices the kinds that its price table has for the model.
 */
export interface Usage {
  input?: number | undefined;
  output?: number | undefined;
  total?: number | undefined;
  /** Ignored: everything is counted in tokens. */
  unit?: string | undefined;
  [kind: string]: number | string | undefined;
}

/** Fields of an observation, at its start, while it runs, or at its end. */
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
  /** US dollars, as the provider reports it. Left out, Langfuse works it out from its price table. */
  cost?: number | Record<string, number> | undefined;
  /** When the first piece of a streamed answer came; as text in ISO 8601. */
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
  /** Kind of the root observation. Default by the metadata: `tool` for a tool, `retriever` for a resource, else `span`. */
  type?: ObservationType | undefined;
  /**
   * The request context that the MCP SDK hands to a tool (`extra` in v1, `ctx` in v2). Session, user, client,
   * protocol version, request id and `_meta.traceparent` are read from it; what it lacks is left out.
   */
  context?: unknown;
  /** The `McpServer` of the tool. With SDK v1 only the server knows the client's name and version. */
  server?: unknown;
}

/** A started observation: span, generation, or the root of a trace. */
export interface Span {
  /** 16 hex digits. */
  readonly id: string;
  /** 32 hex digits. */
  readonly traceId: string;
  update(fields: GenerationFields): this;
  /** Ends the observation. The first call counts. */
  end(output?: unknown, usage?: Usage): void;
  /** Runs `fn` with this observation as the active one and ends it with `fn`'s result. See {@link Trace.run}. */
  run<T>(fn: (span: this) => T): T;
}

export interface Trace {
  /** 32 hex digits. The same id opens in Cloudflare's trace view when the platform traces the request. */
  readonly id: string;
  update(fields: TraceFields): this;
  /** Ends the trace; what is left of it is sent. The first call counts. */
  end(output?: unknown): void;
  /**
   * Runs `fn` inside the trace and ends the trace when `fn` has returned or its promise has settled. Gives
   * `fn`'s very result: a value stays a value, a promise the same promise. A thrown error is recorded and thrown
   * on unchanged; a result with `isError: true` marks the trace as failed. A fault of the telemetry never
   * reaches the caller.
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
  /** Default by the value's type. A BOOLEAN is sent as 0 or 1. */
  dataType?: 'NUMERIC' | 'CATEGORICAL' | 'BOOLEAN' | undefined;
  /** Set it to overwrite a score, such as a user's changed mind. Default random. */
  id?: string | undefined;
}

/** Target of a score: a trace, an observation, a stored trace id, or a session. */
export type ScoreTarget = Trace | Span | string | { traceId: string } | { sessionId: string };
