-- Loom, schema 8: events of spans that came by themselves, as OpenTelemetry's logs carry the messages of models. A span
-- is read with those that are here, whichever of the two comes first.
CREATE TABLE span_events (
  seq INTEGER PRIMARY KEY, -- order of arrival, which is that of messages of one moment
  trace_id TEXT NOT NULL,
  span_id TEXT NOT NULL,
  digest TEXT NOT NULL, -- of what the event says, so that one that is sent twice is kept once
  event TEXT NOT NULL CHECK (json_valid(event)), -- SpanEvent in src/receiver/trace.ts
  received_at INTEGER NOT NULL, -- Unix ms
  UNIQUE (trace_id, span_id, digest)
) STRICT;
