-- Loom, schema 2: what the local receiver was sent, in Langfuse's words: a trace holds observations, a score
-- belongs to a trace, an observation or a session. This machine's own; never moved to a remote database.
-- Times of traces are Unix microseconds: a tool call may take less than a millisecond.

-- One row for each trace, kept in step with its observations: lists, counts and percentiles read this alone.
CREATE TABLE traces (
  seq INTEGER PRIMARY KEY, -- order of first arrival
  id TEXT NOT NULL UNIQUE, -- 32 hex digits from OpenTelemetry, any text from the ingestion API
  name TEXT NOT NULL,
  server TEXT, -- touchpoint.mcp_server
  tool TEXT, -- ai_task.skill of an MCP tool call, else the name
  errors INTEGER NOT NULL DEFAULT 0, -- observations with level ERROR
  failed INTEGER NOT NULL GENERATED ALWAYS AS (errors > 0) VIRTUAL,
  status_message TEXT, -- the root's, else that of the first error
  started_us INTEGER NOT NULL,
  duration_us INTEGER, -- NULL until its root has come
  ended_us INTEGER, -- the latest end of any observation
  root_id TEXT, -- the observation that stands for the whole; NULL until it has come
  session_id TEXT,
  user_id TEXT,
  environment TEXT,
  release TEXT,
  observations INTEGER NOT NULL DEFAULT 0,
  generations INTEGER NOT NULL DEFAULT 0,
  tokens INTEGER NOT NULL DEFAULT 0,
  cost_micros INTEGER, -- of the generations that have a price; NULL when none has
  unpriced INTEGER NOT NULL DEFAULT 0, -- generations with tokens and no price
  loom_session_id TEXT REFERENCES sessions(id) ON DELETE SET NULL,
  loom_basis TEXT CHECK (loom_basis IN ('session id', 'tool and moment')), -- how that session is known
  updated_at INTEGER NOT NULL, -- Unix ms
  fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields)) -- what spans say of their whole trace: TraceFields in src/receiver/trace.ts
) STRICT;
CREATE INDEX traces_started ON traces(started_us);
CREATE INDEX traces_failed ON traces(started_us) WHERE errors > 0;
CREATE INDEX traces_tool ON traces(server, tool, started_us, duration_us, errors);
CREATE INDEX traces_session ON traces(session_id) WHERE session_id IS NOT NULL;
CREATE INDEX traces_loom ON traces(loom_session_id) WHERE loom_session_id IS NOT NULL;

CREATE TABLE observations (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, since the outbox knows an observation by it
  trace_id TEXT NOT NULL,
  id TEXT NOT NULL,
  parent_id TEXT,
  type TEXT NOT NULL DEFAULT 'span',
  name TEXT NOT NULL,
  level TEXT NOT NULL DEFAULT 'DEFAULT',
  started_us INTEGER NOT NULL,
  duration_us INTEGER, -- NULL while it runs, as only the ingestion API can tell
  is_app_root INTEGER NOT NULL DEFAULT 0, -- stands for its trace, wherever its parent is
  model TEXT,
  input_tokens INTEGER,
  output_tokens INTEGER,
  total_tokens INTEGER,
  cost_micros INTEGER,
  cost_basis TEXT CHECK (cost_basis IN ('reported', 'calculated', 'unpriced')), -- NULL without tokens or cost
  source TEXT NOT NULL CHECK (source IN ('otlp', 'ingestion')), -- what comes by the ingestion API may still change
  sync INTEGER NOT NULL DEFAULT 3 CHECK (sync BETWEEN 0 AND 3), -- as in 0001; 3 until it is to be forwarded
  duplicates INTEGER NOT NULL DEFAULT 0, -- times its id came again: on Langfuse each would be counted
  status_message TEXT,
  input TEXT, -- JSON
  output TEXT, -- JSON
  detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(detail)), -- metadata, modelParameters, usage, cost, attributes, scope, resource, trace
  UNIQUE (trace_id, id)
) STRICT;
CREATE INDEX observations_cost ON observations(started_us, model, cost_basis, cost_micros, total_tokens, trace_id) WHERE cost_basis IS NOT NULL;
CREATE INDEX observations_top ON observations(trace_id, started_us) WHERE is_app_root = 1 OR parent_id IS NULL;
CREATE INDEX observations_queued ON observations(sync) WHERE sync = 0;
CREATE INDEX observations_sent ON observations(sync) WHERE sync = 2; -- they are counted, and few of the rows

CREATE TABLE scores (
  id TEXT PRIMARY KEY,
  trace_id TEXT,
  observation_id TEXT,
  session_id TEXT,
  name TEXT NOT NULL,
  data_type TEXT,
  value REAL,
  text_value TEXT, -- instead of value, where it is text
  comment TEXT,
  metadata TEXT, -- JSON
  at INTEGER NOT NULL, -- Unix ms, as the score says
  received_at INTEGER NOT NULL, -- Unix ms of its last arrival
  sync INTEGER NOT NULL DEFAULT 3 CHECK (sync BETWEEN 0 AND 3)
) STRICT;
CREATE INDEX scores_queued ON scores(sync) WHERE sync = 0;
-- One that comes again replaces itself, and what was on its way to Langfuse is no longer what it says.
CREATE TRIGGER scores_rescored AFTER INSERT ON scores BEGIN
  DELETE FROM outbox WHERE entity = 'trace_score' AND entity_id = NEW.id;
END;
CREATE INDEX scores_trace ON scores(trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX scores_session ON scores(session_id) WHERE session_id IS NOT NULL;

-- The Atlas terms of a trace and its observations, so that a breakdown does not open every document.
CREATE TABLE trace_atlas (
  dimension TEXT NOT NULL,
  term TEXT NOT NULL,
  trace_seq INTEGER NOT NULL REFERENCES traces(seq) ON DELETE CASCADE,
  PRIMARY KEY (dimension, term, trace_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX trace_atlas_trace ON trace_atlas(trace_seq, dimension, term);

-- Which agent session a trace belongs to: by its id, or because it called that MCP tool at that moment.
CREATE INDEX tool_calls_mcp ON tool_calls(name, started_at) WHERE substr(name, 1, 5) = 'mcp__';

-- Spans that the platform recorded under the same trace id: by `wrangler dev`, or by Cloudflare.
CREATE TABLE platform_spans (
  trace_id TEXT NOT NULL,
  id TEXT NOT NULL,
  parent_id TEXT,
  service TEXT,
  name TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'other' CHECK (kind IN ('fetch', 'd1', 'kv', 'r2', 'durable_object', 'request', 'other')),
  started_us INTEGER NOT NULL,
  duration_us INTEGER,
  outcome TEXT,
  error TEXT,
  attributes TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(attributes)),
  PRIMARY KEY (trace_id, id)
) STRICT, WITHOUT ROWID;
