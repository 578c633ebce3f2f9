/**
 * What the page asks and what it is told: JSON over `GET /view/<name>`, one type for each answer. Types only, so that
 * the page and the server share them without sharing code.
 *
 * Money is integer micro-USD, and null when no price is known. Times are Unix ms (of traces: with fractions),
 * durations ms.
 *
 * Who may ask is settled by a cookie that the first page load sets from the token in its address; the page never sees
 * it. 401 means: open the address that `lm dashboard` printed. Other errors carry `{ error: string }` to be shown.
 */

/** Every view by its path, as `/view/<path>`; `:id` is URL-encoded. */
export interface Views {
  /** Query: none. */
  overview: Overview;
  /** Query: `by` = `model` or an Atlas dimension, `days` (30). */
  trend: Trend;
  /** Query: `dimension` (ai_task.type), `days` (30). */
  atlas: AtlasBreakdown;
  /** Query: `days` (30). */
  tools: Tools;
  /** Query: {@link TraceFilter}, `before` (cursor of the last page), `limit` (100, at most 500). */
  traces: TracePage;
  'traces/:id': TraceView;
  /** The platform's spans of the trace; slow where it has to ask `wrangler dev` or Cloudflare first. */
  'traces/:id/platform': PlatformView;
  /** Query: `issue` (only those that worked on it), `before`, `limit`. */
  sessions: SessionPage;
  'sessions/:id': SessionView;
  issues: Issues;
  /** Query: `days` (30). */
  routing: Routing;
  budgets: Budgets;
}

export type Micros = number;

/** A sum of money that says how far it can be trusted. */
export interface Money {
  /** What has a price; null when nothing has. A lower bound while `unpriced` is above 0. */
  readonly micros: Micros | null;
  readonly reported: Micros;
  readonly calculated: Micros;
  readonly estimated: Micros;
  /** Calls whose price is unknown. */
  readonly unpriced: number;
}

/** Nearest-rank percentiles in ms; null where nothing has been measured. */
export interface Latency {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
}

export interface Overview {
  readonly project: string;
  readonly now: number;
  /** Agents' calls (Loom) and generations of traces, added. */
  readonly cost: { readonly today: Money; readonly days7: Money; readonly days30: Money };
  /** Traces. As with cost: today is since midnight, `days7` and `days30` are that many days, today among them. */
  readonly calls: { readonly today: number; readonly days7: number; readonly days30: number };
  readonly errors: { readonly today: number; readonly days7: number; readonly days30: number };
  /** Of the same 30 days, as the tools are; the tools called most. */
  readonly latency: Latency;
  readonly tools: readonly ToolRow[];
  readonly running: readonly SessionRow[];
  /** Running by their word, silent for long or with no process. */
  readonly stuck: readonly SessionRow[];
  readonly recentErrors: readonly TraceRow[];
  readonly sync: {
    readonly queued: number;
    readonly sent: number;
    readonly failed: number;
    readonly lastSentAt: number | null;
  };
  /** For an empty page: how to get the first trace. */
  readonly receiver: { readonly url: string };
}

export interface TrendPoint {
  /** The day of the person who asks, `YYYY-MM-DD`. */
  readonly day: string;
  readonly key: string;
  readonly micros: Micros | null;
  readonly tokens: number;
  readonly calls: number;
  readonly unpriced: number;
}

export interface Trend {
  readonly by: string;
  readonly days: readonly string[];
  /** Largest cost first; beyond the ninth they are added up as `other`. */
  readonly keys: readonly string[];
  readonly points: readonly TrendPoint[];
}

export interface AtlasBreakdown {
  readonly dimension: string;
  /** Every dimension that has a term. */
  readonly dimensions: readonly string[];
  readonly rows: readonly AtlasRow[];
}

export interface AtlasRow {
  readonly term: string;
  /** Tool calls of MCP servers (traces). */
  readonly traces: number;
  readonly errors: number;
  /** Calls of agents (Loom). */
  readonly calls: number;
  readonly cost: Money;
  readonly tokens: number;
}

export interface ToolRow {
  readonly server: string | null;
  readonly tool: string;
  readonly calls: number;
  readonly errors: number;
  readonly latency: Latency;
  readonly cost: Money;
  readonly lastAt: number;
}

export interface Tools {
  readonly rows: readonly ToolRow[];
}

/** What the URL of the traces page may hold. */
export interface TraceFilter {
  /** Words found in name, session, user, input or output. */
  readonly q?: string;
  readonly tool?: string;
  readonly server?: string;
  readonly status?: 'ok' | 'error';
  readonly session?: string;
  readonly issue?: string;
  /** `ai_task.type=generate` */
  readonly atlas?: string;
  /** Unix ms, inclusive and exclusive. */
  readonly from?: number;
  readonly to?: number;
  readonly minMs?: number;
  readonly environment?: string;
  /** `errors` puts failed ones first. */
  readonly sort?: 'newest' | 'slowest' | 'errors';
}

export interface TraceRow {
  readonly id: string;
  readonly name: string;
  readonly server: string | null;
  readonly tool: string | null;
  readonly failed: boolean;
  readonly statusMessage: string | null;
  readonly startedAt: number;
  readonly durationMs: number | null;
  readonly sessionId: string | null;
  readonly task: string | null;
  /** The beginning of its input, as JSON: what tells two calls of one tool apart in a list. */
  readonly preview: string | null;
  readonly generations: number;
  readonly tokens: number;
  readonly micros: Micros | null;
  readonly unpriced: number;
}

export interface TracePage {
  readonly rows: readonly TraceRow[];
  /** With the filter, up to 10,000; `more` says that there are more. */
  readonly total: number;
  readonly more: boolean;
  /** What to give as `before` for the next page; null at the end. */
  readonly next: string | null;
}

