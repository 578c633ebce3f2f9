import { type Finding, finding } from '../core/findings.js';
import { type Change, NOT_IMPORTED, type PlannedTool } from '../core/plan.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import type { CandidateFile } from '../project/source-files.js';
import { OBSERVABILITY_PACKAGE } from '../scaffold/package-json.js';

/**
 * Sources without published libraries. A published library gets a new dependency only on request, or if it
 * already has it.
 */
export function withoutPublished(
  sources: readonly CandidateFile[],
  project: ProjectSnapshot,
  isAsked: boolean,
): readonly CandidateFile[] {
  if (isAsked) return sources;
  return sources.map((source) => (isLeft(source, project) ? { ...source, reachable: false } : source));
}

function isLeft({ path, text, reachable }: CandidateFile, project: ProjectSnapshot): boolean {
  return reachable && !text.includes(OBSERVABILITY_PACKAGE) && project.sharedCode(path)?.isPublished === true;
}

/** The end of the reason for a tool that was skipped because its library is published. */
export const ASK_FOR_SHARED = 'init --shared traces it';

/** A finding for the skipped tools of a published library. */
export function withReasons(tools: readonly PlannedTool[], project: ProjectSnapshot): PlannedTool[] {
  return tools.map((tool) => {
    const library = tool.reason === NOT_IMPORTED ? project.sharedCode(tool.file) : undefined;
    if (!library?.isPublished) return tool;
    return {
      ...tool,
      reason: `${library.name} is published, so init adds no dependency to it; ${ASK_FOR_SHARED}`,
    };
  });
}

/** Changes to code that other projects of the repository use, with one finding for each package or folder. */
export function sharedFindings(project: ProjectSnapshot, changes: readonly Change[]): Finding[] {
  const edited = new Map<string, { readonly users: readonly string[]; readonly files: string[] }>();
  for (const { path, purpose } of changes) {
    if (purpose !== 'source' && purpose !== 'dependency') continue;
    const code = project.sharedCode(path);
    if (code === undefined) continue;
    const known = edited.get(code.folder) ?? { users: code.users, files: [] };
    known.files.push(path);
    edited.set(code.folder, known);
  }
  return [...edited].map(([folder, { users, files }]) =>
    finding({
      rule: 'project/shared-code',
      file: files[0] ?? folder,
      line: 1,
      message: `${folder} is also used by ${users.join(', ')}: this changes ${files.join(', ')} for all of them.`,
      fix: 'No action is needed. Traces carry the name of the server that answers, or of the shared code if no server is observed.',
      resolution: 'none',
    }),
  );
}
