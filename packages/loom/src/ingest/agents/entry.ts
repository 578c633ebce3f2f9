import type { UsageKinds } from '@create-something/observability/usage';
import type { FileChange } from '../tools.js';

/** Agents whose logs are read. Also the `source` of their sessions. */
export type Agent =
  | 'claude-code'
  | 'codex'
  | 'opencode'
  | 'gemini-cli'
  | 'copilot-cli'
  | 'amp'
  | 'pi'
  | 'qwen-code';

/** The relevant content of one row in an agent's own log. */
export interface Entry {
  /** The agent's own id of the session. Rows without one belong to the last named session. */
  readonly session?: string | undefined;
  readonly parent?: string | undefined;
  /** Unix ms. */
  readonly at: number;
  readonly cwd?: string | undefined;
  readonly branch?: string | undefined;
  readonly title?: string | undefined;
  readonly prompt?: { readonly id: string } | undefined;
  readonly call?: EntryCall | undefined;
  readonly tools?: readonly EntryTool[] | undefined;
  /** The session has ended. */
  readonly ends?: boolean | undefined;
}

export interface EntryCall {
  readonly id: string;
  readonly model: string;
  readonly provider: string | null;
  readonly kinds: UsageKinds;
  readonly endedAt?: number | undefined;
  /** US dollars reported by the agent; null if it reports none. */
  readonly dollars: number | null;
  /** False while more rows may follow. */
  readonly complete?: boolean;
}

export interface EntryTool {
  readonly id: string;
  readonly name: string;
  /** Null while it runs. */
  readonly ok: boolean | null;
  readonly path?: string | null;
  readonly endedAt?: number | undefined;
  readonly change?: FileChange | null;
}

/**
 * Log format of one agent: turns a line (or a file, or a database row) into entries. Throws SyntaxError if
 * the text is not JSON.
 */
export interface Format {
  readonly agent: Agent;
  /** `line` for JSONL, `file` for one JSON document, `database` for a table of SQLite. */
  readonly unit: 'line' | 'file' | 'database';
  /** Where it stores its logs on this machine. */
  readonly roots: (env: NodeJS.ProcessEnv) => readonly string[];
  /** Selects files by the path below the root. */
  readonly selects: (path: string) => boolean;
  readonly read: (text: string, path: string) => readonly Entry[];
}
