import type { Entity } from './entities.js';

/** Langfuse's state of a record, in `sync` (or `score_sync`). */
export const SYNC = { unsent: 0, inOutbox: 1, sent: 2, notOurs: 3 } as const;

/** Table of each kind of record, and when a record is ready to send. */
export interface Queue {
  readonly table: string;
  readonly column: 'sync' | 'score_sync';
  /** Key of a record in the outbox. */
  readonly key: 'id' | 'seq';
  /** Exactly the condition of the table's `_queued` index; otherwise SQLite does not use it. */
  readonly ready: string;
}

export const QUEUES: Readonly<Record<Entity, Queue>> = {
  iteration: { table: 'iterations', column: 'sync', key: 'id', ready: 'sync = 0 AND ended_at IS NOT NULL' },
  llm_call: {
    table: 'llm_calls',
    column: 'sync',
    key: 'id',
    ready: "sync = 0 AND final = 1 AND source <> 'import'",
  },
  tool_call: { table: 'tool_calls', column: 'sync', key: 'id', ready: 'sync = 0 AND ok IS NOT NULL' },
  issue_event: {
    table: 'issue_events',
    column: 'sync',
    key: 'id',
    ready: 'sync = 0 AND session_id IS NOT NULL',
  },
  routing: { table: 'routing_decisions', column: 'sync', key: 'id', ready: 'sync = 0' },
  routing_score: { table: 'routing_decisions', column: 'score_sync', key: 'id', ready: 'score_sync = 0' },
  session: {
    table: 'sessions',
    column: 'score_sync',
    key: 'id',
    ready: 'score_sync = 0 AND ended_at IS NOT NULL',
  },
  // Data of the receiver is `notOurs` until forwarding is requested.
  observation: { table: 'observations', column: 'sync', key: 'seq', ready: 'sync = 0' },
  trace_score: { table: 'scores', column: 'sync', key: 'id', ready: 'sync = 0' },
};

const ALL = Object.keys(QUEUES) as Entity[];
export const SCORE_ENTITIES: readonly Entity[] = ['routing_score', 'session', 'trace_score'];
export const SPAN_ENTITIES: readonly Entity[] = ALL.filter((entity) => !SCORE_ENTITIES.includes(entity));
