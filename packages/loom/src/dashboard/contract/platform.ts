export interface PlatformSpan {
  readonly id: string;
  readonly parentId: string | null;
  readonly service: string | null;
  readonly name: string;
  readonly kind: 'fetch' | 'd1' | 'kv' | 'r2' | 'durable_object' | 'request' | 'other';
  readonly startedAt: number;
  readonly durationMs: number | null;
  readonly outcome: string | null;
  readonly error: string | null;
  /** The mission's data for its kind (fetch: URL, method, status; D1: SQL, rows...), in its order. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface PlatformView {
  /** Why there are none, and what to do; null when there are some. */
  readonly note: string | null;
  readonly source: 'wrangler dev' | 'cloudflare' | 'saved' | null;
  /** What production, or the environment that this ran as, records of it by the config; null where none is known. */
  readonly production: string | null;
  readonly spans: readonly PlatformSpan[];
}
