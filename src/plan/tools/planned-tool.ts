import type { PlannedTool } from '../../core/plan.js';
import type { CandidateFile } from '../../project/source-files.js';
import { manualSnippet } from '../../rewrite/snippet.js';
import type { ToolSite } from '../../tools/site.js';

export const NOT_IMPORTED = "the Worker's entry does not import this file";

/** A site as the plan tells it: traced, to be traced, left to a person, or left alone. */
export function plannedTool(
  site: ToolSite,
  source: CandidateFile,
  given: {
    isTaken: boolean;
    /** Why a comment wants it left alone. */
    ignored: string | undefined;
    fault: string | undefined;
    task: string;
    oversight: string | undefined;
    server: string;
  },
): PlannedTool {
  const tool = {
    name: site.name,
    file: source.path,
    line: site.line,
    family: site.family,
    task: given.task,
    ...(site.isShared ? { isShared: true as const } : given.oversight ? { oversight: given.oversight } : {}),
  };
  if (site.traced) return { ...tool, status: 'traced' };
  if (!given.isTaken) return { ...tool, status: 'ignored', reason: NOT_IMPORTED };
  if (given.ignored !== undefined) return { ...tool, status: 'ignored', reason: given.ignored };
  const reason = site.target.kind === 'manual' ? site.target.reason : given.fault;
  if (reason === undefined) return { ...tool, status: 'planned' };
  return { ...tool, status: 'manual', reason, snippet: manualSnippet(given.server, site, given.task) };
}
