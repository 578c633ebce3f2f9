-- Loom, schema 1. The same file applies to local SQLite (`lm`) and to Cloudflare D1 (`wrangler d1 migrations apply`).
-- Money is integer micro-USD, and NULL when the price is unknown. Times are integer Unix milliseconds, UTC.
-- `sync` and `score_sync` say what Langfuse has of a record: 0 nothing yet, 1 see the outbox, 2 sent, 3 nothing, and it
-- is not for this machine to send. As numbers they take no room in a row.

CREATE TABLE issues (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'in_progress', 'blocked', 'completed', 'cancelled')),
  priority INTEGER NOT NULL DEFAULT 2 CHECK (priority BETWEEN 0 AND 4),
  assignee TEXT,
  parent_id TEXT REFERENCES issues(id) ON DELETE SET NULL,
  labels TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(labels)),
  evidence TEXT,
  repo TEXT,
  source TEXT NOT NULL DEFAULT 'loom',
  external_ref TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
CREATE INDEX issues_status ON issues(status, priority, created_at);
CREATE UNIQUE INDEX issues_external ON issues(source, external_ref) WHERE external_ref IS NOT NULL;

CREATE TABLE issue_deps (
  issue_id TEXT NOT NULL REFERENCES issues(id) ON DELETE CASCADE,
  depends_on_id TEXT NOT NULL REFERENCES issues(id) ON DELETE CASCADE,
  type TEXT NOT NULL DEFAULT 'blocks',
  created_at INTEGER NOT NULL,
  PRIMARY KEY (issue_id, depends_on_id),
  CHECK (issue_id <> depends_on_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX issue_deps_on ON issue_deps(depends_on_id);

CREATE TABLE issue_events (
  id TEXT PRIMARY KEY,
  issue_id TEXT NOT NULL REFERENCES issues(id) ON DELETE CASCADE,
  session_id TEXT,
  actor TEXT,
  from_status TEXT,
  to_status TEXT NOT NULL,
  reason TEXT,
  at INTEGER NOT NULL,
  sync INTEGER NOT NULL DEFAULT 0 CHECK (sync BETWEEN 0 AND 3)
) STRICT;
CREATE INDEX issue_events_issue ON issue_events(issue_id, at);
CREATE INDEX issue_events_queued ON issue_events(sync) WHERE sync = 0 AND session_id IS NOT NULL;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  agent TEXT NOT NULL,
  source TEXT NOT NULL,
  source_session_id TEXT,
  parent_session_id TEXT REFERENCES sessions(id) ON DELETE SET NULL,
  issue_id TEXT REFERENCES issues(id) ON DELETE SET NULL,
  status TEXT NOT NULL DEFAULT 'running'
    CHECK (status IN ('running', 'paused', 'complete', 'budget_exhausted', 'interrupted', 'error', 'cancelled')),
  termination_reason TEXT,
  cwd TEXT,
  git_branch TEXT,
  git_head_start TEXT,
  git_head_end TEXT,
  host TEXT,
  pid INTEGER,
  pid_started TEXT, -- tells a process from a later one with the same pid
  transcript_path TEXT,
  reported_cost_micros INTEGER,
  started_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  ended_at INTEGER,
  title TEXT,
  meta TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(meta)),
  score_sync INTEGER NOT NULL DEFAULT 0 CHECK (score_sync BETWEEN 0 AND 3)
) STRICT;
CREATE UNIQUE INDEX sessions_source ON sessions(source, source_session_id) WHERE source_session_id IS NOT NULL;
CREATE INDEX sessions_started ON sessions(started_at);
CREATE INDEX sessions_issue ON sessions(issue_id);
CREATE INDEX sessions_source_id ON sessions(source_session_id) WHERE source_session_id IS NOT NULL;
CREATE INDEX sessions_open ON sessions(last_seen_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_score_queued ON sessions(score_sync) WHERE score_sync = 0 AND ended_at IS NOT NULL;

-- Which issue a session worked on, from when on. A call belongs to the last one that began before it.
CREATE TABLE attributions (
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  from_at INTEGER NOT NULL,
  issue_id TEXT REFERENCES issues(id) ON DELETE CASCADE,
  basis TEXT NOT NULL CHECK (basis IN ('env', 'claim', 'branch', 'commit', 'explicit', 'released')),
  PRIMARY KEY (session_id, from_at)
) STRICT, WITHOUT ROWID;

-- One prompt and all that followed from it.
CREATE TABLE iterations (
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE, -- the prompt's own id where it has one: it survives resume and fork
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT,
  sync INTEGER NOT NULL DEFAULT 0 CHECK (sync BETWEEN 0 AND 3),
  PRIMARY KEY (session_id, n)
) STRICT;
CREATE INDEX iterations_queued ON iterations(sync) WHERE sync = 0 AND ended_at IS NOT NULL;

CREATE TABLE llm_calls (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  iteration INTEGER,
  issue_id TEXT REFERENCES issues(id) ON DELETE SET NULL,
  agent_id TEXT, -- a subagent of the session
  provider TEXT, -- where the agent tells
  model TEXT NOT NULL,
  event_id TEXT, -- of the agent's own event about it, where its transcript came first
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  duration_ms INTEGER,
  input_tokens INTEGER NOT NULL DEFAULT 0, -- without the cached ones
  output_tokens INTEGER NOT NULL DEFAULT 0, -- reasoning included
  reasoning_tokens INTEGER NOT NULL DEFAULT 0,
  cache_read_tokens INTEGER NOT NULL DEFAULT 0,
  cache_write_5m_tokens INTEGER NOT NULL DEFAULT 0,
  cache_write_1h_tokens INTEGER NOT NULL DEFAULT 0,
  total_tokens INTEGER GENERATED ALWAYS AS
    (input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens) VIRTUAL,
  cost_micros INTEGER,
  cost_basis TEXT NOT NULL DEFAULT 'unpriced' CHECK (cost_basis IN ('reported', 'calculated', 'estimated', 'unpriced')),
  price_version TEXT, -- of genai-prices, or 'prices.json'
  service_tier TEXT,
  source TEXT NOT NULL DEFAULT 'manual' CHECK (source IN ('otel', 'transcript', 'sdk', 'statusline', 'manual', 'import')),
  final INTEGER NOT NULL DEFAULT 1, -- 0 while its usage may still grow: counted already, not sent yet
  error TEXT, -- NULL when it went well
  sync INTEGER NOT NULL DEFAULT 0 CHECK (sync BETWEEN 0 AND 3),
  CHECK ((cost_basis = 'unpriced') = (cost_micros IS NULL))
) STRICT;
CREATE INDEX llm_calls_session ON llm_calls(session_id, iteration);
CREATE INDEX llm_calls_time ON llm_calls(started_at);
CREATE INDEX llm_calls_issue ON llm_calls(issue_id) WHERE issue_id IS NOT NULL;
CREATE INDEX llm_calls_event ON llm_calls(event_id) WHERE event_id IS NOT NULL;
CREATE INDEX llm_calls_queued ON llm_calls(sync) WHERE sync = 0 AND final = 1 AND source <> 'import';

CREATE TABLE tool_calls (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  iteration INTEGER,
  agent_id TEXT,
  name TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  duration_ms INTEGER,
  ok INTEGER, -- NULL while it runs
  error TEXT,
  path TEXT,
  sync INTEGER NOT NULL DEFAULT 0 CHECK (sync BETWEEN 0 AND 3)
) STRICT;
CREATE INDEX tool_calls_session ON tool_calls(session_id, iteration);
CREATE INDEX tool_calls_queued ON tool_calls(sync) WHERE sync = 0 AND ok IS NOT NULL;

CREATE TABLE files_modified (
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  change_type TEXT NOT NULL,
  lines_added INTEGER NOT NULL DEFAULT 0,
  lines_removed INTEGER NOT NULL DEFAULT 0,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE routing_decisions (
  id TEXT PRIMARY KEY,
  session_id TEXT REFERENCES sessions(id) ON DELETE SET NULL,
  issue_id TEXT REFERENCES issues(id) ON DELETE SET NULL,
  at INTEGER NOT NULL,
  strategy TEXT NOT NULL,
  chosen_agent TEXT,
  chosen_model TEXT NOT NULL,
  confidence REAL NOT NULL CHECK (confidence >= 0 AND confidence <= 1),
  reason TEXT,
  alternatives TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(alternatives)),
  estimated_cost_micros INTEGER,
  actual_cost_micros INTEGER,
  success INTEGER,
  outcome_at INTEGER,
  notes TEXT,
  router_version TEXT,
  sync INTEGER NOT NULL DEFAULT 0 CHECK (sync BETWEEN 0 AND 3),
  score_sync INTEGER NOT NULL DEFAULT 0 CHECK (score_sync BETWEEN 0 AND 3)
) STRICT;
CREATE INDEX routing_time ON routing_decisions(at);
CREATE INDEX routing_queued ON routing_decisions(sync) WHERE sync = 0;
CREATE INDEX routing_score_queued ON routing_decisions(score_sync) WHERE score_sync = 0;

CREATE TABLE checkpoints (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  summary TEXT NOT NULL,
  context TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(context)),
  git_commit TEXT,
  at INTEGER NOT NULL,
  UNIQUE (session_id, seq)
) STRICT;

