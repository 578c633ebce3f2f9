-- Loom, schema 11: what tells that a trace has changed since it was read. A team's server reads and writes in two steps,
-- and writes only where nobody else has written between them. A laptop does both in one transaction.
ALTER TABLE traces ADD COLUMN revision INTEGER NOT NULL DEFAULT 0; -- grows with each write
-- Stays empty: a row that is put in is refused, and with it the whole batch.
CREATE TABLE trace_guard (moved INTEGER NOT NULL CHECK (moved = 0)) STRICT;
