-- Loom, schema 3: what a trace's request was, why it failed and who sent it. Claims of the sender, NULL where it made none.
ALTER TABLE traces ADD COLUMN method TEXT; -- mcp.method.name, such as tools/call
ALTER TABLE traces ADD COLUMN error_type TEXT; -- error.type of the root, else of the first observation that failed
ALTER TABLE traces ADD COLUMN client_name TEXT; -- mcp.client.name
ALTER TABLE traces ADD COLUMN client_version TEXT; -- mcp.client.version
CREATE INDEX traces_error_type ON traces(error_type, started_us) WHERE error_type IS NOT NULL;
CREATE INDEX traces_client ON traces(client_name, started_us) WHERE client_name IS NOT NULL;
