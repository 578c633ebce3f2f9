import type { Edit } from './edits.js';
import type { Finding } from './findings.js';

/** Version of the JSON that `--json` prints; it grows with each breaking change. */
export const PLAN_SCHEMA_VERSION = 1;

/** The command that applies a plan. */
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
  /** null for an MCP server that is not a Worker. */
  readonly config: { readonly path: string; readonly format: string } | null;
  /** Tools, resources and prompts. */
  readonly tools: readonly PlannedTool[];
  /** The places that create its MCP servers. */
  readonly servers: readonly PlannedServer[];
}

export interface PlannedServer {
  /** Its name in traces. */
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

/** Start of the reason for a function that is not a tool, because only code inside a tool calls it. */
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
  /** Only for `manual`: code to paste, if it is known. */
  readonly snippet?: string;
  /** Several tools run through one place, and its trace has one task for all of them. */
  readonly isShared?: true;
}

/** Purpose of a change. `secrets` are files with keys. They are never shown or recorded. */
export type Purpose =
  | 'config'
  | 'source'
  /** An entry in a package.json. */
  | 'dependency'
  /** A file for Loom. */
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
  /** 1-based lines of model calls outside all tools that will be recorded, in the unchanged source. */
  readonly models?: readonly number[];
}

export type Change =
  | (AnyChange & { readonly action: 'create'; readonly text: string })
  | (AnyChange & {
      readonly action: 'modify';
      /** The text that the edits were planned on; apply fails if the file changed. */
      readonly before: string;
      readonly edits: readonly Edit[];
    })
  | (AnyChange & { readonly action: 'delete'; readonly before: string });

export function modify(path: string, before: string, edits: readonly Edit[]): Change[] {
  return edits.length > 0 ? [{ action: 'modify', path, before, edits }] : [];
}

/** A change that replaces the whole text of a file. */
export function rewrite(path: string, before: string | undefined, text: string): Change[] {
  if (before === undefined) return [{ action: 'create', path, text }];
  return before === text ? [] : modify(path, before, [{ start: 0, end: before.length, text }]);
}

export function about(purpose: Purpose, changes: readonly Change[]): Change[] {
  return changes.map((change) => ({ ...change, purpose }));
}
