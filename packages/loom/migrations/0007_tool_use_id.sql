-- Loom, schema 7: the agent's own call of a tool, as its MCP client names it in `_meta` (`claudecode/toolUseId`).
-- It equals tool_calls.id. Where it is there, loom_basis is NULL: the session is known by the call itself.
ALTER TABLE traces ADD COLUMN tool_use_id TEXT;
CREATE INDEX traces_tool_use ON traces(tool_use_id) WHERE tool_use_id IS NOT NULL;
