import type { Finding } from '../core/findings.js';
import type { Plan } from '../core/plan.js';

/** A tool whose calls leave no trace is the gap that nobody notices until it is needed. */
export function untracedTools(plan: Plan): Finding[] {
  return plan.workers.flatMap((worker) =>
    worker.tools
      .filter((tool) => tool.status === 'planned')
      .map((tool) => ({
        rule: 'langfuse/tool-untraced',
        level: 'error' as const,
        file: tool.file,
        line: tool.line,
        message: `The ${tool.kind} "${tool.name}" opens no trace.`,
        fix: 'npx create-something-observe init',
        resolution: 'planned',
      })),
  );
}
