import { lineAt } from '../../../core/findings.js';
import type { ProjectSnapshot } from '../../../project/snapshot.js';
import { defineRule } from '../../define-rule.js';

/**
 * A file that loads the client. Type imports load nothing. The pattern is bounded, because a file may have
 * any content.
 */
const LOADS =
  /^[ \t]*(?:import|export)\b(?!\s+type\b)[^;'"`]{0,2000}\bfrom\s*['"]langfuse['"]|\b(?:import|require)\s*\(?\s*['"]langfuse['"]/m;

const DEPENDS = /"langfuse"\s*:\s*"/;

/**
 * `langfuse` is the client up to version 3; later packages are called `@langfuse/…`. The old client posts to
 * the ingestion endpoint. Langfuse Cloud ends that endpoint on 2026-11-16, and a self-hosted version 4
 * rejects it by default.
 */
export default defineRule({
  id: 'langfuse/retired-client',
  level: 'warning',
  title: 'langfuse v3 client is retired',
  fix: 'Use @create-something/observability or @langfuse/tracing, then uninstall langfuse.',
  find: (_plan, project) =>
    // Searching takes time, so it needs the dependency in package.json.
    dependsOnIt(project) ? project.sourcesWith(LOADS).flatMap(place) : [],
});

function dependsOnIt({ packageJson, text }: ProjectSnapshot): boolean {
  return packageJson !== undefined && DEPENDS.test(text(packageJson) ?? '');
}

function place({ path, text }: { readonly path: string; readonly text: string }) {
  const match = LOADS.exec(text);
  if (!match) return [];
  return [
    {
      file: path,
      line: lineAt(text, match.index + match[0].length),
      message:
        'The langfuse v3 client posts to an endpoint that Langfuse Cloud ends on 2026-11-16. Newer servers reject its traces.',
    },
  ];
}
