import { type Finding, lineAt } from '../core/findings.js';
import type { ProjectSnapshot } from '../project/snapshot.js';
import type { CandidateFile } from '../project/source-files.js';

/** Text of a file that loads the client; types alone load nothing. Bounded, as a file may be anything. */
const LOADS =
  /^[ \t]*(?:import|export)\b(?!\s+type\b)[^;'"`]{0,2000}\bfrom\s*['"]langfuse['"]|\b(?:import|require)\s*\(?\s*['"]langfuse['"]/m;

const DEPENDS = /"langfuse"\s*:\s*"/;

/** Files that load the `langfuse` package, where package.json depends on it; the disk is searched only then. */
export function usersOfRetiredClient(project: ProjectSnapshot): readonly CandidateFile[] {
  const manifest = project.packageJson === undefined ? undefined : project.text(project.packageJson);
  return manifest !== undefined && DEPENDS.test(manifest) ? project.sourcesWith(LOADS) : [];
}

/**
 * `langfuse` is the client up to version 3; from 4 on its packages are called `@langfuse/…`. It posts to
 * the ingestion endpoint, whose end on Langfuse Cloud was announced for 2026-11-16, and whose traces a
 * self-hosted version 4 refuses by default.
 */
export function retiredClient(users: readonly CandidateFile[]): Finding[] {
  return users.flatMap(({ path, text }) => {
    const match = LOADS.exec(text);
    if (!match) return [];
    return [
      {
        rule: 'langfuse/retired-client',
        level: 'warning',
        file: path,
        line: lineAt(text, match.index + match[0].length),
        message:
          'The langfuse v3 client posts to an endpoint whose end on Langfuse Cloud was announced for 2026-11-16; newer servers refuse its traces.',
        fix: 'Record through @create-something/observability, or move to @langfuse/tracing; then uninstall langfuse.',
      } satisfies Finding,
    ];
  });
}
