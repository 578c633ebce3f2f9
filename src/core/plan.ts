import type { Edit } from './edits.js';
import type { Finding } from './findings.js';

/** Version of the JSON that `--json` prints; it grows when a reader of the old shape would break. */
export const PLAN_SCHEMA_VERSION = 1;

/** The command that does what a plan holds. */
export const INIT = 'npx create-something-observe init';

/** The whole change as a plain value. All paths are relative to the project folder, with `/`. */
export interface Plan {
  readonly workers: readonly PlannedWorker[];
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
}

export interface PlannedWorker {
  readonly dir: string;
  readonly name: string;
  /** null for an MCP server that is no Worker. */
  readonly config: { readonly path: string; readonly format: string } | null;
  /** Tools, resources and prompts. */
  readonly tools: readonly PlannedTool[];
  /** Where its MCP servers are made. */
  readonly servers: readonly PlannedServer[];
}

export interface PlannedServer {
  /** As traces name it. */
  readonly name: string;
  readonly file: string;
  /** 1-based line of the construction. */
  readonly line: number;
  readonly status: 'planned' | 'observed' | 'manual' | 'ignored';
  /** Only for `manual` and `ignored`. */
  readonly reason?: string;
}

/** Reason for a tool that is ignored without a comment. */
export const NOT_IMPORTED = "the Worker's entry does not import this file";

export const UNUSED_CLASS = 'nothing uses its class';

/** How the reason of a function begins that only code inside a tool calls, so that it is no tool. */
export const ONLY_INSIDE = 'only code inside ';

export interface PlannedTool {
  readonly kind: 'tool' | 'resource' | 'prompt';
  readonly name: string;
  readonly file: string;
  /** 1-based line of the registration. */
  readonly line: number;
  readonly family: string;
  /** Atlas `ai_task.type` of a tool; empty for resources and prompts. */
  readonly task: string;
  /** Atlas `human_task.oversight_level`, if a person should review calls. */
  readonly oversight?: string;
  readonly status: 'planned' | 'traced' | 'manual' | 'ignored';
  /** Only for `manual` and `ignored`. */
  readonly reason?: string;
  /** Only for `manual`: what to paste, where it can be said. */
  readonly snippet?: string;
  /** It runs through one place with others: the trace there carries one task for all of them. */
  readonly isShared?: true;
}

/** Purpose of a change. `secrets` are files with keys in them: never shown, never recorded. */
export type Purpose =
  | 'config'
  | 'source'
  /** An entry in a package.json. */
  | 'dependency'
  /** A file of Loom's. */
  | 'loom'
  /** A file of the vendored runtime. */
  | 'vendor'
  /** Instructions for coding agents, and configs of their MCP servers. */
  | 'agents'
  /** Any other file of the set-up. */
  | 'file'
  | 'secrets'
  | 'record';

interface AnyChange {
  readonly path: string;
  readonly purpose?: Purpose;
  /** 1-based lines of a source, as it is before: model calls outside of every tool that will be recorded. */
  readonly models?: readonly number[];
}

export type Change =
  | (AnyChange & { readonly action: 'create'; readonly text: string })
  | (AnyChange & {
      readonly action: 'modify';
      /** The text the edits were planned on; apply refuses when the file no longer says this. */
      readonly before: string;
      readonly edits: readonly Edit[];
    })
  | (AnyChange & { readonly action: 'delete'; readonly before: string });

export function modify(path: string, before: string, edits: readonly Edit[]): Change[] {
  return edits.length > 0 ? [{ action: 'modify', path, before, edits }] : [];
}

/** The change that gives a file a text, whatever it said before. */
export function rewrite(path: string, before: string | undefined, text: string): Change[] {
  if (before === undefined) return [{ action: 'create', path, text }];
  return before === text ? [] : modify(path, before, [{ start: 0, end: before.length, text }]);
}

export function about(purpose: Purpose, changes: readonly Change[]): Change[] {
  return changes.map((change) => ({ ...change, purpose }));
}
