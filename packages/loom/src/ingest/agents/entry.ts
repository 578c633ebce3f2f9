import type { UsageKinds } from '@create-something/observability/usage';
import type { FileChange } from '../tools.js';

/** Agents whose logs are read; also the `source` of their sessions. */
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
  /** The agent's own id of the session; rows without one belong to the session named before. */
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
  /** US dollars that the agent says itself; null when it says none. */
  readonly dollars: number | null;
  /** False while more of it may come. */
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

/** One agent's format: a line (or a whole file, or a row) to entries. Throws SyntaxError on what is no JSON. */
export interface Format {
  readonly agent: Agent;
  /** `line` for JSONL, `file` for one JSON document, `database` for a table of SQLite. */
  readonly unit: 'line' | 'file' | 'database';
  /** Where it keeps its logs on this machine. */
  readonly roots: (env: NodeJS.ProcessEnv) => readonly string[];
  /** By the path below its root. */
  readonly wanted: (path: string) => boolean;
  readonly read: (text: string, path: string) => readonly Entry[];
}
