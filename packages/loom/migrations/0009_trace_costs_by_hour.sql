-- Loom, schema 9: what tool calls cost by the hour, and which hours have changed.
-- Costs stand beside the counts of 0006, under the hour in which the trace began, so that a tool's cost over months is
-- read without a look at its generations. Hours whose traces had been deleted before have no cost here.
ALTER TABLE traces ADD COLUMN reported_micros INTEGER NOT NULL DEFAULT 0; -- of cost_micros, what the sender reported
UPDATE traces SET reported_micros = c.micros FROM (
  SELECT trace_id, SUM(cost_micros) AS micros FROM observations WHERE cost_basis = 'reported' GROUP BY trace_id) c
  WHERE c.trace_id = traces.id;

ALTER TABLE trace_hours ADD COLUMN micros INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trace_hours ADD COLUMN reported INTEGER NOT NULL DEFAULT 0; -- of micros
ALTER TABLE trace_hours ADD COLUMN priced INTEGER NOT NULL DEFAULT 0; -- traces with a cost
ALTER TABLE trace_hours ADD COLUMN unpriced INTEGER NOT NULL DEFAULT 0; -- generations without a price

-- Grows with each change of an hour's counts, so that whoever has read them knows which to read again.
CREATE TABLE trace_hour_versions (hour INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT;

DROP TRIGGER traces_counted;
DROP TRIGGER traces_uncounted;
DROP TRIGGER traces_recounted;
DROP VIEW trace_counted;
CREATE VIEW trace_counted AS
  SELECT t.seq, t.started_us, t.started_us / 3600000000 AS hour,
    COALESCE(t.server, '') AS server, COALESCE(t.tool, '') AS tool, COALESCE(t.method, '') AS method, t.failed,
    COALESCE(t.error_type, '') AS error_type, COALESCE(t.client_name, '') AS client,
    COALESCE(t.client_version, '') AS client_version, COALESCE(t.release, '') AS release,
    COALESCE(t.environment, '') AS environment,
    CASE WHEN t.duration_us IS NULL THEN -1
      ELSE (SELECT MAX(from_us) FROM duration_buckets WHERE from_us <= MAX(t.duration_us, 0)) END AS bucket,
    COALESCE(t.cost_micros, 0) AS micros, t.reported_micros AS reported, t.cost_micros IS NOT NULL AS priced, t.unpriced
  FROM traces t;

CREATE TRIGGER traces_counted AFTER INSERT ON traces BEGIN
  INSERT INTO trace_series(server, tool, method, failed, error_type, client, client_version, release, environment, first_us)
    SELECT server, tool, method, failed, error_type, client, client_version, release, environment, started_us
    FROM trace_counted WHERE seq = NEW.seq
    ON CONFLICT DO UPDATE SET first_us = excluded.first_us WHERE excluded.first_us < first_us;
  INSERT INTO trace_hours(hour, series, bucket, n, errors, last_us, micros, reported, priced, unpriced)
    SELECT c.hour, s.id, c.bucket, 1, c.failed, c.started_us, c.micros, c.reported, c.priced, c.unpriced
    FROM trace_counted c
    JOIN trace_series s USING (server, tool, method, failed, error_type, client, client_version, release, environment)
    WHERE c.seq = NEW.seq
    ON CONFLICT DO UPDATE SET n = n + 1, errors = errors + excluded.errors, last_us = MAX(last_us, excluded.last_us),
      micros = micros + excluded.micros, reported = reported + excluded.reported, priced = priced + excluded.priced,
      unpriced = unpriced + excluded.unpriced;
  INSERT INTO trace_hour_versions(hour, version) VALUES (NEW.started_us / 3600000000, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;

-- A trace that grows is taken away as it was, and added as it is.
CREATE TRIGGER traces_uncounted BEFORE UPDATE OF started_us, duration_us, server, tool, method, errors, error_type,
    client_name, client_version, release, environment, cost_micros, reported_micros, unpriced ON traces BEGIN
  UPDATE trace_hours SET n = n - 1, errors = errors - OLD.failed, micros = micros - COALESCE(OLD.cost_micros, 0),
      reported = reported - OLD.reported_micros, priced = priced - (OLD.cost_micros IS NOT NULL),
      unpriced = unpriced - OLD.unpriced
    WHERE (hour, series, bucket) = (SELECT c.hour, s.id, c.bucket FROM trace_counted c
      JOIN trace_series s USING (server, tool, method, failed, error_type, client, client_version, release, environment)
      WHERE c.seq = OLD.seq);
  DELETE FROM trace_hours WHERE hour = OLD.started_us / 3600000000 AND n = 0;
  INSERT INTO trace_hour_versions(hour, version) VALUES (OLD.started_us / 3600000000, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER traces_recounted AFTER UPDATE OF started_us, duration_us, server, tool, method, errors, error_type,
    client_name, client_version, release, environment, cost_micros, reported_micros, unpriced ON traces BEGIN
  INSERT INTO trace_series(server, tool, method, failed, error_type, client, client_version, release, environment, first_us)
    SELECT server, tool, method, failed, error_type, client, client_version, release, environment, started_us
    FROM trace_counted WHERE seq = NEW.seq
    ON CONFLICT DO UPDATE SET first_us = excluded.first_us WHERE excluded.first_us < first_us;
  INSERT INTO trace_hours(hour, series, bucket, n, errors, last_us, micros, reported, priced, unpriced)
    SELECT c.hour, s.id, c.bucket, 1, c.failed, c.started_us, c.micros, c.reported, c.priced, c.unpriced
    FROM trace_counted c
    JOIN trace_series s USING (server, tool, method, failed, error_type, client, client_version, release, environment)
    WHERE c.seq = NEW.seq
    ON CONFLICT DO UPDATE SET n = n + 1, errors = errors + excluded.errors, last_us = MAX(last_us, excluded.last_us),
      micros = micros + excluded.micros, reported = reported + excluded.reported, priced = priced + excluded.priced,
      unpriced = unpriced + excluded.unpriced;
  INSERT INTO trace_hour_versions(hour, version) VALUES (NEW.started_us / 3600000000, 1)
    ON CONFLICT DO UPDATE SET version = version + 1;
END;

-- What was there before.
UPDATE trace_hours SET micros = c.micros, reported = c.reported, priced = c.priced, unpriced = c.unpriced
  FROM (SELECT c.hour, s.id AS series, c.bucket, SUM(c.micros) AS micros, SUM(c.reported) AS reported,
      SUM(c.priced) AS priced, SUM(c.unpriced) AS unpriced FROM trace_counted c
    JOIN trace_series s USING (server, tool, method, failed, error_type, client, client_version, release, environment)
    GROUP BY 1, 2, 3) c
  WHERE trace_hours.hour = c.hour AND trace_hours.series = c.series AND trace_hours.bucket = c.bucket;
INSERT INTO trace_hour_versions(hour, version) SELECT DISTINCT hour, 1 FROM trace_hours;

-- The last tools/list, without a look at every trace.
CREATE INDEX traces_of_method ON traces(method, started_us);
-- Which traces lie in a time, without a look at the traces.
CREATE INDEX traces_when ON traces(id, started_us);
CREATE INDEX traces_started_errors ON traces(started_us, errors);
-- Was for the cost of tools, which stands by the hour now.
DROP INDEX traces_place;
