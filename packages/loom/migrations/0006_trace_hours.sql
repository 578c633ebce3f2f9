-- Loom, schema 6: what was asked of MCP servers, by the hour.
-- Counts of traces by the hour, kept in step with `traces` by triggers. They carry curves and percentiles over long
-- times, and stay when retention deletes the traces themselves. What is added and taken away are plain counts, so the
-- order in which spans arrive does not matter.

-- Lower bounds of durations in microseconds. A bucket is never wider than 4.4 % of its lower bound (below 23: 1 us), so
-- that its middle is within 2.2 % of any duration in it. src/dashboard/measure/durations.ts knows the same steps.
CREATE TABLE duration_buckets (from_us INTEGER PRIMARY KEY) STRICT;
INSERT INTO duration_buckets
  WITH RECURSIVE steps(from_us) AS (
    SELECT 0
    UNION ALL
    SELECT from_us + MAX(1, from_us * 11 / 250) FROM steps WHERE from_us < 100000000000)
  SELECT from_us FROM steps;

-- What traces are counted by, each combination once; text that a trace does not have is ''.
CREATE TABLE trace_series (
  id INTEGER PRIMARY KEY,
  server TEXT NOT NULL,
  tool TEXT NOT NULL,
  method TEXT NOT NULL,
  failed INTEGER NOT NULL,
  error_type TEXT NOT NULL,
  client TEXT NOT NULL,
  client_version TEXT NOT NULL,
  release TEXT NOT NULL,
  environment TEXT NOT NULL,
  first_us INTEGER NOT NULL, -- start of the earliest
  UNIQUE (server, tool, method, failed, error_type, client, client_version, release, environment)
) STRICT;

CREATE TABLE trace_hours (
  hour INTEGER NOT NULL, -- whole hours since 1970, UTC
  series INTEGER NOT NULL REFERENCES trace_series(id),
  bucket INTEGER NOT NULL, -- duration_buckets.from_us; -1 for a trace that has not ended
  n INTEGER NOT NULL,
  errors INTEGER NOT NULL, -- n where the series is of failures, else 0
  last_us INTEGER NOT NULL, -- start of the latest, never moved back
  PRIMARY KEY (hour, series, bucket)
) STRICT, WITHOUT ROWID;

-- Each trace in the terms of the two tables above.
CREATE VIEW trace_counted AS
  SELECT t.seq, t.started_us, t.started_us / 3600000000 AS hour,
    COALESCE(t.server, '') AS server, COALESCE(t.tool, '') AS tool, COALESCE(t.method, '') AS method, t.failed,
    COALESCE(t.error_type, '') AS error_type, COALESCE(t.client_name, '') AS client,
    COALESCE(t.client_version, '') AS client_version, COALESCE(t.release, '') AS release,
    COALESCE(t.environment, '') AS environment,
    CASE WHEN t.duration_us IS NULL THEN -1
      ELSE (SELECT MAX(from_us) FROM duration_buckets WHERE from_us <= MAX(t.duration_us, 0)) END AS bucket
  FROM traces t;

CREATE TRIGGER traces_counted AFTER INSERT ON traces BEGIN
  INSERT INTO trace_series(server, tool, method, failed, error_type, client, client_version, release, environment, first_us)
    SELECT server, tool, method, failed, error_type, client, client_version, release, environment, started_us
    FROM trace_counted WHERE seq = NEW.seq
    ON CONFLICT DO UPDATE SET first_us = excluded.first_us WHERE excluded.first_us < first_us;
  INSERT INTO trace_hours(hour, series, bucket, n, errors, last_us)
    SELECT c.hour, s.id, c.bucket, 1, c.failed, c.started_us FROM trace_counted c
    JOIN trace_series s USING (server, tool, method, failed, error_type, client, client_version, release, environment)
    WHERE c.seq = NEW.seq
    ON CONFLICT DO UPDATE SET n = n + 1, errors = errors + excluded.errors, last_us = MAX(last_us, excluded.last_us);
END;

-- A trace that grows is taken away as it was, and added as it is.
CREATE TRIGGER traces_uncounted BEFORE UPDATE OF started_us, duration_us, server, tool, method, errors, error_type,
    client_name, client_version, release, environment ON traces BEGIN
  UPDATE trace_hours SET n = n - 1, errors = errors - OLD.failed
    WHERE (hour, series, bucket) = (SELECT c.hour, s.id, c.bucket FROM trace_counted c
      JOIN trace_series s USING (server, tool, method, failed, error_type, client, client_version, release, environment)
      WHERE c.seq = OLD.seq);
  DELETE FROM trace_hours WHERE hour = OLD.started_us / 3600000000 AND n = 0;
END;
CREATE TRIGGER traces_recounted AFTER UPDATE OF started_us, duration_us, server, tool, method, errors, error_type,
    client_name, client_version, release, environment ON traces BEGIN
  INSERT INTO trace_series(server, tool, method, failed, error_type, client, client_version, release, environment, first_us)
    SELECT server, tool, method, failed, error_type, client, client_version, release, environment, started_us
    FROM trace_counted WHERE seq = NEW.seq
    ON CONFLICT DO UPDATE SET first_us = excluded.first_us WHERE excluded.first_us < first_us;
  INSERT INTO trace_hours(hour, series, bucket, n, errors, last_us)
    SELECT c.hour, s.id, c.bucket, 1, c.failed, c.started_us FROM trace_counted c
    JOIN trace_series s USING (server, tool, method, failed, error_type, client, client_version, release, environment)
    WHERE c.seq = NEW.seq
    ON CONFLICT DO UPDATE SET n = n + 1, errors = errors + excluded.errors, last_us = MAX(last_us, excluded.last_us);
END;

-- What was there before.
INSERT INTO trace_series(server, tool, method, failed, error_type, client, client_version, release, environment, first_us)
  SELECT server, tool, method, failed, error_type, client, client_version, release, environment, MIN(started_us) FROM trace_counted
  GROUP BY server, tool, method, failed, error_type, client, client_version, release, environment;
INSERT INTO trace_hours(hour, series, bucket, n, errors, last_us)
  SELECT c.hour, s.id, c.bucket, COUNT(*), SUM(c.failed), MAX(c.started_us) FROM trace_counted c
  JOIN trace_series s USING (server, tool, method, failed, error_type, client, client_version, release, environment)
  GROUP BY c.hour, s.id, c.bucket;

-- Groups of errors read this alone.
CREATE INDEX traces_errors ON traces(started_us, server, tool, method, error_type, status_message, client_name, id) WHERE errors > 0;
DROP INDEX traces_failed;
CREATE INDEX traces_duration ON traces(duration_us) WHERE duration_us IS NOT NULL;
CREATE INDEX traces_of_tool ON traces(tool, started_us);
CREATE INDEX traces_user ON traces(user_id, started_us) WHERE user_id IS NOT NULL;
-- Sessions of clients, the latest calls first.
CREATE INDEX traces_session_started ON traces(session_id, started_us) WHERE session_id IS NOT NULL;
DROP INDEX traces_session;
CREATE INDEX tool_calls_started ON tool_calls(started_at, name, ok);
CREATE INDEX attributions_issue ON attributions(issue_id) WHERE issue_id IS NOT NULL;
-- The tool of a generation's trace, without reading the trace.
CREATE INDEX traces_place ON traces(id, server, tool);
