import { type IssueState, isClosed } from '../../issues/issue.js';
import { textOrNull, timeOrUndefined } from '../../json-values.js';
import type { BeadsLine } from './read.js';

const STATES: Readonly<Record<string, IssueState>> = {
  open: 'pending',
  in_progress: 'in_progress',
  hooked: 'in_progress',
  blocked: 'blocked',
  deferred: 'blocked',
  pinned: 'pending',
  closed: 'completed',
  tombstone: 'cancelled',
};

/** Names of an issue's columns in Beads. Each column is merged separately. */
export const BEADS_COLUMNS = {
  title: 'title',
  description: 'description',
  design: 'design',
  acceptance: 'acceptance_criteria',
  notes: 'notes',
  status: 'status',
  priority: 'priority',
  type: 'issue_type',
  assignee: 'assignee',
  created_by: 'created_by',
  labels: 'labels',
  evidence: 'close_reason',
  due_at: 'due_at',
  defer_until: 'defer_until',
} as const;

export type MergedColumn = keyof typeof BEADS_COLUMNS;
export const MERGED_COLUMNS = Object.keys(BEADS_COLUMNS) as MergedColumn[];

/** Fields of a line that have a column. All others are stored unchanged. */
const TAKEN: ReadonlySet<string> = new Set([
  ...Object.values(BEADS_COLUMNS),
  'id',
  'created_at',
  'updated_at',
  'closed_at',
  'dependencies',
  'comments',
  // Computed from the above.
  'dependency_count',
  'dependent_count',
  'comment_count',
  '_type',
]);

export type Values = Readonly<Record<MergedColumn, string | number | null>>;

export interface Read {
  readonly values: Values;
  readonly created_at: number;
  readonly updated_at: number;
  readonly closed_at: number | null;
  readonly deleted: boolean;
  /** Stored unchanged, with Beads' names. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** A status that Loom does not have. */
  readonly unknownStatus: string | undefined;
}

export function readLine(line: BeadsLine, now: number): Read {
  const status = textOrNull(line.status) ?? 'open';
  const deferUntil = timeOrUndefined(line.defer_until) ?? null;
  const state = status === 'deferred' && deferUntil !== null ? 'pending' : (STATES[status] ?? 'pending');
  const created = timeOrUndefined(line.created_at) ?? now;
  const updated = timeOrUndefined(line.updated_at) ?? created;
  const owner = textOrNull(line.owner);
  const assignee = textOrNull(line.assignee);
  return {
    values: {
      title: line.title,
      description: textOrNull(line.description),
      design: textOrNull(line.design),
      acceptance: textOrNull(line.acceptance_criteria),
      notes: textOrNull(line.notes),
      status: state,
      priority: priorityOf(line.priority),
      type: textOrNull(line.issue_type) ?? 'task',
      assignee: assignee ?? owner,
      created_by: textOrNull(line.created_by),
      labels: JSON.stringify(Array.isArray(line.labels) ? line.labels.map(String) : []),
      evidence: textOrNull(line.close_reason),
      due_at: timeOrUndefined(line.due_at) ?? null,
      defer_until: deferUntil,
    },
    created_at: created,
    updated_at: updated,
    closed_at: isClosed(state) ? (timeOrUndefined(line.closed_at) ?? updated) : null,
    deleted: status === 'tombstone',
    kept: {
      // The status's own name, if ours is less specific.
      ...(beadsStatus(state) === status ? {} : { status }),
      ...Object.fromEntries(
        Object.entries(line).filter(([name, value]) => !TAKEN.has(name) && value !== null),
      ),
    },
    unknownStatus: STATES[status] === undefined ? status : undefined,
  };
}

export function beadsStatus(state: IssueState): string {
  const names: Readonly<Record<IssueState, string>> = {
    pending: 'open',
    in_progress: 'in_progress',
    blocked: 'blocked',
    completed: 'closed',
    cancelled: 'closed',
  };
  return names[state];
}

export function stateOf(beads: string): IssueState | undefined {
  return STATES[beads];
}

function priorityOf(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 4 ? value : 2;
}
