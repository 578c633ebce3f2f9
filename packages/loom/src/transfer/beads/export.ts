import { grouped } from '../../grouped.js';
import type { IssueState } from '../../issues/issue.js';
import { isRecord } from '../../json-values.js';
import type { Database } from '../../store/database.js';
import { beadsStatus, stateOf } from './fields.js';

interface IssueRecord {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly design: string | null;
  readonly acceptance: string | null;
  readonly notes: string | null;
  readonly status: IssueState;
  readonly priority: number;
  readonly type: string;
  readonly assignee: string | null;
  readonly created_by: string | null;
  readonly labels: string;
  readonly evidence: string | null;
  readonly due_at: number | null;
  readonly defer_until: number | null;
  readonly parent_id: string | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly closed_at: number | null;
  readonly deleted_at: number | null;
  readonly waits_for: string;
  readonly extra: string;
}

/** Every issue as a line of Beads' JSONL, by id, in the format of `bd import`. */
export function* beadsLines(db: Database): Generator<string> {
  const links = grouped(
    db.all<{ issue_id: string; depends_on_id: string; type: string; created_at: number }>(
      'SELECT * FROM issue_deps ORDER BY issue_id, type, depends_on_id',
    ),
    ({ issue_id }) => issue_id,
  );
  const comments = grouped(
    db.all<{ issue_id: string; id: string; author: string | null; text: string; at: number }>(
      'SELECT * FROM issue_comments ORDER BY issue_id, at, id',
    ),
    ({ issue_id }) => issue_id,
  );
  for (const issue of db.all<IssueRecord>('SELECT * FROM issues ORDER BY id')) {
    const extra = JSON.parse(issue.extra) as Record<string, unknown>;
    const kept = isRecord(extra.beads) ? extra.beads : {};
    const status = statusOf(issue, kept.status);
    const dependencies = [
      ...(issue.parent_id
        ? [{ depends_on_id: issue.parent_id, type: 'parent-child', created_at: issue.created_at }]
        : []),
      ...(links.get(issue.id) ?? []),
      ...(JSON.parse(issue.waits_for) as string[]).map((on) => ({
        depends_on_id: on,
        type: 'blocks',
        created_at: issue.created_at,
      })),
    ].map((link) => ({
      issue_id: issue.id,
      depends_on_id: link.depends_on_id,
      type: link.type,
      created_at: time(link.created_at),
    }));
    const entries = (comments.get(issue.id) ?? []).map(({ id, author, text, at }, index) => ({
      id: /^com-.*-(\d+)$/.test(id) ? Number(/(\d+)$/.exec(id)?.[1]) : index + 1,
      issue_id: issue.id,
      author: author ?? 'unknown',
      text,
      created_at: time(at),
    }));
    yield JSON.stringify({
      id: issue.id,
      title: issue.title,
      ...filled({
        description: issue.description,
        design: issue.design,
        acceptance_criteria: issue.acceptance,
        notes: issue.notes,
      }),
      status,
      priority: issue.priority,
      issue_type: issue.type,
      ...filled({ assignee: issue.assignee, created_by: issue.created_by }),
      created_at: time(issue.created_at),
      updated_at: time(issue.updated_at),
      ...filled({
        closed_at: issue.closed_at === null ? null : time(issue.closed_at),
        close_reason: issue.evidence,
        due_at: issue.due_at === null ? null : time(issue.due_at),
        defer_until: issue.defer_until === null ? null : time(issue.defer_until),
      }),
      ...(issue.labels === '[]' ? {} : { labels: JSON.parse(issue.labels) }),
      ...(dependencies.length > 0 ? { dependencies } : {}),
      ...(entries.length > 0 ? { comments: entries } : {}),
      ...Object.fromEntries(Object.entries(kept).filter(([name]) => name !== 'status')),
    });
  }
}

/** Beads' own name of the status, as long as our status still matches it. */
function statusOf({ status, deleted_at, defer_until }: IssueRecord, kept: unknown): string {
  if (deleted_at !== null) {
    return 'tombstone';
  }
  if (typeof kept === 'string') {
    const means = kept === 'deferred' && defer_until !== null ? 'pending' : (stateOf(kept) ?? 'pending');
    if (means === status) {
      return kept;
    }
  }
  return beadsStatus(status);
}

function filled(fields: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

function time(at: number): string {
  return new Date(at).toISOString();
}
