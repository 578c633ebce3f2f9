-- Loom, schema 12: which hours of agents' calls have changed, and indexes that the page's longest answers wanted.
-- As trace_hour_versions is to traces: whoever has added up an hour's calls knows when to add them up again.
CREATE TABLE call_hour_versions (hour INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT; -- whole hours since 1970, UTC
INSERT INTO call_hour_versions(hour, version) SELECT DISTINCT started_at / 3600000, 1 FROM llm_calls;

CREATE TRIGGER llm_calls_came AFTER INSERT ON llm_calls BEGIN
  INSERT INTO call_hour_versions(hour, version) VALUES (NEW.started_at / 3600000, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER llm_calls_changed AFTER UPDATE OF session_id, issue_id, model, started_at, cost_micros, cost_basis, input_tokens,
    output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens ON llm_calls BEGIN
  INSERT INTO call_hour_versions(hour, version) VALUES (OLD.started_at / 3600000, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
  INSERT INTO call_hour_versions(hour, version) SELECT NEW.started_at / 3600000, 1
    WHERE NEW.started_at / 3600000 <> OLD.started_at / 3600000
    ON CONFLICT DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER llm_calls_went AFTER DELETE ON llm_calls BEGIN
  INSERT INTO call_hour_versions(hour, version) VALUES (OLD.started_at / 3600000, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;
-- The Atlas terms of the calls themselves count to their hour too.
CREATE TRIGGER atlas_tags_came AFTER INSERT ON atlas_tags WHEN NEW.entity = 'llm_call' BEGIN
  UPDATE call_hour_versions SET version = version + 1
    WHERE hour = (SELECT started_at / 3600000 FROM llm_calls WHERE id = NEW.entity_id);
END;
CREATE TRIGGER atlas_tags_changed AFTER UPDATE ON atlas_tags WHEN NEW.entity = 'llm_call' BEGIN
  UPDATE call_hour_versions SET version = version + 1
    WHERE hour = (SELECT started_at / 3600000 FROM llm_calls WHERE id = NEW.entity_id);
END;
CREATE TRIGGER atlas_tags_went AFTER DELETE ON atlas_tags WHEN OLD.entity = 'llm_call' BEGIN
  UPDATE call_hour_versions SET version = version + 1
    WHERE hour = (SELECT started_at / 3600000 FROM llm_calls WHERE id = OLD.entity_id);
END;

-- What is kept of an hour's generations goes with its traces; their counts stay.
CREATE TRIGGER traces_went AFTER DELETE ON traces BEGIN
  INSERT INTO trace_hour_versions(hour, version) VALUES (OLD.started_us / 3600000000, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;

-- The traces of a time in which a model was called.
CREATE INDEX traces_priced ON traces(started_us, id) WHERE cost_micros IS NOT NULL OR unpriced > 0;
-- Issues as the page lists them: the last page of 50,000 without sorting them all.
CREATE INDEX issues_listed ON issues(status IN ('completed', 'cancelled'), priority, updated_at DESC, id);
-- What was sent to Langfuse is counted without a look at every row. An entry is written when a row is sent, not when it
-- comes.
CREATE INDEX llm_calls_sent ON llm_calls(sync) WHERE sync = 2;
CREATE INDEX tool_calls_sent ON tool_calls(sync) WHERE sync = 2;
