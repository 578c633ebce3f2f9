/*
 * The bindings of a team's server, as far as it uses them. This package does not depend on the types of
 * Workers, because the user's project may have another version of them.
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
  /** All statements or none. */
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
  /** Stores data while D1 is overloaded. */
  readonly QUEUE?: QueueBinding;
  /** Updates open pages immediately. */
  readonly LIVE?: LiveBinding;
  readonly RATE_LIMIT?: { limit(options: { readonly key: string }): Promise<{ readonly success: boolean }> };
  readonly ACCESS_TEAM?: string;
  readonly ACCESS_AUD?: string;
  /** Keys and address of a Langfuse project. All new data is forwarded to it. */
  readonly LANGFUSE_PUBLIC_KEY?: string;
  readonly LANGFUSE_SECRET_KEY?: string;
  readonly LANGFUSE_BASE_URL?: string;
  /** Name of the project on the page. */
  readonly PROJECT?: string;
  /** Days to keep traces; default 30. */
  readonly RETENTION_DAYS?: string;
  /** Estimated megabytes that traces may use; default 8000. On the free plan, a database holds 500. */
  readonly RETENTION_MB?: string;
}

/** Lets work continue after the response. */
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
