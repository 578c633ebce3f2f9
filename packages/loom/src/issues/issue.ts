export const ISSUE_STATES = ['pending', 'in_progress', 'blocked', 'completed', 'cancelled'] as const;
export type IssueState = (typeof ISSUE_STATES)[number];

/** No further work is needed. */
export function isClosed(status: IssueState): boolean {
  return status === 'completed' || status === 'cancelled';
}

export interface Issue {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: IssueState;
  /** 0 is the most urgent, 4 the least. */
  readonly priority: number;
  readonly assignee: string | null;
  readonly parent_id: string | null;
  readonly labels: readonly string[];
  readonly evidence: string | null;
  readonly repo: string | null;
  readonly source: string;
  readonly external_ref: string | null;
  /** Unix ms. */
  readonly created_at: number;
  readonly updated_at: number;
  readonly closed_at: number | null;
  readonly type: string;
  readonly design: string | null;
  readonly acceptance: string | null;
  readonly notes: string | null;
  readonly due_at: number | null;
  /** It is not ready before this time. */
  readonly defer_until: number | null;
  readonly deleted_at: number | null;
  readonly created_by: string | null;
  /** Location of the assignee, as JSON: user, host, node. */
  readonly holder: string | null;
  /** Blockers from an import that do not exist here. */
  readonly waits_for: readonly string[];
}

/** Who changes an issue, and in which session. */
export interface Actor {
  readonly name: string;
  readonly sessionId: string | null;
}

export function issueLine(issue: Issue): string {
  const labels = issue.labels.length > 0 ? `  [${issue.labels.join(', ')}]` : '';
  const who = issue.assignee && issue.status === 'in_progress' ? `  ${issue.assignee}` : '';
  return `${issue.id}  P${issue.priority}  ${issue.status.padEnd(11)}  ${issue.title.replaceAll(/\s+/g, ' ')}${labels}${who}`;
}
