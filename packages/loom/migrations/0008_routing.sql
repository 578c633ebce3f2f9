-- The oldest Loom that can work with this schema, as the number of its last migration. A migration that older readers
-- can't live with raises it.
CREATE TABLE remote_schema (
  min_reader INTEGER NOT NULL
) STRICT;
INSERT INTO remote_schema(min_reader) VALUES (8);

-- What Loom expected when it chose, and how it chose: { chance: [low, expected, high], cost_micros: [...],
-- duration_ms: [...], next, own, ... }. NULL for a decision that somebody typed in.
ALTER TABLE routing_decisions ADD COLUMN forecast TEXT CHECK (forecast IS NULL OR json_valid(forecast));
-- What the work is: Atlas task, type, labels, size, part of the repository.
ALTER TABLE routing_decisions ADD COLUMN kind TEXT;
ALTER TABLE routing_decisions ADD COLUMN explored INTEGER NOT NULL DEFAULT 0;
-- The decision that a person set aside by this one.
ALTER TABLE routing_decisions ADD COLUMN overrides TEXT;

-- What shows how work turned out, each with its source. One session can have several, and they may contradict.
CREATE TABLE routing_outcomes (
  id TEXT PRIMARY KEY,
  session_id TEXT REFERENCES sessions(id) ON DELETE CASCADE,
  issue_id TEXT REFERENCES issues(id) ON DELETE CASCADE,
  decision_id TEXT REFERENCES routing_decisions(id) ON DELETE CASCADE,
  agent TEXT,
  model TEXT,
  kind TEXT,
  source TEXT NOT NULL, -- issue, session, tests, person, import
  success INTEGER NOT NULL CHECK (success IN (0, 1)),
  cost_micros INTEGER,
  duration_ms INTEGER,
  says TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX routing_outcomes_at ON routing_outcomes(at);
CREATE INDEX routing_outcomes_session ON routing_outcomes(session_id) WHERE session_id IS NOT NULL;
CREATE INDEX routing_outcomes_decision ON routing_outcomes(decision_id) WHERE decision_id IS NOT NULL;

-- All that routing asks of calls, in one place: a decision is made while somebody waits.
CREATE INDEX llm_calls_work ON llm_calls(session_id, issue_id, model, cost_micros, started_at) WHERE issue_id IS NOT NULL;
