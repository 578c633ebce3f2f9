import { minute } from '../output.js';

export const SESSION_STATES = [
  'running',
  'paused',
  'complete',
  'budget_exhausted',
  'interrupted',
  'error',
  'cancelled',
] as const;
export type SessionState = (typeof SESSION_STATES)[number];

export interface Session {
  readonly id: string;
  readonly agent: string;
  /** `manual`, `claude-code`, `codex`, `mcp`... */
  readonly source: string;
  readonly source_session_id: string | null;
  readonly parent_session_id: string | null;
  readonly issue_id: string | null;
  readonly status: SessionState;
  readonly termination_reason: string | null;
  readonly cwd: string | null;
  readonly git_branch: string | null;
  readonly git_head_start: string | null;
  readonly git_head_end: string | null;
  readonly host: string | null;
  readonly pid: number | null;
  readonly pid_started: string | null;
  readonly transcript_path: string | null;
  readonly reported_cost_micros: number | null;
  /** Unix ms. */
  readonly started_at: number;
  readonly last_seen_at: number;
  readonly ended_at: number | null;
  readonly title: string | null;
}

export function sessionLine(session: Session): string {
  const issue = session.issue_id ? `  ${session.issue_id}` : '';
  return `${session.id}  ${session.status.padEnd(16)}  ${session.agent}  ${minute(session.started_at)}${issue}`;
}
