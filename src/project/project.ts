import type { Finding } from '../findings.js';
import type { ConfigFormat } from '../plan.js';
import type { PackageManager } from './package-manager.js';
import type { CandidateFile } from './source-files.js';

/** What was found in a folder, read once. Paths are relative to `dir`, with `/`. */
export interface Project {
  /** Absolute. */
  readonly dir: string;
  /** Absolute top of the repository, or `dir` outside one. */
  readonly root: string;
  /** The text of a file, undefined where there is none. */
  text(path: string): string | undefined;
  exists(path: string): boolean;
  /** null for an MCP server that is no Worker. */
  readonly config: { readonly path: string; readonly format: ConfigFormat; readonly text: string } | null;
  /** What discovery has to say: which of several configs wins, and why. */
  readonly configFindings: readonly Finding[];
  readonly name: string;
  /** Name of the Workers AI binding. */
  readonly aiBinding: string;
  readonly sources: readonly CandidateFile[];
  readonly packageManager: PackageManager;
  /** The package.json that governs the project; it may stand above `dir`. */
  readonly packageJson: string | undefined;
  /** Whether git would keep `.dev.vars` out of a commit. */
  readonly devVarsIgnored: boolean;
  /** Whether the repository holds a package named @create-something/observability of its own. */
  readonly workspaceRuntime: boolean;
}