-- A limit on a session or issue (scope_id is its id), on every session or issue ('*'), or on a day ('*').
CREATE TABLE budgets (
  scope TEXT NOT NULL CHECK (scope IN ('session', 'issue', 'day')),
  scope_id TEXT NOT NULL DEFAULT '*',
  limit_micros INTEGER NOT NULL CHECK (limit_micros > 0),
  stop INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (scope, scope_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE atlas_tags (
  entity TEXT NOT NULL CHECK (entity IN ('session', 'llm_call', 'tool_call', 'routing', 'issue')),
  entity_id TEXT NOT NULL,
  dimension TEXT NOT NULL, -- such as ai_task.type
  term TEXT NOT NULL,
  PRIMARY KEY (entity, entity_id, dimension)
) STRICT, WITHOUT ROWID;
CREATE INDEX atlas_tags_term ON atlas_tags(dimension, term);

-- From here on: this machine's own bookkeeping, never moved to a remote database.
CREATE TABLE loom_meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE locks (
  name TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ingest_cursors (
  path TEXT PRIMARY KEY,
  head_hash TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ms INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(state)),
  updated_at INTEGER NOT NULL
) STRICT;

-- What is being sent to Langfuse, is to be sent again, or could not be. A record whose turn has not come, or that has
-- been sent, has no row here: its own `sync` says so, which takes no room. Langfuse's observations can't be changed or
-- sent again without being counted twice, so nothing that is a span ever goes back to 0.
CREATE TABLE outbox (
  entity TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'sending' CHECK (state IN ('queued', 'sending', 'skipped', 'dead')),
  sending_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 1,
  last_error TEXT,
  PRIMARY KEY (entity, entity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_state ON outbox(state, sending_at);

-- Scores are overwritten by id, so these may go again whenever what they say has changed.
CREATE TRIGGER routing_rescored AFTER UPDATE OF success ON routing_decisions
WHEN NEW.success IS NOT NULL AND OLD.success IS NOT NEW.success AND NEW.score_sync IN (1, 2) BEGIN
  DELETE FROM outbox WHERE entity = 'routing_score' AND entity_id = NEW.id;
  UPDATE routing_decisions SET score_sync = 0 WHERE id = NEW.id;
END;
CREATE TRIGGER sessions_rescored AFTER UPDATE OF ended_at ON sessions
WHEN NEW.ended_at IS NOT NULL AND OLD.ended_at IS NOT NEW.ended_at AND NEW.score_sync IN (1, 2) BEGIN
  DELETE FROM outbox WHERE entity = 'session' AND entity_id = NEW.id;
  UPDATE sessions SET score_sync = 0 WHERE id = NEW.id;
END;

CREATE VIEW session_costs AS
SELECT s.id, s.agent, s.issue_id, s.status, s.started_at, s.ended_at,
  COUNT(c.id) AS calls,
  SUM(c.cost_micros) AS cost_micros,
  COALESCE(SUM(c.total_tokens), 0) AS tokens,
  COALESCE(SUM(c.cost_basis = 'unpriced'), 0) AS unpriced_calls,
  (SELECT COUNT(*) FROM iterations i WHERE i.session_id = s.id) AS iterations,
  (SELECT COUNT(*) FROM files_modified f WHERE f.session_id = s.id) AS files_modified
FROM sessions s LEFT JOIN llm_calls c ON c.session_id = s.id
GROUP BY s.id;
