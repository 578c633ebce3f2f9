-- Loom, schema 5: issues that a team edits. A change is one field of one row at one time; a row is the newest change
-- of each field, so that the order of arrival does not matter. Local SQLite and Cloudflare D1 hold the same tables.

-- `stamp` is a hybrid logical clock: 16 digits of microseconds, a dash, the machine. It sorts as text.
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, -- order of arrival in this database
  tbl TEXT NOT NULL,
  row_key TEXT NOT NULL, -- JSON array of the key's columns
  field TEXT NOT NULL, -- a column, or $deleted
  value TEXT, -- JSON
  stamp TEXT NOT NULL,
  prev TEXT, -- the stamp of the value that this one replaced; NULL for the first
  actor TEXT,
  pushed INTEGER NOT NULL DEFAULT 0, -- this machine's own note: the remote database has it
  UNIQUE (tbl, row_key, field, stamp)
) STRICT;
CREATE INDEX changes_stamp ON changes(stamp);
CREATE INDEX changes_unpushed ON changes(seq) WHERE pushed = 0;
CREATE INDEX changes_unsigned ON changes(seq) WHERE actor IS NULL AND pushed = 0;

-- For rows that are taken whole: the newest version that is known, also of a row that was deleted.
CREATE TABLE row_versions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  tbl TEXT NOT NULL,
  row_key TEXT NOT NULL,
  stamp TEXT NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0, -- of the row as JSON, when it was sent
  pushed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (tbl, row_key)
) STRICT;
CREATE INDEX row_versions_tbl ON row_versions(tbl, seq);
CREATE INDEX row_versions_unpushed ON row_versions(tbl, seq) WHERE pushed = 0;

-- Who holds an issue. Only the remote database decides: a conditional write, one row for each issue.
CREATE TABLE claims (
  issue_id TEXT PRIMARY KEY,
  holder TEXT NOT NULL, -- machine/name
  name TEXT NOT NULL,
  place TEXT NOT NULL, -- user@host
  stamp TEXT NOT NULL,
  at INTEGER NOT NULL, -- Unix ms
  released INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- What each exchange with others changed here, which edits lost, and what was left out. This machine's own.
CREATE TABLE remote_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('changed', 'lost', 'claim', 'left out', 'clock')),
  tbl TEXT,
  row_id TEXT,
  says TEXT NOT NULL,
  told INTEGER NOT NULL DEFAULT 0
) STRICT;

ALTER TABLE issues ADD COLUMN type TEXT NOT NULL DEFAULT 'task';
ALTER TABLE issues ADD COLUMN design TEXT;
ALTER TABLE issues ADD COLUMN acceptance TEXT;
ALTER TABLE issues ADD COLUMN notes TEXT;
ALTER TABLE issues ADD COLUMN due_at INTEGER;
ALTER TABLE issues ADD COLUMN defer_until INTEGER;
ALTER TABLE issues ADD COLUMN deleted_at INTEGER; -- hidden, and kept with its cost
ALTER TABLE issues ADD COLUMN created_by TEXT;
ALTER TABLE issues ADD COLUMN holder TEXT CHECK (holder IS NULL OR json_valid(holder)); -- where the assignee works: { user, host, node }
ALTER TABLE issues ADD COLUMN waits_for TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(waits_for)); -- ids of blockers that are not here
ALTER TABLE issues ADD COLUMN extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra)); -- what another tool keeps of it
CREATE INDEX issues_updated ON issues(updated_at);
CREATE INDEX issues_parent ON issues(parent_id) WHERE parent_id IS NOT NULL;

-- An edit is an event too: `kind` is edited, and `detail` holds the fields as [old, new].
ALTER TABLE issue_events ADD COLUMN kind TEXT NOT NULL DEFAULT 'status';
ALTER TABLE issue_events ADD COLUMN detail TEXT CHECK (detail IS NULL OR json_valid(detail));

CREATE TABLE issue_comments (
  id TEXT PRIMARY KEY,
  issue_id TEXT NOT NULL REFERENCES issues(id) ON DELETE CASCADE,
  author TEXT,
  text TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX issue_comments_issue ON issue_comments(issue_id, at);

-- Short notes that agents keep from one session to the next.
CREATE TABLE memories (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL DEFAULT 'note',
  text TEXT NOT NULL,
  issue_id TEXT REFERENCES issues(id) ON DELETE SET NULL,
  author TEXT,
  at INTEGER NOT NULL
) STRICT;
