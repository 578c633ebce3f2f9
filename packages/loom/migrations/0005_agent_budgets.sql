-- Loom, schema 5: budgets by agent, each for a day; all that was said of what a session works on.
CREATE TABLE budgets_5 (
  scope TEXT NOT NULL CHECK (scope IN ('session', 'issue', 'day', 'agent')),
  scope_id TEXT NOT NULL DEFAULT '*',
  limit_micros INTEGER NOT NULL CHECK (limit_micros > 0),
  stop INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (scope, scope_id)
) STRICT, WITHOUT ROWID;
INSERT INTO budgets_5 SELECT scope, scope_id, limit_micros, stop, created_at FROM budgets;
DROP TABLE budgets;
ALTER TABLE budgets_5 RENAME TO budgets;

-- attributions follows from these, in whatever order they were heard of.
CREATE TABLE attribution_facts (
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  basis TEXT NOT NULL,
  issue_id TEXT REFERENCES issues(id) ON DELETE CASCADE,
  PRIMARY KEY (session_id, at, basis)
) STRICT, WITHOUT ROWID;
INSERT INTO attribution_facts SELECT session_id, COALESCE(said_at, from_at), basis, issue_id FROM attributions;
