-- Loom, schema 12: what was sent to Langfuse is counted without a look at every row. An entry is written when a row is
-- sent, not when it comes.
CREATE INDEX llm_calls_sent ON llm_calls(sync) WHERE sync = 2;
CREATE INDEX tool_calls_sent ON tool_calls(sync) WHERE sync = 2;
