import type { Database } from '../store/database.js';

/**
 * The tables that a team shares, parents before children, with their keys. Other tables are only for this
 * machine: locks, cursors, the outbox.
 */
export const SHARED_TABLES = [
  { name: 'issues', key: ['id'] },
  { name: 'issue_deps', key: ['issue_id', 'depends_on_id'] },
  { name: 'issue_events', key: ['id'] },
  { name: 'issue_comments', key: ['id'] },
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
  { name: 'memories', key: ['id'] },
  { name: 'routing_outcomes', key: ['id'] },
] as const;

export type SharedTable = (typeof SHARED_TABLES)[number];

/** Columns of shared tables with this machine's own state, such as which records it has sent. */
const OWN_COLUMNS: ReadonlySet<string> = new Set(['sync', 'score_sync', 'sent_tokens', 'sent_micros']);

/** A table's columns: those that the team shares, and this machine's own. Excludes generated columns. */
export function columnsOf(db: Database, table: SharedTable): { shared: string[]; own: string[] } {
  const all = db.all<{ name: string }>(`PRAGMA table_info(${table.name})`).map((column) => column.name);
  return {
    shared: all.filter((column) => !OWN_COLUMNS.has(column)),
    own: all.filter((column) => OWN_COLUMNS.has(column)),
  };
}
