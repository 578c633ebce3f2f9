import type { Finding } from '../../core/findings.js';
import type { Change, PlannedServer, PlannedTool } from '../../core/plan.js';
import type { CandidateFile } from '../../project/source-files.js';
import type { PageWidth } from '../../rewrite/shapes/width.js';
import { type Modules, treesOf } from '../../tools/values/modules.js';
import { decide } from './decide.js';
import { link } from './link.js';
import { modulesAmong } from './modules-among.js';
import { type KnownReadings, read } from './read.js';
import { report, reportUnrecognised } from './report.js';
import { rewrite } from './rewrite.js';
import type { Chosen } from './tool-atlas.js';

export interface ToolsIntent extends Chosen {
  /** Name of the MCP server if the sources do not name one. */
  readonly fallbackName: string;
  readonly aiBinding: string;
  /** Functions of the project that register tools, as named by the user. */
  readonly registrars?: readonly string[];
  /** Also the tools of files that the Worker's entry does not import. */
  readonly includeUnreachable: boolean;
  /** The name of code that several servers share, by the path of its file; undefined for a server's own. */
  ownerOf?(path: string): string | undefined;
  /** The maximum line width of a file, by its path; undefined if the project does not set it. */
  widthOf?(path: string): PageWidth | undefined;
  /** Cached facts about sources. */
  readonly known?: KnownReadings;
  /** Resolves imports. By default, only imports between the given sources are followed. */
  readonly modules?: Modules;
}

export interface ToolsPlan {
  readonly tools: readonly PlannedTool[];
  readonly servers: readonly PlannedServer[];
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  /** Registrars without any call. */
  readonly unusedRegistrars: readonly string[];
}

/**
 * Plans layer 2: finds the tools, and the edits that trace them. Each stage is a function without side
 * effects.
 */
export function planTools(sources: readonly CandidateFile[], intent: ToolsIntent): ToolsPlan {
  const modules = intent.modules ?? modulesAmong(sources);
  const trees = treesOf(modules);
  const { files, findings } = read(sources, { ...intent, trees }, intent.known);
  const project = link(files, { ...intent, modules });
  const decisions = decide(project, intent);
  const rewritten = rewrite(project, decisions, intent.widthOf);
  const reported = report(project, decisions, rewritten);
  const taken = sources.filter(({ reachable }) => reachable || intent.includeUnreachable);
  // Files without facts are not cached.
  const further = reported.tools.length === 0 ? reportUnrecognised(taken, project.server) : undefined;
  return {
    tools: [...reported.tools, ...(further?.tools ?? [])],
    servers: reported.servers,
    changes: rewritten.changes,
    findings: [...findings, ...reported.findings, ...(further?.findings ?? [])],
    unusedRegistrars: project.unusedRegistrars,
  };
}
