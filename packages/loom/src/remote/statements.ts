import type { Database } from '../store/database.js';
import { SYNC } from '../sync/queues.js';
import { columnsOf, type SharedTable } from '../transfer/tables.js';

/**
 * When a row that came wins over the one that is there; never, where nothing is said: such rows do not change.
 * The same on both sides, so that the order of push and pull does not matter. `n` is the row that came, `o` the old one.
 */
const NEWER: Partial<Record<SharedTable['name'], string>> = {
  issues: 'n.updated_at > o.updated_at',
  sessions:
    'n.last_seen_at > o.last_seen_at OR (o.ended_at IS NULL AND n.ended_at IS NOT NULL AND n.last_seen_at = o.last_seen_at)',
  iterations: 'o.ended_at IS NULL AND n.ended_at IS NOT NULL',
  llm_calls:
    'n.final > o.final OR n.output_tokens > o.output_tokens OR (o.cost_micros IS NULL AND n.cost_micros IS NOT NULL) OR (o.issue_id IS NULL AND n.issue_id IS NOT NULL)',
  tool_calls: 'o.ok IS NULL AND n.ok IS NOT NULL',
  files_modified: 'n.last_at > o.last_at',
  routing_decisions: 'n.outcome_at IS NOT NULL AND (o.outcome_at IS NULL OR n.outcome_at > o.outcome_at)',
  budgets: 'n.created_at > o.created_at',
};

/** A column that points into its own table: it is set once all rows are there. */
const SELF: Partial<Record<SharedTable['name'], string>> = {
  issues: 'parent_id',
  sessions: 'parent_session_id',
};

/**
 * Tables where a row can be there under another key, when a session was recorded on two machines: a turn that was
 * counted otherwise, a checkpoint of the same number. The one that is there stays.
 */
const OTHER_KEYS: ReadonlySet<string> = new Set(['iterations', 'checkpoints']);

export interface TableStatements {
  /** Takes rows as one parameter, a JSON array: D1 allows few parameters, and long ones. */
  readonly upsert: string;
  /** Sets the column that points into the table itself, for rows that have one. */
  readonly link: string | undefined;
  readonly columns: readonly string[];
}

/** For rows that go to the remote database, or come here from it. */
export function statementsFor(db: Database, table: SharedTable, to: 'there' | 'here'): TableStatements {
  const { name, key } = table;
  const { shared: columns, own } = columnsOf(db, table);
  const self = SELF[name];
  const others = columns.filter((column) => !key.some((part) => part === column) && column !== self);
  const newer = NEWER[name]?.replaceAll(/\bn\./g, 'excluded.').replaceAll(/\bo\./g, `${name}.`);
  // What another machine recorded is that machine's to send to Langfuse; from here it would be counted twice.
  const marks = to === 'here' ? own : [];
  const written = columns.filter((column) => column !== self);
  const values = [
    ...written.map((column) => `json_extract(value, '$.${column}')`),
    ...marks.map(() => SYNC.notOurs),
  ];
  return {
    columns,
    upsert: `INSERT INTO ${name}(${[...written, ...marks].join(', ')}) SELECT ${values.join(', ')} FROM json_each(?1) WHERE true
      ON CONFLICT(${key.join(', ')}) DO ${
        newer
          ? `UPDATE SET ${others.map((column) => `${column} = excluded.${column}`).join(', ')} WHERE ${newer}`
          : 'NOTHING'
      }${OTHER_KEYS.has(name) ? ' ON CONFLICT DO NOTHING' : ''}`,
    link:
      self &&
      `UPDATE ${name} SET ${self} = json_extract(j.value, '$.${self}') FROM json_each(?1) j
       WHERE ${name}.id = json_extract(j.value, '$.id') AND json_extract(j.value, '$.${self}') IS NOT NULL
         AND ${name}.${self} IS NULL
         AND EXISTS (SELECT 1 FROM ${name} p WHERE p.id = json_extract(j.value, '$.${self}'))`,
  };
}
