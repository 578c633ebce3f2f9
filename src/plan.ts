import type { Edit } from './edits.js';
import type { Finding } from './findings.js';

/** Version of the JSON that `--json` prints; it grows when a reader of the old shape would break. */
export const PLAN_SCHEMA_VERSION = 1;

export const LAYERS = ['cloudflare', 'langfuse', 'loom'] as const;
export type Layer = (typeof LAYERS)[number];

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
  readonly config: { readonly path: string; readonly format: ConfigFormat } | null;
  readonly tools: readonly PlannedTool[];
}

export type ConfigFormat = 'jsonc' | 'json' | 'toml';

export interface PlannedTool {
  readonly name: string;
  readonly file: string;
  /** 1-based line of the registration. */
  readonly line: number;
  readonly family: string;
  /** Atlas `ai_task.type`. */
  readonly task: string;
  readonly status: 'planned' | 'traced' | 'manual' | 'ignored';
  /** Only for `manual` and `ignored`. */
  readonly reason?: string;
  /** Only for `manual`: what to paste, where it can be said. */
  readonly snippet?: string;
}

export type Change =
  | { readonly action: 'create'; readonly path: string; readonly text: string }
  | {
      readonly action: 'modify';
      readonly path: string;
      /** The text the edits were planned on; apply refuses when the file no longer says this. */
      readonly before: string;
      readonly edits: readonly Edit[];
    }
  | { readonly action: 'delete'; readonly path: string; readonly before: string };
