-- Loom, schema 10: who may write to a team's server and who may read it. On a laptop these tables stay empty.

-- Secrets are 256 random bits and are kept as their SHA-256. Nobody can guess such a secret, so a slow hash would
-- protect nothing and would cost time at each request.
CREATE TABLE access_keys (
  id TEXT PRIMARY KEY, -- the public half: `pk-lf-team-…`, or `login-…`
  kind TEXT NOT NULL CHECK (kind IN ('ingest', 'read', 'login')),
  name TEXT NOT NULL, -- who or what has it
  secret_hash TEXT NOT NULL, -- hex
  service TEXT, -- the one MCP server that an ingest key may write for; NULL for any
  created_at INTEGER NOT NULL, -- Unix ms, as all times here
  created_by TEXT,
  expires_at INTEGER,
  revoked_at INTEGER,
  used_at INTEGER -- to the hour
) STRICT, WITHOUT ROWID;

CREATE TABLE page_sessions (
  token_hash TEXT PRIMARY KEY, -- SHA-256 of what the cookie holds, hex
  key_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX page_sessions_expires ON page_sessions(expires_at);

-- Keys made and revoked, and who signed in and out. Rows are only added, and retention removes old ones.
CREATE TABLE access_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL, -- the id of the key, or the e-mail address that Cloudflare Access gave
  place TEXT, -- the network address that it came from, where there is one
  says TEXT NOT NULL
) STRICT;
CREATE INDEX access_log_at ON access_log(at);