export interface ObservationView {
  readonly id: string;
  readonly parentId: string | null;
  readonly type: string;
  readonly name: string;
  readonly level: string;
  readonly statusMessage: string | null;
  readonly startedAt: number;
  readonly durationMs: number | null;
  readonly model: string | null;
  readonly modelParameters: Readonly<Record<string, unknown>> | null;
  readonly usage: Readonly<Record<string, number>> | null;
  readonly micros: Micros | null;
  readonly costBasis: 'reported' | 'calculated' | 'unpriced' | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly duplicates: number;
}

export interface ScoreView {
  readonly id: string;
  readonly name: string;
  readonly value: number | string | null;
  readonly dataType: string | null;
  readonly comment: string | null;
  readonly observationId: string | null;
}

export interface TraceView {
  readonly row: TraceRow;
  readonly input: unknown;
  readonly output: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly userId: string | null;
  readonly environment: string | null;
  readonly release: string | null;
  /** Flat; parents before children, siblings by start. */
  readonly observations: readonly ObservationView[];
  readonly scores: readonly ScoreView[];
  /** The agent's side of this call, where it is known. */
  readonly loom: LoomLink | null;
  /** Where the same trace opens on Langfuse, once it was forwarded and the keys of its project are known. */
  readonly langfuseUrl: string | null;
}

export interface LoomLink {
  readonly basis: string;
  readonly session: SessionRow;
  readonly issue: IssueRow | null;
  readonly routing: RoutingRow | null;
  readonly budgets: readonly BudgetRow[];
}

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

export interface SessionRow {
  readonly id: string;
  readonly agent: string;
  readonly title: string | null;
  readonly status: string;
  readonly issueId: string | null;
  readonly branch: string | null;
  readonly startedAt: number;
  readonly lastSeenAt: number;
  readonly endedAt: number | null;
  readonly calls: number;
  readonly tokens: number;
  readonly cost: Money;
}

export interface SessionPage {
  readonly rows: readonly SessionRow[];
  readonly next: string | null;
}

export interface SessionView {
  readonly row: SessionRow;
  readonly terminationReason: string | null;
  readonly iterations: readonly {
    readonly n: number;
    readonly startedAt: number;
    readonly endedAt: number | null;
    readonly calls: number;
    readonly tools: number;
    readonly tokens: number;
    readonly cost: Money;
    readonly outcome: string | null;
  }[];
  readonly models: readonly {
    readonly model: string;
    readonly calls: number;
    readonly tokens: number;
    readonly cost: Money;
  }[];
  readonly files: readonly {
    readonly path: string;
    readonly change: string;
    readonly added: number;
    readonly removed: number;
  }[];
  readonly checkpoints: readonly {
    readonly id: string;
    readonly at: number;
    readonly summary: string;
    readonly commit: string | null;
  }[];
  readonly tools: readonly { readonly name: string; readonly calls: number; readonly errors: number }[];
  readonly issue: IssueRow | null;
  readonly budgets: readonly BudgetRow[];
  readonly routing: readonly RoutingRow[];
  /** Traces of MCP servers that this session called. */
  readonly traces: readonly TraceRow[];
}

export interface IssueRow {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly priority: number;
  readonly assignee: string | null;
  readonly sessions: number;
  readonly calls: number;
  readonly tokens: number;
  readonly cost: Money;
  readonly updatedAt: number;
}

export interface Issues {
  readonly rows: readonly IssueRow[];
  /** Agents' calls that belong to no issue. */
  readonly unattributed: { readonly calls: number; readonly tokens: number; readonly cost: Money };
}

export interface RoutingRow {
  readonly id: string;
  readonly at: number;
  readonly strategy: string;
  readonly agent: string | null;
  readonly model: string;
  readonly confidence: number;
  readonly reason: string | null;
  /** Null while the outcome is not known. */
  readonly success: boolean | null;
  readonly estimated: Micros | null;
  readonly actual: Micros | null;
  readonly sessionId: string | null;
  readonly issueId: string | null;
}

export interface Routing {
  /** Confidence in fifths beside what came of it: calibrated where the two are near. */
  readonly calibration: readonly {
    readonly from: number;
    readonly to: number;
    readonly decisions: number;
    readonly withOutcome: number;
    readonly confidence: number | null;
    readonly successRate: number | null;
  }[];
  readonly rows: readonly RoutingRow[];
}

export interface BudgetRow {
  readonly scope: 'session' | 'issue' | 'day';
  readonly of: string;
  readonly limit: Micros;
  readonly spent: Micros;
  readonly unpriced: number;
  readonly state: 'ok' | 'warn' | 'over';
  readonly stops: boolean;
  readonly perHour: Micros;
  readonly reachedInMs: number | null;
  readonly forecast: Micros | null;
}

export interface Budgets {
  readonly rows: readonly BudgetRow[];
}

/**
 * Events of `GET /view/live` (server-sent): `trace` for each trace that has come or grown, as its row; `changed` when
 * anything else in the database has. Both mean: what is shown may be stale.
 */
export interface LiveEvents {
  trace: TraceRow;
  changed: { readonly at: number };
}

/**
 * A report in one file carries the answers it was made with: JSON in `<script type="application/json" id="report">`,
 * with `<` as `\u003c`. The name of an answer is its path below `/view/` and, where a parameter is not its default,
 * `?` and those parameters by name: `overview`, `trend?by=ai_task.type`, `traces/0af7/platform`.
 */
export interface EmbeddedReport {
  readonly madeAt: number;
  readonly answers: Readonly<Record<string, unknown>>;
}
