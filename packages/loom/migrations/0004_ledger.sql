-- Loom, schema 4: one request may be told of by a transcript, by telemetry and by a result. Each is kept; the row in
-- llm_calls is made from all of them.

-- What other sources than a transcript say of a call, and what the transcript says of the calls that have such a source.
-- A call that its transcript alone tells of is its own witness: it has no row here.
CREATE TABLE call_witnesses (
  source TEXT NOT NULL CHECK (source IN ('transcript', 'event', 'result')),
  source_key TEXT NOT NULL, -- the provider's or the agent's own id: of a request, a message, a result and its model
  call_id TEXT NOT NULL,
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  said TEXT NOT NULL CHECK (json_valid(said)), -- Witness in src/ledger/witness.ts
  PRIMARY KEY (source, source_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_witnesses_call ON call_witnesses(call_id);
CREATE INDEX call_witnesses_session ON call_witnesses(session_id, source);

-- Another id of a call: a message whose request was known first by telemetry.
CREATE TABLE call_aliases (
  alias TEXT PRIMARY KEY,
  call_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE llm_calls ADD COLUMN request_id TEXT; -- the provider's: req_... of Anthropic, resp_... of OpenAI
ALTER TABLE llm_calls ADD COLUMN geo TEXT; -- where it was computed, when that changes the price
ALTER TABLE llm_calls ADD COLUMN tool_requests TEXT; -- JSON: requests of the provider's own tools by name
ALTER TABLE llm_calls ADD COLUMN lower_bound TEXT; -- why the true cost may be higher; NULL when it is not
ALTER TABLE llm_calls ADD COLUMN sent_tokens INTEGER; -- as Langfuse has it, when it has changed since
ALTER TABLE llm_calls ADD COLUMN sent_micros INTEGER;
CREATE INDEX llm_calls_request ON llm_calls(request_id) WHERE request_id IS NOT NULL;
CREATE INDEX llm_calls_unpriced ON llm_calls(model) WHERE cost_basis = 'unpriced';
CREATE INDEX llm_calls_open ON llm_calls(session_id) WHERE final = 0;

-- When a hook or the log says that a turn has ended. The turn itself may be read later.
CREATE TABLE turn_stops (
  session_id TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  turn_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (session_id, turn_id)
) STRICT, WITHOUT ROWID;

-- Sessions of which something was written since their turns were last derived. Written with the fact itself.
CREATE TABLE stale_sessions (
  session_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO stale_sessions(session_id) SELECT DISTINCT i.session_id FROM iterations i JOIN sessions s ON s.id = i.session_id
  WHERE i.ended_at IS NULL AND s.ended_at IS NOT NULL;

-- When it was said: the first attribution of a session holds from 0 on, whenever that was.
ALTER TABLE attributions ADD COLUMN said_at INTEGER;

-- Everything is read once more: rows that were passed over are found, those that were taken change nothing.
DELETE FROM ingest_cursors;
