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
  /** Whether a path is in the repository, or in the project folder without one. */
  isInRepository(path: string): boolean;
  /** The shared package or folder of a file; undefined for the project's own files. */
  sharedCode(path: string): SharedCode | undefined;
  /** How wide the lines of a file may be, as its formatter's configuration states. */
  widthOf(path: string): { readonly line: number; readonly tab: number } | undefined;
  /** undefined outside one. */
  readonly repository: Repository | undefined;
  /** A text that git keeps, by the name of its object. */
  keptInGit(name: string): string | undefined;
  /** The package.json of a file, up to `root`; undefined without one. */
  packageJsonOf(path: string): string | undefined;
  /** null for an MCP server that is no Worker. */
  readonly config: WranglerDocument | null;
  /** Whether the config was passed by name, because Wrangler would find another or none. */
  readonly configIsNamed: boolean;
  /** Whether the config is only a committed template, to be copied by whoever deploys. */
  readonly configIsExample: boolean;
  /** The committed template of a git-ignored config: it gets the same change. */
  readonly configExample: WranglerDocument | null;
  /** Keys of `observability` that the project's own Wrangler knows; undefined when none is installed. */
  readonly knownKeys: readonly string[] | undefined;
  /** Findings about which of several configs or lockfiles is used, and why. */
  readonly notes: readonly Finding[];
  readonly name: string;
  /** Name of the Workers AI binding. */
  readonly aiBinding: string;
  readonly sources: readonly CandidateFile[];
  /** The source of the repository that an import in `from` leads to; undefined for installed packages. */
  moduleAt(from: string, specifier: string): { readonly path: string; readonly text: string } | undefined;
  /** The name of the tool that a file is by its place alone. */
  toolByPlace(path: string): string | undefined;
  /** Sources by another filter, read from the disk when asked for. */
  sourcesWith(filter: RegExp): readonly CandidateFile[];
  readonly packageManager: PackageManager;
  /** The package.json of the project; may be above `dir`. */
  readonly packageJson: string | undefined;
  readonly localVars: LocalVars;
  /** Whether the repository holds a package named @create-something/observability of its own. */
  readonly workspaceRuntime: boolean;
}

/** Another Worker of the same repository that is set up: the two may share files. */
export interface Neighbour {
  readonly project: ProjectSnapshot;
  /** Its folder, relative to the project's own, with `/`. */
  readonly dir: string;
}
