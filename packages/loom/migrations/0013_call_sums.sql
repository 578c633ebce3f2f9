-- Loom, schema 13: sums of agents' calls and counts of their tools, so that a report over a million calls does not read
-- them all.

-- Sums of calls by the hour. They are written for a whole hour at once, with the version of the hour that they are of.
-- Of an hour that has changed since, the calls themselves are read: src/cost/cells.ts.
ALTER TABLE call_hour_versions ADD COLUMN kept INTEGER; -- NULL before the first time
CREATE TABLE call_sums (
  hour INTEGER NOT NULL, -- whole hours since 1970, UTC
  session_id TEXT NOT NULL,
  issue_id TEXT NOT NULL, -- '' for none
  model TEXT NOT NULL,
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  reported INTEGER NOT NULL, -- micro-dollars by basis
  calculated INTEGER NOT NULL,
  estimated INTEGER NOT NULL,
  unpriced INTEGER NOT NULL, -- calls
  unpriced_tokens INTEGER NOT NULL,
  lower_bound INTEGER NOT NULL, -- calls
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (hour, session_id, issue_id, model)
) STRICT, WITHOUT ROWID;

-- All of them together by quarter of an hour: no time zone is off UTC by less, and blocks of five hours begin and end
-- with a call.
CREATE TABLE call_quarter_sums (
  quarter INTEGER PRIMARY KEY, -- whole quarters of an hour since 1970, UTC
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  reported INTEGER NOT NULL,
  calculated INTEGER NOT NULL,
  estimated INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  unpriced_tokens INTEGER NOT NULL,
  lower_bound INTEGER NOT NULL
) STRICT;

-- The calls with an Atlas term of their own, by dimension.
CREATE TABLE call_term_sums (
  hour INTEGER NOT NULL,
  dimension TEXT NOT NULL,
  session_id TEXT NOT NULL,
  issue_id TEXT NOT NULL,
  model TEXT NOT NULL,
  term TEXT NOT NULL,
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  reported INTEGER NOT NULL,
  calculated INTEGER NOT NULL,
  estimated INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  unpriced_tokens INTEGER NOT NULL,
  lower_bound INTEGER NOT NULL,
  PRIMARY KEY (hour, dimension, session_id, issue_id, model, term)
) STRICT, WITHOUT ROWID;

-- As before, and lower_bound with the others.
DROP TRIGGER llm_calls_changed;
CREATE TRIGGER llm_calls_changed AFTER UPDATE OF session_id, issue_id, model, started_at, cost_micros, cost_basis, input_tokens,
    output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, lower_bound ON llm_calls BEGIN
  INSERT INTO call_hour_versions(hour, version) VALUES (OLD.started_at / 3600000, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
  INSERT INTO call_hour_versions(hour, version) SELECT NEW.started_at / 3600000, 1
    WHERE NEW.started_at / 3600000 <> OLD.started_at / 3600000
    ON CONFLICT DO UPDATE SET version = version + 1;
END;

-- Agents' tool calls by the hour, kept in step by triggers: an agent's page counts a million of them.
CREATE TABLE tool_hours (
  hour INTEGER NOT NULL, -- whole hours since 1970, UTC
  name TEXT NOT NULL,
  calls INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  PRIMARY KEY (hour, name)
) STRICT, WITHOUT ROWID;
INSERT INTO tool_hours(hour, name, calls, errors)
  SELECT started_at / 3600000, name, COUNT(*), COALESCE(SUM(ok = 0), 0) FROM tool_calls GROUP BY 1, 2;

CREATE TRIGGER tool_calls_counted AFTER INSERT ON tool_calls BEGIN
  INSERT INTO tool_hours(hour, name, calls, errors) VALUES (NEW.started_at / 3600000, NEW.name, 1, NEW.ok IS 0)
    ON CONFLICT DO UPDATE SET calls = calls + 1, errors = errors + excluded.errors;
END;
CREATE TRIGGER tool_calls_recounted AFTER UPDATE OF started_at, name, ok ON tool_calls
WHEN OLD.started_at <> NEW.started_at OR OLD.name <> NEW.name OR (OLD.ok IS 0) <> (NEW.ok IS 0) BEGIN
  UPDATE tool_hours SET calls = calls - 1, errors = errors - (OLD.ok IS 0)
    WHERE hour = OLD.started_at / 3600000 AND name = OLD.name;
  INSERT INTO tool_hours(hour, name, calls, errors) VALUES (NEW.started_at / 3600000, NEW.name, 1, NEW.ok IS 0)
    ON CONFLICT DO UPDATE SET calls = calls + 1, errors = errors + excluded.errors;
  DELETE FROM tool_hours WHERE hour = OLD.started_at / 3600000 AND name = OLD.name AND calls = 0;
END;
CREATE TRIGGER tool_calls_uncounted AFTER DELETE ON tool_calls BEGIN
  UPDATE tool_hours SET calls = calls - 1, errors = errors - (OLD.ok IS 0)
    WHERE hour = OLD.started_at / 3600000 AND name = OLD.name;
  DELETE FROM tool_hours WHERE hour = OLD.started_at / 3600000 AND name = OLD.name AND calls = 0;
END;

-- What is left of the index of times: which session, for the terms of tool calls. Names are counted above.
DROP INDEX tool_calls_started;
CREATE INDEX tool_calls_when ON tool_calls(started_at, session_id);

-- Counted at every ingest, and few of the rows.
CREATE INDEX llm_calls_bounded ON llm_calls(lower_bound) WHERE lower_bound IS NOT NULL;
CREATE INDEX llm_calls_resent ON llm_calls(id) WHERE sent_tokens IS NOT NULL;
CREATE INDEX iterations_sent ON iterations(sync) WHERE sync = 2;
-- Traces of one environment, the newest first.
CREATE INDEX traces_environment ON traces(environment, started_us) WHERE environment IS NOT NULL;
-- Which kinds of records have a term of a dimension, without a look at all that have one.
CREATE INDEX atlas_tags_kind ON atlas_tags(dimension, entity);
DROP INDEX atlas_tags_term;
-- Was for routing, which reads call_sums now.
DROP INDEX llm_calls_work;
