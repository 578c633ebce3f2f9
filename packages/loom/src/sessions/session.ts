import { minute } from '../cost/days.js';

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

/** Why a session without hooks or a process counts as ended. It runs again when new data arrives. */
export const ENDED_BY = {
  silence: 'its transcript did not change any more',
  task: 'its task is complete',
  result: 'its result arrived',
} as const;

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

/** The columns of a {@link Session}. The table has further columns for internal state. */
const SESSION_COLUMNS = [
  'id',
  'agent',
  'source',
  'source_session_id',
  'parent_session_id',
  'issue_id',
  'status',
  'termination_reason',
  'cwd',
  'git_branch',
  'git_head_start',
  'git_head_end',
  'host',
  'pid',
  'pid_started',
  'transcript_path',
  'reported_cost_micros',
  'started_at',
  'last_seen_at',
  'ended_at',
  'title',
] satisfies (keyof Session)[];

/** Start of every query for sessions. */
export const SELECT_SESSION = `SELECT ${SESSION_COLUMNS.join(', ')} FROM sessions`;

export function sessionLine(session: Session): string {
  const issue = session.issue_id ? `  ${session.issue_id}` : '';
  const title = session.title ? `  ${session.title}` : '';
  return `${session.id}  ${session.status.padEnd(16)}  ${session.agent}  ${minute(session.started_at)}${issue}${title}`;
}
