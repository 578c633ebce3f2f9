import { lineAt } from '../../../core/findings.js';
import type { ProjectSnapshot } from '../../../project/snapshot.js';
import { defineRule } from '../../define-rule.js';

/** Text of a file that loads the client; types alone load nothing. Bounded, as a file may be anything. */
const LOADS =
  /^[ \t]*(?:import|export)\b(?!\s+type\b)[^;'"`]{0,2000}\bfrom\s*['"]langfuse['"]|\b(?:import|require)\s*\(?\s*['"]langfuse['"]/m;

const DEPENDS = /"langfuse"\s*:\s*"/;

/**
 * `langfuse` is the client up to version 3; from 4 on its packages are called `@langfuse/…`. It posts to
 * the ingestion endpoint, whose end on Langfuse Cloud was announced for 2026-11-16, and whose traces a
 * self-hosted version 4 refuses by default.
 */
export default defineRule({
  id: 'langfuse/retired-client',
  level: 'warning',
  title: 'langfuse v3 client is retired',
  fix: 'Use @create-something/observability or @langfuse/tracing, then uninstall langfuse.',
  find: (_plan, project) =>
    // The disk is searched only where package.json depends on it.
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
