/*
 * What a team's server is bound to, as far as it uses it: this package brings no types of Workers, and those of the
 * user's project may be of another version.
 */

export interface D1Result {
  readonly results: Record<string, unknown>[];
  readonly meta?: { readonly size_after?: number };
}

export interface D1Statement {
  bind(...values: unknown[]): D1Statement;
  all(): Promise<D1Result>;
}

export interface D1Binding {
  prepare(sql: string): D1Statement;
  /** All or nothing. */
  batch(statements: readonly D1Statement[]): Promise<D1Result[]>;
}

export interface QueueBinding {
  send(message: unknown): Promise<unknown>;
}

export interface LiveBinding {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(request: Request): Promise<Response> };
}

export interface Env {
  readonly DB: D1Binding;
  /** Takes what D1 can't take at the moment. */
  readonly QUEUE?: QueueBinding;
  /** Tells open pages at once. */
  readonly LIVE?: LiveBinding;
  readonly RATE_LIMIT?: { limit(options: { readonly key: string }): Promise<{ readonly success: boolean }> };
  readonly ACCESS_TEAM?: string;
  readonly ACCESS_AUD?: string;
  /** The keys of a Langfuse project that gets all that comes, and its address. */
  readonly LANGFUSE_PUBLIC_KEY?: string;
  readonly LANGFUSE_SECRET_KEY?: string;
  readonly LANGFUSE_BASE_URL?: string;
  /** What the page calls the project. */
  readonly PROJECT?: string;
  /** Days that a trace is kept; 30 where not set. */
  readonly RETENTION_DAYS?: string;
  /** Megabytes that traces may take, as estimated; 8000 where not set. A database of the free plan holds 500. */
  readonly RETENTION_MB?: string;
}

/** What a handler may leave running after its answer. */
export interface Later {
  waitUntil(work: Promise<unknown>): void;
}

export interface QueueMessage {
  readonly body: unknown;
  readonly attempts: number;
  ack(): void;
  retry(options?: { readonly delaySeconds?: number }): void;
}

export interface MessageBatch {
  readonly messages: readonly QueueMessage[];
}
