-- Counting 50,000 issues by state must not read their texts.
CREATE INDEX issues_counts ON issues(status, priority, type, deleted_at, created_at, due_at);
