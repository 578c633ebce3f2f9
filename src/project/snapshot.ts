import type { Finding } from '../core/findings.js';
import type { ObserveRecord } from '../core/record.js';
import type { WranglerDocument } from '../wrangler/document.js';
import type { Disk } from './disk.js';
import type { LocalVars } from './local-vars.js';
import type { PackageManager } from './package-manager.js';
import type { Repository } from './repository.js';
import type { SharedCode } from './sharers.js';
import type { CandidateFile } from './source-files.js';

/** All facts about a folder, read once. Paths are relative to `dir`, with `/`. */
export interface ProjectSnapshot {
  /** Absolute. */
  readonly dir: string;
  /** Absolute top of the repository, or `dir` outside one. */
  readonly root: string;
  readonly disk: Disk;
  /** The record of an earlier `init`; undefined without one. */
  readonly record: ObserveRecord | undefined;
  /** Text of a file; undefined if it does not exist. */
  text(path: string): string | undefined;
  exists(path: string): boolean;
  /** True if a path is in the repository, or in the project folder if there is no repository. */
  isInRepository(path: string): boolean;
  /** The shared package or folder of a file; undefined for the project's own files. */
  sharedCode(path: string): SharedCode | undefined;
  /** The maximum line width of a file, from its formatter's configuration. */
  widthOf(path: string): { readonly line: number; readonly tab: number } | undefined;
  /** undefined outside one. */
  readonly repository: Repository | undefined;
  /** A text in git, by its object id. */
  keptInGit(name: string): string | undefined;
  /** The package.json of a file, up to `root`; undefined without one. */
  packageJsonOf(path: string): string | undefined;
  /** null for an MCP server that is not a Worker. */
  readonly config: WranglerDocument | null;
  /** True if the config needs --config, because Wrangler would find another or none. */
  readonly configIsNamed: boolean;
  /** True if the config is only a committed template, which users copy. */
  readonly configIsExample: boolean;
  /** The committed template of a git-ignored config. It gets the same change. */
  readonly configExample: WranglerDocument | null;
  /** Keys of `observability` that the project's Wrangler supports; undefined if it is not installed. */
  readonly knownKeys: readonly string[] | undefined;
  /** Findings about the choice of the config and the lockfile. */
  readonly notes: readonly Finding[];
  readonly name: string;
  /** Name of the Workers AI binding. */
  readonly aiBinding: string;
  readonly sources: readonly CandidateFile[];
  /** The source file that an import in `from` finds in the repository; undefined for installed packages. */
  moduleAt(from: string, specifier: string): { readonly path: string; readonly text: string } | undefined;
  /** Name of the tool in a file, if the path alone makes it a tool. */
  toolByPlace(path: string): string | undefined;
  /** Sources that match another filter, read on demand. */
  sourcesWith(filter: RegExp): readonly CandidateFile[];
  readonly packageManager: PackageManager;
  /** The package.json of the project; may be above `dir`. */
  readonly packageJson: string | undefined;
  readonly localVars: LocalVars;
  /** True if the repository contains a package named @create-something/observability. */
  readonly workspaceRuntime: boolean;
}

/** Another Worker of the repository that is set up and may share files. */
export interface Neighbour {
  readonly project: ProjectSnapshot;
  /** Its folder, relative to the project's own, with `/`. */
  readonly dir: string;
}
