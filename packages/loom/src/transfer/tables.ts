/**
 * The tables that are a team's, parents before children, with their keys. What is left out is this machine's own:
 * locks, cursors, the outbox.
 */
export const SHARED_TABLES = [
  { name: 'issues', key: ['id'] },
  { name: 'issue_deps', key: ['issue_id', 'depends_on_id'] },
  { name: 'issue_events', key: ['id'] },
  { name: 'sessions', key: ['id'] },
  { name: 'attributions', key: ['session_id', 'from_at'] },
  { name: 'iterations', key: ['session_id', 'n'] },
  { name: 'llm_calls', key: ['id'] },
  { name: 'tool_calls', key: ['id'] },
  { name: 'files_modified', key: ['session_id', 'path'] },
  { name: 'routing_decisions', key: ['id'] },
  { name: 'checkpoints', key: ['id'] },
  { name: 'budgets', key: ['scope', 'scope_id'] },
  { name: 'atlas_tags', key: ['entity', 'entity_id', 'dimension'] },
] as const;

export type SharedTable = (typeof SHARED_TABLES)[number];
